"""What those who wait may expect, from what others waited."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import func, select

from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.routing.estimating import Experience, Range, guess, range_of
from yingke.routing.models import QueuePlace, RoutingDecision
from yingke.routing.rules import rules_of

LATELY = timedelta(hours=3)
"""For how fast a queue moves."""
CALIBRATED_OVER = timedelta(days=7)
MOST_GAPS, MOST_WAITS, MOST_TOLD = 30, 300, 50
WAITED = 2.0
"""Seconds: who waited less did not wait."""
LONGEST_GAP = 1800.0
"""Seconds: between two who were served farther apart the team was not working."""


async def experience_of(work: Work, team_id: UUID | None) -> Experience:
    served = (
        select(
            RoutingDecision.decided_at,
            RoutingDecision.waited,
            RoutingDecision.expected,
            RoutingDecision.low,
            RoutingDecision.high,
        )
        .where(
            RoutingDecision.workspace_id == work.workspace_id,
            RoutingDecision.team_id.is_not_distinct_from(team_id),
            RoutingDecision.kind == "assigned",
            RoutingDecision.decided_at > work.now - CALIBRATED_OVER,
            RoutingDecision.waited > WAITED,
        )
        .order_by(RoutingDecision.decided_at.desc())
        .limit(MOST_WAITS)
    )
    rows = (await work.rows.execute(served)).all()
    recent = [row.decided_at for row in rows if row.decided_at > work.now - LATELY][: MOST_GAPS + 1]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(recent)]
    told = [row for row in rows if row.low is not None][:MOST_TOLD]
    return Experience(
        gaps=[gap for gap in gaps if gap <= LONGEST_GAP],
        ratios=[row.waited / row.expected for row in rows if row.expected],
        held=[row.low <= row.waited <= row.high for row in told],
    )


async def ranges(work: Work, team_id: UUID | None, positions: Sequence[int]) -> list[Range | None]:
    """What the ones at these places are told."""
    if not positions or (await rules_of(work)).of(team_id).waiting.show != "range":
        return [None] * len(positions)
    experience = await experience_of(work, team_id)
    return [range_of(guess(position, experience), experience) for position in positions]


async def note_expectations(work: Work) -> None:
    """Write down what is expected of those who begin to wait, so that it can be seen later how true it was."""
    begun = (
        select(QueuePlace)
        .where(
            QueuePlace.workspace_id == work.workspace_id,
            QueuePlace.state != "given",
            QueuePlace.position.is_(None),
            QueuePlace.since > work.now - timedelta(minutes=5),
        )
        .limit(200)
    )
    known: dict[UUID | None, Experience] = {}
    positions: Mapping[UUID, int] | None = None
    for place in await work.all(begun):
        if positions is None:
            positions = await _positions(work)
        if place.conversation_id not in positions:
            continue
        if place.team_id not in known:
            known[place.team_id] = await experience_of(work, place.team_id)
        place.position = positions[place.conversation_id]
        place.expected = guess(place.position, known[place.team_id])
        told = range_of(place.expected, known[place.team_id])
        place.low, place.high = (told.low, told.high) if told else (None, None)


async def _positions(work: Work) -> dict[UUID, int]:
    """The place in its queue of everybody who began to wait lately."""
    position = func.row_number().over(
        partition_by=QueuePlace.team_id, order_by=(QueuePlace.place_at, QueuePlace.conversation_id)
    )
    ranked = (
        select(QueuePlace.conversation_id, position.label("position"), QueuePlace.position.label("known"))
        .where(QueuePlace.workspace_id == work.workspace_id, QueuePlace.state != "given")
        .subquery()
    )
    rows = await work.rows.execute(select(ranked.c.conversation_id, ranked.c.position).where(ranked.c.known.is_(None)))
    return {row.conversation_id: row.position for row in rows}


async def waiting_in(work: Work, team_id: UUID | None) -> int:
    counted = select(func.count()).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.status == "queued",
        Conversation.kind == "chat",
        Conversation.team_id.is_not_distinct_from(team_id),
    )
    return int((await work.rows.execute(counted)).scalar_one())


async def expected_of(work: Work, row: Conversation, position: int | None) -> Range | None:
    """What the visitor of `row` is told, at its place in the queue."""
    if position is None or row.kind != "chat":
        return None
    return (await ranges(work, row.team_id, [position]))[0]
