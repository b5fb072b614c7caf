"""A rule as it is written: what its row holds, read and prepared. Pure."""

from dataclasses import dataclass
from uuid import UUID

from yingke.outreach.conditions import EventCondition, Group, conditions_of
from yingke.outreach.deciding import Branch, compiled
from yingke.outreach.drafts import RuleAction, RuleLimits
from yingke.outreach.holding import OF_THE_DESK, READ_LATER
from yingke.outreach.models import InvitationRule


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
    branch: Branch
    fields: frozenset[str]
    """What its conditions look at."""
    counts: frozenset[str]
    """Names of the custom events and clicks among that."""

    @property
    def reads_profile(self) -> bool:
        return bool(self.fields & READ_LATER)

    @property
    def reads_desk(self) -> bool:
        return bool(self.fields & OF_THE_DESK)


def described(row: InvitationRule) -> Described:
    return describe(
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
) -> Described:
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
        branch=compiled(conditions),
        fields=frozenset(each.field for _, each in conditions_of(conditions)),
        counts=frozenset(each.key for _, each in conditions_of(conditions) if isinstance(each, EventCondition)),
    )
