"""Gives waiting conversations to agents, first come first served."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select, text

from yingke.agents import Agent, agent_values
from yingke.conversations.assigning import give_to
from yingke.conversations.changes import locked
from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.routing.strategies import Candidate, least_loaded

AT_ONCE = 50
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")


async def assign_waiting(work: Work) -> int:
    """Assign what can be assigned now; how many were. Two at once in a workspace wait for each other."""
    await work.rows.execute(_ONE_AT_A_TIME, {"key": f"routing {work.workspace_id}"})
    waiting = await _waiting(work)
    if not waiting:
        return 0
    candidates = {each.agent_id: each for each in await _candidates(work)}
    assigned = 0
    for conversation_id, team_id in waiting:
        choice = least_loaded(list(candidates.values()), team_id)
        if choice is None:
            continue
        row = await locked(work, conversation_id)
        if row.status != "queued":
            continue
        await give_to(work, row, await work.get(Agent, choice.agent_id), by=None, why=choice.reason)
        chosen = candidates[choice.agent_id]
        candidates[choice.agent_id] = replace(chosen, load=chosen.load + 1, last_assigned_at=work.now)
        assigned += 1
    return assigned


async def _waiting(work: Work) -> list[tuple[UUID, UUID | None]]:
    rows = await work.rows.execute(
        select(Conversation.id, Conversation.team_id)
        .where(
            Conversation.workspace_id == work.workspace_id, Conversation.status == "queued", Conversation.kind == "chat"
        )
        .order_by(Conversation.queue_rank, Conversation.queued_at, Conversation.id)
        .limit(AT_ONCE)
    )
    return [(row.id, row.team_id) for row in rows]


async def _candidates(work: Work) -> list[Candidate]:
    available = [a for a in await agent_values(work) if a.availability == "online" and a.connected and not a.disabled]
    held = (
        select(Conversation.agent_id, func.count(), func.max(Conversation.opened_at))
        .where(
            Conversation.workspace_id == work.workspace_id,
            Conversation.status == "open",
            Conversation.channel != "colleague",
            Conversation.agent_id.in_([a.id for a in available]),
        )
        .group_by(Conversation.agent_id)
    )
    loads = {agent_id: (load, last) for agent_id, load, last in (await work.rows.execute(held)).all()}
    return [
        Candidate(
            agent_id=a.id,
            team_ids=frozenset(a.team_ids),
            load=loads.get(a.id, (0, None))[0],
            capacity=a.capacity,
            last_assigned_at=loads.get(a.id, (0, None))[1],
        )
        for a in available
    ]
