"""When to look at the queue, and when a seat is given up."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent, AgentChanged
from yingke.conversations.assigning import release_conversations
from yingke.conversations.facts import ConversationChanged
from yingke.conversations.models import Conversation
from yingke.kit.outbox import together
from yingke.kit.work import Work
from yingke.routing.assigning import assign_waiting

SEAT_KEPT_FOR = timedelta(minutes=3)
_FREES_OR_QUEUES = frozenset({"queued", "resolved", "snoozed", "transferred", "assigned"})


@together
async def route_conversation(work: Work, *facts: ConversationChanged) -> None:
    """A conversation waits, or an agent got room for one."""
    if any(fact.change in _FREES_OR_QUEUES and fact.conversation.channel != "colleague" for fact in facts):
        await assign_waiting(work)


async def route_to_agent(work: Work, fact: AgentChanged) -> None:
    """An agent came, went or changed what he says."""
    agent = fact.agent
    if agent.connected and agent.availability == "online":
        await assign_waiting(work)
    elif not agent.connected and await _holds(work, agent.id):
        row = await work.find(Agent, agent.id)
        if row is not None and row.disconnected_at is not None:
            work.defer("release_seat", at=row.disconnected_at + SEAT_KEPT_FOR, agent_id=str(agent.id))


async def release_seat(work: Work, agent_id: UUID) -> None:
    """Queue again what an agent holds who has been away for the whole time."""
    agent = await work.find(Agent, agent_id)
    if agent is None or agent.disconnected_at is None or work.now - agent.disconnected_at < SEAT_KEPT_FOR:
        return
    await release_conversations(work, agent_id, await _holds(work, agent_id), why="connection_lost")


async def _holds(work: Work, agent_id: UUID) -> list[UUID]:
    held = select(Conversation.id).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.agent_id == agent_id,
        Conversation.status == "open",
        Conversation.channel != "colleague",
    )
    return list((await work.scalars(held)).all())
