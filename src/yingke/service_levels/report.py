"""How many promises were kept: by policy, team and agent, down to the conversations behind those that were not."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from yingke.conversations.models import Conversation
from yingke.conversations.queries import visible_to
from yingke.identity import Actor, zone_of
from yingke.kit.days import Days, days_asked
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.service_levels.models import ServiceTarget
from yingke.service_levels.values import DEFINITIONS, Kept, KeptBy, MissedValue, ServiceLevelReport

_KINDS = ("first_response", "next_response", "resolution")


Whose = UUID | Literal["none"]
"""`none`: of nobody, or of what was deleted since."""


async def days_of(work: Work, first: date | None, last: date | None) -> Days:
    """The last seven days when nothing is said. Raises Invalid naming `from` or `to`."""
    return days_asked(first, last, now=work.now, zone=await zone_of(work), usual=7)


async def report(work: Work, days: Days) -> ServiceLevelReport:
    target = ServiceTarget
    counted = (
        select(target.policy_id, target.team_id, target.agent_id, target.kind, target.outcome, func.count().label("n"))
        .where(*_decided(work, days), target.outcome.in_(["kept", "breached"]))
        .group_by(target.policy_id, target.team_id, target.agent_id, target.kind, target.outcome)
    )
    rows = (await work.rows.execute(counted)).all()
    (total,) = _by(rows, lambda row: None) or [KeptBy(id=None, kept=0, breached=0, kept_rate=1.0, kinds=[])]
    return ServiceLevelReport(
        from_=days.first,
        to=days.last,
        time_zone=days.zone.key,
        total=total,
        policies=_by(rows, lambda row: row.policy_id),
        teams=_by(rows, lambda row: row.team_id),
        agents=_by(rows, lambda row: row.agent_id),
        definitions=DEFINITIONS,
    )


async def missed(
    work: Work,
    actor: Actor,
    days: Days,
    *,
    policy_id: Whose | None = None,
    team_id: Whose | None = None,
    agent_id: Whose | None = None,
    limit: int,
    cursor: str | None,
) -> tuple[list[MissedValue], str | None]:
    """Of the conversations the actor may read, those missed last first. Raises BadCursor."""
    target = ServiceTarget
    query = (
        select(target, Conversation.number, Conversation.who["name"].astext.label("name"))
        .join(
            Conversation,
            (Conversation.workspace_id == target.workspace_id) & (Conversation.id == target.conversation_id),
        )
        .where(*_decided(work, days), target.outcome == "breached", visible_to(actor))
    )
    for column, value in ((target.policy_id, policy_id), (target.team_id, team_id), (target.agent_id, agent_id)):
        if value is not None:
            query = query.where(column.is_(None) if value == "none" else column == value)
    if cursor is not None:
        at, id = read_cursor(cursor, datetime, UUID)
        query = query.where((target.decided_at < at) | ((target.decided_at == at) & (target.id < id)))
    ordered = query.order_by(target.decided_at.desc(), target.id.desc())
    rows = (await work.rows.execute(ordered.limit(limit + 1))).all()
    shown = [_missed(*row) for row in rows[:limit]]
    return shown, write_cursor(shown[-1].decided_at, shown[-1].id) if len(rows) > limit else None


def _decided(work: Work, days: Days) -> tuple[Any, ...]:
    decided_at = ServiceTarget.decided_at
    return ServiceTarget.workspace_id == work.workspace_id, decided_at >= days.begin, decided_at < days.end


def _by(rows: Iterable[Any], key: Callable[[Any], UUID | None]) -> list[KeptBy]:
    """The most first."""
    found: dict[UUID | None, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[key(row)][row.kind, row.outcome] += row.n
    made = []
    for id, counts in found.items():
        kinds = [
            Kept(kind=kind, kept=kept, breached=breached, kept_rate=_share(kept, breached))  # type: ignore[arg-type]
            for kind in _KINDS
            if (kept := counts[kind, "kept"]) + (breached := counts[kind, "breached"])
        ]
        kept, breached = sum(each.kept for each in kinds), sum(each.breached for each in kinds)
        made.append(KeptBy(id=id, kept=kept, breached=breached, kept_rate=_share(kept, breached), kinds=kinds))
    return sorted(made, key=lambda each: (-each.kept - each.breached, str(each.id)))


def _share(kept: int, breached: int) -> float:
    return kept / (kept + breached)


def _missed(target: ServiceTarget, number: int, name: str | None) -> MissedValue:
    assert target.decided_at is not None
    late = (target.ended_at - target.decided_at).total_seconds() if target.ended_at else None
    return MissedValue(
        id=target.id,
        conversation_id=target.conversation_id,
        number=number,
        name=name,
        kind=target.kind,  # type: ignore[arg-type] # the column holds nothing else
        policy_id=target.policy_id,
        team_id=target.team_id,
        agent_id=target.agent_id,
        decided_at=target.decided_at,
        late=late,
    )
