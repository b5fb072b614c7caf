"""Targets kept in step with their conversations. Doing it again changes nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from yingke.conversations.changes import all_locked
from yingke.conversations.clocks import nearest, set_clock
from yingke.conversations.models import Conversation, Message
from yingke.conversations.values import Due
from yingke.inboxes import Hours
from yingke.kit.work import Work
from yingke.service_levels.measuring import begin, end, go_on, next_look, notice, run, seconds_left
from yingke.service_levels.models import ServicePolicy, ServiceTarget
from yingke.service_levels.policies import Kept, active_policies, applying, calendars, circumstances
from yingke.service_levels.terms import Kind

_NOTHING_PROMISED = frozenset({"spam", "no_answer_needed", "answered_elsewhere", "answered_by_robot"})
"""Reasons of an end by which no promise was kept, and none had to be."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A visitor began to wait: told by the message, for by the time somebody looks it may be answered."""

    conversation_id: UUID
    kind: Kind
    at: datetime


@dataclass(slots=True)
class Case:
    """A locked conversation, what was promised in it, and what it goes by."""

    row: Conversation
    targets: list[ServiceTarget]
    """Those that run, those of the moments that are asked about, and the resolutions."""
    policy: Kept | None
    hours: Hours | None

    def running(self, *kinds: Kind) -> ServiceTarget | None:
        return next((each for each in self.targets if each.ended_at is None and each.kind in kinds), None)

    def limit(self, kind: str) -> int | None:
        return self.policy.terms.limit(kind) if self.policy else None  # type: ignore[arg-type] # the column's own

    def known(self, kind: Kind, at: datetime) -> bool:
        return any((each.kind, each.started_at) == (kind, at) for each in self.targets)

    @property
    def held(self) -> bool:
        """People have it, and it goes on."""
        return self.row.status != "resolved" and not self.row.robot and self.row.channel != "colleague"


async def follow(work: Work, conversation_ids: Collection[UUID], begun: Collection[Begun] = ()) -> list[Case]:
    """Begin, pause, continue and end targets as these conversations say now, and set their countdowns.

    What was followed, locked; nothing where nothing is promised.
    """
    ids = sorted(set(conversation_ids))
    if not await anything_promised(work, ids):
        return []
    followed = await _cases(work, ids, await active_policies(work), [each.at for each in begun])
    for case in followed:
        for each in sorted((each for each in begun if each.conversation_id == case.row.id), key=lambda each: each.at):
            await _note_begun(work, case, each)
        await _follow_response(work, case)
        _follow_resolution(work, case)
        _settle(work, case)
    return followed


async def anything_promised(work: Work, conversation_ids: Collection[UUID] | None = None) -> bool:
    """Whether a policy is on, or a target still runs: in these conversations, without them in any of the workspace.

    Asked at every message of every workspace, also of those that promise nothing: one statement, which two indexes answer.
    """
    on = exists().where(ServicePolicy.workspace_id == work.workspace_id, ServicePolicy.active)
    runs = exists().where(ServiceTarget.workspace_id == work.workspace_id, ServiceTarget.ended_at.is_(None))
    if conversation_ids is not None:
        runs = runs.where(ServiceTarget.conversation_id.in_(conversation_ids))
    return bool(await work.rows.scalar(select(or_(on, runs))))


async def _cases(work: Work, ids: Sequence[UUID], policies: Sequence[Kept], moments: Sequence[datetime]) -> list[Case]:
    rows = await all_locked(work, ids)
    targets = await targets_of(work, ids, [*moments, *(row.waiting_since for row in rows if row.waiting_since)])
    known = await circumstances(work, ids)
    going_by = {row.id: applying(policies, known[row.id]) for row in rows}
    kept = await calendars(work, [policy.terms for policy in going_by.values() if policy])
    found = []
    for row in rows:
        policy = going_by[row.id]
        hours = kept.of(policy.terms, row.site_id, row.team_id) if policy else None
        found.append(Case(row, [each for each in targets if each.conversation_id == row.id], policy, hours))
    return found


async def targets_of(work: Work, ids: Collection[UUID], moments: Sequence[datetime]) -> Sequence[ServiceTarget]:
    """Those that run, those begun at one of `moments`, and all resolutions: what was begun once is not begun again."""
    return await work.all(
        select(ServiceTarget)
        .where(ServiceTarget.workspace_id == work.workspace_id, ServiceTarget.conversation_id.in_(ids))
        .where(
            or_(
                ServiceTarget.ended_at.is_(None),
                ServiceTarget.kind == "resolution",
                ServiceTarget.started_at.in_(moments),
            )
        )
        .execution_options(populate_existing=True)
    )


async def _note_begun(work: Work, case: Case, each: Begun) -> None:
    """A run of messages that may be answered already: it is measured all the same."""
    waiting = case.row.waiting_since if case.held else None
    if each.at == waiting:
        return
    target = _begin(work, case, each.kind, each.at)
    if target is not None:
        await _end_response(work, case, target)


async def _follow_response(work: Work, case: Case) -> None:
    waiting = case.row.waiting_since if case.held else None
    target = case.running("first_response", "next_response")
    if target is not None and target.started_at != waiting:
        await _end_response(work, case, target)
        target = None
    if target is None and waiting is not None:
        _begin(work, case, "next_response" if case.row.first_replied_at else "first_response", waiting)


async def _end_response(work: Work, case: Case, target: ServiceTarget) -> None:
    """By the first answer after it began; without one it asks for nothing any more."""
    answered = select(func.min(Message.created_at)).where(
        Message.workspace_id == work.workspace_id,
        Message.conversation_id == case.row.id,
        Message.kind == "outgoing",
        Message.author_kind == "agent",
        Message.created_at >= target.started_at,
    )
    at = await work.rows.scalar(answered)
    ended_at = at or case.row.resolved_at or work.now
    _run(case, target, until=ended_at)
    end(target, case.row, ended_at, done=at is not None)


def _follow_resolution(work: Work, case: Case) -> None:
    row, target = case.row, case.running("resolution")
    if case.held and target is None:
        again = any(each.kind == "resolution" for each in case.targets)
        _begin(work, case, "resolution", row.last_message_at if again else row.handed_over_at or row.opened_at)
    elif target is not None and row.status == "resolved":
        _run(case, target)
        end(target, row, row.resolved_at or work.now, done=row.resolve_reason not in _NOTHING_PROMISED)


def _begin(work: Work, case: Case, kind: Kind, at: datetime) -> ServiceTarget | None:
    """What was begun once is not begun again, nor is what began before the policy did."""
    if case.policy is None or not case.limit(kind) or at < case.policy.since or case.known(kind, at):
        return None
    target = begin(case.row, kind, at, case.policy.id)
    work.add(target)
    case.targets.append(target)
    return target


def _settle(work: Work, case: Case) -> None:
    """Have what runs go by the policy of now, and show the nearest."""
    owed = []
    for target in [each for each in case.targets if each.ended_at is None]:
        limit = case.limit(target.kind)
        if case.policy is None or limit is None:  # promised no more
            end(target, case.row, work.now, done=False)
            continue
        _run(case, target)
        notice(target, case.row, work.now)
        target.look_at = next_look(target, case.policy)
        left = None if target.due_at else seconds_left(target, limit, case.hours, work.now)
        owed.append(Due(kind=target.kind, at=target.due_at, warn_at=target.warn_at, left=left))  # type: ignore[arg-type]
    set_clock(work, case.row, "service_level", nearest(owed))


def _run(case: Case, target: ServiceTarget, *, until: datetime | None = None) -> None:
    """Set its clock as far as the conversation has come. `until`: when it ended; what stops clocks later does not stop it."""
    limit = case.limit(target.kind)
    if case.policy is None or limit is None:
        return
    stops_at = _stops_at(case, target)
    if stops_at is None and target.running_since is None:
        go_on(target, _goes_on_at(case.row, target))
    if stops_at is not None and until is not None and until <= stops_at:
        stops_at = None
    run(target, case.row, case.policy, limit, case.hours, stops_at=stops_at)


def _stops_at(case: Case, target: ServiceTarget) -> datetime | None:
    """Since when the clock stands still. The last message is what was said or done then, or the line that tells it."""
    row, pauses = case.row, case.policy.terms.pauses if case.policy else None
    if pauses is None:
        return None
    if pauses.snoozed and row.status == "snoozed":
        return row.last_message_at
    answered = row.waiting_since is None and row.first_replied_at is not None
    if target.kind == "resolution" and pauses.waiting_for_visitor and answered and row.status == "open":
        return row.last_message_at
    return None


def _goes_on_at(row: Conversation, target: ServiceTarget) -> datetime:
    if row.waiting_since is not None and target.paused_at is not None and row.waiting_since >= target.paused_at:
        return row.waiting_since
    return row.resolved_at or row.last_message_at


__all__ = ["Begun", "Case", "anything_promised", "follow", "targets_of"]
