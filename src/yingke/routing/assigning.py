"""Gives waiting conversations to agents, as the policies of their teams say."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import case, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from yingke.agents import Agent
from yingke.conversations.assigning import give_all
from yingke.conversations.models import Conversation
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.routing.choosing import Ask, Candidate, Decision, Floor
from yingke.routing.facts import ConversationOffered
from yingke.routing.loading import candidates, firsts
from yingke.routing.models import QueuePlace, RoutingDecision, RoutingTurn
from yingke.routing.places import ask_of, next_due
from yingke.routing.rules import Rules, rules_of

AT_ONCE = 100
"""Given in one transaction at most; each is told, and what is told brings the next round."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")

Chosen = list[tuple[Ask, Decision]]


async def assign_waiting(work: Work) -> int:
    """Give what can be given now; how many. Two at once in a workspace wait for each other."""
    await work.flush()
    await work.rows.execute(_ONE_AT_A_TIME, {"key": f"routing {work.workspace_id}"})
    waiting = {place.conversation_id: place for place in await firsts(work, AT_ONCE)}
    if not waiting:
        return 0
    rules = await rules_of(work)
    present = await candidates(work, rules)
    floor = _floor(rules, present, list(waiting.values()))
    chosen: Chosen = []
    for each in floor.decide(work.now):
        chosen.append(each)
        if len(chosen) == AT_ONCE:
            break
    _look_again(waiting, floor)
    rows = await _still_waiting(work, waiting, [ask.conversation_id for ask, _ in chosen])
    chosen = [each for each in chosen if each[0].conversation_id in rows]
    _offer(work, waiting, [each for each in chosen if each[1].agent_id is None])
    given = [each for each in chosen if each[1].agent_id is not None]
    await _give(work, rules, rows, waiting, given)
    return len(given)


def _floor(rules: Rules, present: Sequence[Candidate], waiting: Sequence[QueuePlace]) -> Floor:
    floor = Floor(rules.of)
    for candidate in present:
        floor.put(candidate)
    for place in waiting:
        floor.enter(ask_of(place), place.lane)
    return floor


async def _still_waiting(work: Work, waiting: dict[UUID, QueuePlace], ids: Sequence[UUID]) -> dict[UUID, Conversation]:
    """The locked conversations that still wait as their places say. Of the others a fact is on its way to routing."""
    if not ids:
        return {}
    rows = await work.all(
        select(Conversation)
        .where(
            Conversation.workspace_id == work.workspace_id, Conversation.id.in_(ids), Conversation.status == "queued"
        )
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    gone = set(ids) - {row.id for row in rows}
    if gone:
        await work.rows.execute(
            delete(QueuePlace).where(QueuePlace.workspace_id == work.workspace_id, QueuePlace.conversation_id.in_(gone))
        )
    return {row.id: row for row in rows if row.team_id == waiting[row.id].team_id}


async def _give(
    work: Work, rules: Rules, rows: dict[UUID, Conversation], waiting: dict[UUID, QueuePlace], given: Chosen
) -> None:
    if not given:
        return
    wanted = {decision.agent_id for _, decision in given}
    people = await work.all(select(Agent).where(Agent.workspace_id == work.workspace_id, Agent.id.in_(wanted)))
    agents = {agent.id: agent for agent in people}
    loads = [(rows[ask.conversation_id], agents[_agent(decision)], _why(decision)) for ask, decision in given]
    await give_all(work, loads)
    kept = [_kept(work, ask, decision, waiting[ask.conversation_id]) for ask, decision in given]
    await work.rows.execute(insert(RoutingDecision), kept)
    await _note_turns(work, Counter(_agent(decision) for _, decision in given))
    for ask, decision in given:
        place = waiting[ask.conversation_id]
        place.state, place.agent_id = "given", decision.agent_id
        place.given_at, place.given_seq = work.now, rows[ask.conversation_id].last_seq
        place.due_at = next_due(place, rules.of(place.team_id))


async def _note_turns(work: Work, counted: Counter[UUID]) -> None:
    today = work.now.date()
    rows = [
        {"workspace_id": work.workspace_id, "agent_id": agent_id, "day": today, "given": number, "last_at": work.now}
        for agent_id, number in counted.items()
    ]
    turns = insert(RoutingTurn)
    new = turns.excluded
    given = case((RoutingTurn.day == new.day, RoutingTurn.given + new.given), else_=new.given)
    await work.rows.execute(
        turns.on_conflict_do_update(
            index_elements=["workspace_id", "agent_id"],
            set_={"last_at": new.last_at, "day": new.day, "given": given},
        ),
        rows,
    )


def _kept(work: Work, ask: Ask, decision: Decision, place: QueuePlace) -> dict[str, object]:
    return {
        "workspace_id": work.workspace_id,
        "id": new_id(),
        "conversation_id": ask.conversation_id,
        "kind": "assigned",
        "team_id": ask.team_id,
        "agent_id": decision.agent_id,
        "decided_at": work.now,
        "waited": max(0.0, (work.now - ask.since).total_seconds()),
        "expected": place.expected,
        "low": place.low,
        "high": place.high,
        "explanation": msgspec.to_builtins(decision),
    }


def _offer(work: Work, waiting: dict[UUID, QueuePlace], offered: Chosen) -> None:
    for ask, decision in offered:
        assert decision.look_again_at is not None
        place = waiting[ask.conversation_id]
        place.state, place.due_at = "offered", decision.look_again_at
        work.tell(
            ConversationOffered(
                workspace_id=work.workspace_id,
                conversation_id=ask.conversation_id,
                team_id=ask.team_id,
                site_id=ask.traits.site_id,
                agent_ids=decision.offered_ids,
                seconds=round((decision.look_again_at - work.now).total_seconds()),
            )
        )


def _look_again(waiting: dict[UUID, QueuePlace], floor: Floor) -> None:
    """Write down when time alone may find somebody for the first of a lane."""
    for conversation_id, at in floor.stuck():
        place = waiting[conversation_id]
        place.due_at = min(at, place.due_at or at)


def _agent(decision: Decision) -> UUID:
    assert decision.agent_id is not None
    return decision.agent_id


def _why(decision: Decision) -> str:
    """For the thread, in short: the step, and how much the chosen one had in hand."""
    chosen = decision.considered[0]
    return f"{decision.step} {chosen.load:g}/{chosen.capacity}"
