"""A rule as it is written: what its row holds, read and prepared. Pure."""

from dataclasses import dataclass
from uuid import UUID

from yingke.outreach.drafts import RuleAction, RuleLimits
from yingke.outreach.models import InvitationRule
from yingke.segments.conditions import EventCondition, Group
from yingke.segments.deciding import NO_SEGMENTS, Branch, Segments, all_conditions, compiled
from yingke.segments.holding import OF_THE_DESK
from yingke.segments.seeking import Sought, sought_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """`branch` is `conditions`, prepared to be decided."""

    id: UUID
    name: str
    site_id: UUID | None
    active: bool
    position: int
    conditions: Group
    action: RuleAction
    limits: RuleLimits
    hold_out: int
    segments: Segments
    """Those there are; its conditions may name some."""
    branch: Branch
    fields: frozenset[str]
    """What its conditions look at, and those of its segments."""
    counts: frozenset[str]
    """Names of the custom events and clicks of this visit among that."""
    sought: Sought
    """What it asks of the database."""

    @property
    def reads_desk(self) -> bool:
        return bool(self.fields & OF_THE_DESK)


def described(row: InvitationRule, segments: Segments = NO_SEGMENTS) -> Described:
    return describe(
        segments=segments,
        id=row.id,
        name=row.name,
        site_id=row.site_id,
        active=row.active,
        position=row.position,
        conditions=Group.model_validate(row.conditions),
        action=RuleAction.model_validate(row.action),
        limits=RuleLimits.model_validate(row.limits),
        hold_out=row.hold_out,
    )


def describe(
    *,
    id: UUID,
    name: str,
    conditions: Group,
    action: RuleAction,
    limits: RuleLimits,
    site_id: UUID | None = None,
    active: bool = True,
    position: int = 0,
    hold_out: int = 0,
    segments: Segments = NO_SEGMENTS,
) -> Described:
    looked_at = list(all_conditions(conditions, segments))
    return Described(
        id=id,
        name=name,
        site_id=site_id,
        active=active,
        position=position,
        conditions=conditions,
        action=action,
        limits=limits,
        hold_out=hold_out,
        segments=segments,
        branch=compiled(conditions, segments),
        fields=frozenset(each.field for each in looked_at),
        counts=frozenset(each.key for each in looked_at if isinstance(each, EventCondition)),
        sought=sought_by(looked_at),
    )
