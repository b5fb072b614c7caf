"""When to look at the queue, and when a seat is given up."""

from datetime import timedelta
from uuid import UUID

from yingke.agents import Agent, AgentChanged, TeamDeleted
from yingke.conversations.assigning import release_conversations
from yingke.conversations.facts import ConversationChanged
from yingke.kit.outbox import together
from yingke.kit.work import Work
from yingke.routing.assigning import assign_waiting
from yingke.routing.expecting import note_expectations
from yingke.routing.facts import RoutingChanged
from yingke.routing.places import enter_again, follow
from yingke.routing.rescuing import held_by, release_all, release_team
from yingke.routing.wrapping_up import note_wrap_ups

SEAT_KEPT_FOR = timedelta(minutes=3)
_MATTERS = frozenset(
    {"queued", "resolved", "snoozed", "transferred", "assigned", "reopened", "woken", "linked", "edited"}
)
_OF_THE_WAITING = frozenset({"linked", "edited"})


@together
async def route_conversation(work: Work, *facts: ConversationChanged) -> None:
    """A conversation waits, or an agent got room for one."""
    wanted = [fact for fact in facts if fact.change in _MATTERS and fact.conversation.channel != "colleague"]
    wanted = [fact for fact in wanted if fact.change not in _OF_THE_WAITING or fact.conversation.status == "queued"]
    await note_wrap_ups(work, wanted)
    if wanted:
        await follow(work, [fact.conversation.id for fact in wanted])
        await assign_waiting(work)
        await note_expectations(work)


async def route_to_agent(work: Work, fact: AgentChanged) -> None:
    """An agent came, went, left for good, or changed what he says."""
    agent = fact.agent
    if agent.disabled:
        await release_all(work, agent.id)
    elif agent.connected and agent.availability == "online":
        await assign_waiting(work)
    elif not agent.connected and await held_by(work, agent.id):
        row = await work.find(Agent, agent.id)
        if row is not None and row.disconnected_at is not None:
            work.defer("release_seat", at=row.disconnected_at + SEAT_KEPT_FOR, agent_id=str(agent.id))


async def route_after_team(work: Work, fact: TeamDeleted) -> None:
    """A team is gone: who waited for it waits for everybody, at the same place."""
    await release_team(work, fact.team_id)
    await assign_waiting(work)


async def route_anew(work: Work, fact: RoutingChanged) -> None:
    """A policy changed, or who can what."""
    await enter_again(work, fact.team_id, every=fact.team_id is None)
    await assign_waiting(work)


async def release_seat(work: Work, agent_id: UUID) -> None:
    """Queue again what an agent holds who has been away for the whole time."""
    agent = await work.find(Agent, agent_id)
    if agent is None or agent.disconnected_at is None or work.now - agent.disconnected_at < SEAT_KEPT_FOR:
        return
    await release_conversations(work, agent_id, await held_by(work, agent_id), why="connection_lost")
