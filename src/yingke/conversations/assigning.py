"""Who holds a conversation: accepting, assigning, transferring, joining."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from yingke.agents import Agent, Team
from yingke.conversations.appending import append
from yingke.conversations.changes import changed, locked, locked_for, note_activities, note_activity
from yingke.conversations.errors import AlreadyTaken, ConversationResolved
from yingke.conversations.facts import Change
from yingke.conversations.models import Conversation
from yingke.conversations.robots import end_turn
from yingke.conversations.rows import conversation_value
from yingke.conversations.threads import Posting
from yingke.conversations.values import Author, ConversationValue
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work

RETURNING = timedelta(hours=1)
"""The head start of a conversation that lost its agent, until routing gives it the workspace's own."""


async def accept_conversation(work: Work, actor: Actor, conversation_id: UUID) -> ConversationValue:
    """Take a conversation from the queue. Raises AlreadyTaken when a colleague was quicker."""
    row = await locked_for(work, actor, conversation_id)
    if row.status == "open" and row.agent_id == actor.agent_id:
        return conversation_value(row)
    if row.status == "resolved":
        raise ConversationResolved
    if row.agent_id is not None:
        raise AlreadyTaken
    return await give_to(work, row, await _agent(work, actor.agent_id), by=actor, why="accepted")


async def assign_conversation(
    work: Work, actor: Actor, conversation_id: UUID, agent_id: UUID | None
) -> ConversationValue:
    """Give the conversation to `agent_id`, or with None back to the queue of its team."""
    row = await locked_for(work, actor, conversation_id)
    _require_going_on(row)
    if agent_id is None:
        return await back_to_queue(work, row, why="returned", by=actor)
    return await give_to(work, row, await _agent(work, agent_id), by=actor, why="assigned")


async def transfer_conversation(
    work: Work,
    actor: Actor,
    conversation_id: UUID,
    *,
    agent_id: UUID | None = None,
    team_id: UUID | None = None,
    note: str = "",
) -> ConversationValue:
    """Pass the conversation on to an agent or to a team's queue, with a note for whoever gets it."""
    if (agent_id is None) == (team_id is None):
        raise Invalid("Choose either a colleague or a team.", field="agent_id")
    row = await locked_for(work, actor, conversation_id)
    _require_going_on(row)
    if note.strip():
        await leave_note(work, row, actor, note.strip())
    if agent_id is not None:
        return await give_to(work, row, await _agent(work, agent_id), by=actor, why="transferred")
    assert team_id is not None
    before = row.team_id
    row.team_id = (await _team(work, team_id)).id
    return await back_to_queue(work, row, why="transferred", by=actor, team_id_before=before)


async def give_to(
    work: Work, row: Conversation, agent: Agent, *, by: Actor | None, why: str, waking: bool = True
) -> ConversationValue:
    """Make `agent` the holder of the locked `row`. `why`: accepted, assigned, transferred, routed: and how it was chosen.

    `waking`: what was put aside is opened by it.
    """
    if row.status == "open" and row.agent_id == agent.id:
        return conversation_value(row)
    (value,) = await give_all(work, [(row, agent, why)], by=by, waking=waking)
    return value


async def give_all(
    work: Work, given: Sequence[tuple[Conversation, Agent, str]], *, by: Actor | None = None, waking: bool = True
) -> list[ConversationValue]:
    """Like `give_to`, for many locked rows in one statement; none of them is with its agent already."""
    before = {row.id: row.agent_id for row, _, _ in given}
    for row, agent, _ in given:
        await end_turn(work, row)
        row.agent_id = agent.id
        row.queued_at = row.place_at = None
        if waking or row.status != "snoozed":
            row.status, row.snoozed_until = "open", None
    activities = [
        {
            "type": _change(why),
            "agent_id": str(agent.id),
            "agent_name": agent.nickname or agent.name,
            "by_agent_id": str(by.agent_id) if by else None,
            "why": why,
        }
        for _, agent, why in given
    ]
    await note_activities(work, [(each[0], activity) for each, activity in zip(given, activities, strict=True)])
    return [changed(work, row, _change(why), by=by, agent_id_before=before[row.id]) for row, _, why in given]


def _change(why: str) -> Change:
    return "transferred" if why == "transferred" else "assigned"


async def back_to_queue(
    work: Work,
    row: Conversation,
    *,
    why: str,
    by: Actor | None = None,
    first: bool = False,
    team_id_before: UUID | None = None,
) -> ConversationValue:
    """Queue the locked `row` again; `first` gives it a head start, for it lost its place through no fault of its own."""
    before = row.agent_id
    await end_turn(work, row)
    row.agent_id = None
    row.status = "queued"
    row.snoozed_until = None
    row.queued_at = work.now
    row.priority = "returning" if first else row.priority
    row.place_at = work.now - (RETURNING if first else timedelta())
    team = await work.find(Team, row.team_id) if row.team_id else None
    activity = {
        "type": "transferred" if why == "transferred" else "queued",
        "team_id": str(team.id) if team else None,
        "team_name": (team.public_name or team.name) if team else None,
        "by_agent_id": str(by.agent_id) if by else None,
        "why": why,
    }
    await note_activity(work, row, activity)
    return changed(work, row, "queued", by=by, agent_id_before=before, team_id_before=team_id_before)


async def join_conversation(work: Work, actor: Actor, conversation_id: UUID) -> ConversationValue:
    row = await locked_for(work, actor, conversation_id)
    if actor.agent_id in row.participant_ids:
        return conversation_value(row)
    row.participant_ids = [*row.participant_ids, actor.agent_id]
    agent = await _agent(work, actor.agent_id)
    await note_activity(
        work, row, {"type": "joined", "agent_id": str(agent.id), "agent_name": agent.nickname or agent.name}
    )
    return changed(work, row, "joined", by=actor)


async def leave_conversation(work: Work, actor: Actor, conversation_id: UUID) -> ConversationValue:
    row = await locked_for(work, actor, conversation_id)
    if actor.agent_id not in row.participant_ids:
        return conversation_value(row)
    row.participant_ids = [each for each in row.participant_ids if each != actor.agent_id]
    agent = await _agent(work, actor.agent_id)
    await note_activity(
        work, row, {"type": "left", "agent_id": str(agent.id), "agent_name": agent.nickname or agent.name}
    )
    return changed(work, row, "left", by=actor)


async def release_conversations(work: Work, agent_id: UUID, conversation_ids: list[UUID], *, why: str) -> None:
    """Put the conversations that `agent_id` still holds at the front of their queues."""
    for conversation_id in sorted(conversation_ids):
        row = await locked(work, conversation_id)
        if row.agent_id == agent_id and row.status == "open":
            await back_to_queue(work, row, why=why, first=True)


def _require_going_on(row: Conversation) -> None:
    if row.status == "resolved":
        raise ConversationResolved


async def _agent(work: Work, agent_id: UUID) -> Agent:
    agent = await work.find(Agent, agent_id)
    if agent is None:
        raise Invalid("This colleague is not in this workspace.", field="agent_id")
    return agent


async def _team(work: Work, team_id: UUID) -> Team:
    team = await work.find(Team, team_id)
    if team is None:
        raise Invalid("This team is not in this workspace.", field="team_id")
    return team


async def leave_note(work: Work, row: Conversation, actor: Actor, note: str) -> None:
    """In the locked `row`, for whoever gets it: also where the actor has no sight of it himself."""
    agent = await _agent(work, actor.agent_id)
    posting = Posting(
        workspace_id=work.workspace_id,
        conversation_id=row.id,
        client_id=new_id(),
        kind="note",
        author=Author(kind="agent", id=agent.id, name=agent.nickname or agent.name),
        text=note,
        sees_all=True,
    )
    await append(work, [posting])
    await work.rows.refresh(row)
