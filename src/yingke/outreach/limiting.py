"""When a rule that fits is not acted on all the same. Pure: what happened before and how things are now, in; reasons out."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yingke.outreach.drafts import Kind, RuleLimits
from yingke.segments.deciding import RuleReason

OFFERED_FOR = timedelta(minutes=2)
"""An invitation that no page has shown by then is taken back; one by hand waits longer, because somebody meant it."""
OFFERED_BY_HAND_FOR = timedelta(minutes=10)
SHOWN_FOR = timedelta(minutes=30)
"""Whoever has not answered by then has ignored it."""
COUNTED = frozenset({"offered", "shown", "accepted", "declined", "ignored", "held_out"})
"""States that count against caps. Who is held out is counted as if it had been shown, so that both groups are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One invitation before this one."""

    rule_id: UUID | None
    state: str
    offered_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLimits:
    """Of all rules and agents together."""

    per_day: int = 3
    cool_down_hours: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How things are now. `day_began`: of the workspace's time zone."""

    at: datetime
    day_began: datetime
    blocked: bool = False
    shut_out: bool = False
    """The network is blocked."""
    in_conversation: bool = False
    can_answer: bool = True
    """Within business hours, and somebody is at the desk."""
    able: Collection[UUID] = ()
    """Agents who may invite by this rule and could take one more conversation."""
    past: Sequence[Past] = ()


def limits_of(
    rule_id: UUID | None, kind: Kind, limits: RuleLimits, site: SiteLimits, now: Circumstances
) -> list[RuleReason]:
    """Every limit with whether it leaves the rule free to act."""
    counted = [each for each in now.past if each.state in COUNTED]
    today = [each for each in counted if each.offered_at >= now.day_began]
    own = [each for each in counted if each.rule_id == rule_id]
    own_today = [each for each in own if each.offered_at >= now.day_began]
    return [
        _reason("blocked", not now.blocked, now.blocked),
        _reason("network_blocked", not now.shut_out, now.shut_out),
        _reason("open_conversation", not now.in_conversation, now.in_conversation),
        *_somebody(kind, now),
        _reason("waiting_invitation", not (waiting := is_waiting(now)), waiting),
        _below("per_visitor", limits.per_visitor, len(own)),
        _below("per_day", limits.per_day, len(own_today)),
        _below("site_per_day", site.per_day, len(today)),
        _rested("cool_down", limits.cool_down_hours, own, now.at),
        _rested("site_cool_down", site.cool_down_hours, counted, now.at),
    ]


def is_waiting(now: Circumstances) -> bool:
    """Whether an invitation is on its way or on the screen."""
    return any(
        (each.state == "offered" and now.at - each.offered_at < OFFERED_FOR)
        or (each.state == "shown" and now.at - each.offered_at < SHOWN_FOR)
        for each in now.past
    )


def refused_until(site: SiteLimits, past: Sequence[Past]) -> datetime | None:
    """When a visitor who declined may be invited again."""
    declined = [each.answered_at or each.offered_at for each in past if each.state == "declined"]
    return max(declined) + timedelta(hours=site.cool_down_hours) if declined else None


def is_held_out(rule_id: UUID, visitor_id: UUID, per_cent: int) -> bool:
    """Whether the visitor is in the rule's hold-out group: always the same for the same two, and evenly spread.

    Who is held out at some share is so at every larger one.
    """
    digest = hashlib.sha256(rule_id.bytes + visitor_id.bytes).digest()
    return int.from_bytes(digest[:8]) < per_cent * 2**64 // 100


def _somebody(kind: Kind, now: Circumstances) -> list[RuleReason]:
    if kind == "leave_message":
        return [_reason("somebody_to_answer", not now.can_answer, now.can_answer)]
    needed = [_reason("nobody_to_answer", now.can_answer, now.can_answer)]
    if kind == "message":
        needed.append(_reason("sender_away", bool(now.able), len(now.able)))
    return needed


def _below(code: str, most: int, count: int) -> RuleReason:
    return _reason(code, most == 0 or count < most, count)


def _rested(code: str, hours: int, past: Sequence[Past], at: datetime) -> RuleReason:
    until = refused_until(SiteLimits(cool_down_hours=hours), past)
    return _reason(code, until is None or until <= at, until.isoformat() if until and until > at else None)


def _reason(code: str, holds: bool, actual: object) -> RuleReason:
    return RuleReason(code=code, path=[], holds=holds, actual=actual)
