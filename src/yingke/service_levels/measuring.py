"""What becomes of a target at a moment of its conversation. Pure but for the row it changes."""

from datetime import datetime, timedelta
from uuid import UUID

from yingke.conversations.models import Conversation
from yingke.inboxes import Hours, seconds_between
from yingke.kit.ids import new_id
from yingke.service_levels.clock import Clock, gone_on, reaches, stopped
from yingke.service_levels.models import ServiceTarget
from yingke.service_levels.policies import Kept
from yingke.service_levels.terms import Kind, Step


def begin(row: Conversation, kind: Kind, at: datetime, policy_id: UUID) -> ServiceTarget:
    return ServiceTarget(
        id=new_id(), conversation_id=row.id, policy_id=policy_id, kind=kind, started_at=at, used=0.0, running_since=at,
        outcome="running", done=[],
    )  # fmt: skip


def run(
    target: ServiceTarget,
    row: Conversation,
    policy: Kept,
    limit: int,
    hours: Hours | None,
    *,
    stops_at: datetime | None,
) -> None:
    """Set the clock by `policy`, and have it stand still since `stops_at`, or run.

    What was missed before it stopped is missed, although nobody looked until now.
    """
    clock = Clock(target.used, target.running_since)
    target.policy_id = policy.id
    _expect(target, clock, policy, limit, hours)
    if stops_at is not None and clock.running_since is not None:
        notice(target, row, stops_at)
        clock, target.paused_at = stopped(clock, hours, stops_at), stops_at
        target.used, target.running_since = clock.used, clock.running_since
        _expect(target, clock, policy, limit, hours)


def _expect(target: ServiceTarget, clock: Clock, policy: Kept, limit: int, hours: Hours | None) -> None:
    target.warn_at = reaches(clock, hours, policy.terms.notice.after(limit))
    target.due_at = reaches(clock, hours, limit)


def go_on(target: ServiceTarget, at: datetime) -> None:
    """Have a clock that stood still run again from `at`."""
    clock = gone_on(Clock(target.used, target.running_since), at)
    target.running_since, target.paused_at = clock.running_since, None


def notice(target: ServiceTarget, row: Conversation, now: datetime) -> None:
    """Write down that it was warned of or missed by now."""
    if target.warned_at is None and target.warn_at is not None and target.warn_at <= now:
        target.warned_at = target.warn_at
    if target.outcome == "running" and target.due_at is not None and target.due_at <= now:
        _decide(target, row, "breached", target.due_at)


def end(target: ServiceTarget, row: Conversation, at: datetime, *, done: bool) -> None:
    """What was promised was `done` at `at`, or asks for nothing any more since then."""
    if target.outcome == "running":
        if target.due_at is not None and target.due_at < at:
            _decide(target, row, "breached", target.due_at)
        else:
            _decide(target, row, "kept" if done else "dropped", at)
    target.ended_at, target.look_at = at, None


def _decide(target: ServiceTarget, row: Conversation, outcome: str, at: datetime) -> None:
    target.outcome, target.decided_at = outcome, at
    target.team_id, target.agent_id = row.team_id, row.agent_id


def steps_to_come(target: ServiceTarget, policy: Kept) -> list[tuple[datetime, Step]]:
    """The steps that are not done yet, each with its moment; those of a clock that stands still have none."""
    missed_at = target.decided_at if target.outcome == "breached" else target.due_at
    begins = {"warning": target.warned_at or target.warn_at, "breach": missed_at}
    return [
        (begun + timedelta(seconds=step.after), step)
        for step in policy.terms.steps
        if step.mark not in target.done and (begun := begins[step.on]) is not None
    ]


def next_look(target: ServiceTarget, policy: Kept) -> datetime | None:
    moments = [at for at, _ in steps_to_come(target, policy)]
    if target.warned_at is None and target.warn_at is not None:
        moments.append(target.warn_at)
    if target.outcome == "running" and target.due_at is not None:
        moments.append(target.due_at)
    return min(moments, default=None)


def seconds_left(target: ServiceTarget, limit: int, hours: Hours | None, now: datetime) -> int:
    used = target.used
    if target.running_since is not None:
        used += seconds_between(hours, target.running_since, now)
    return round(limit - used)


__all__ = ["begin", "end", "go_on", "next_look", "notice", "run", "seconds_left", "steps_to_come"]
