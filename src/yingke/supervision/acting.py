"""Stepping in. Each verb does what the desk's verbs do, and writes down who did it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent, TeamMember, team_value
from yingke.conversations.assigning import assign_conversation, join_conversation, transfer_conversation
from yingke.conversations.changes import place_of
from yingke.conversations.closing import resolve_conversation
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_room
from yingke.conversations.posting import Draft, post_message
from yingke.conversations.queries import conversation_for
from yingke.conversations.values import ConversationValue
from yingke.identity import WHICHEVER, Actor, Scope
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.supervision.errors import NobodyToWhisperTo, NoRoomForTeam
from yingke.supervision.models import SupervisionAct
from yingke.supervision.values import Act

MOST_IN_ROOM = 50


async def _reached(work: Work, actor: Actor, conversation_id: UUID) -> Conversation:
    """A conversation the actor may step into. Raises ConversationMissing, Forbidden."""
    row = await conversation_for(work, actor, conversation_id)
    actor.require("supervision.act", place_of(row))
    return row


async def watch_conversation(work: Work, actor: Actor, conversation_id: UUID) -> None:
    """The actor begins to read along; nobody is shown it, and it is written down. Raises ConversationMissing."""
    row = await _reached(work, actor, conversation_id)
    await write_down(work, actor, "watched", row)


async def whisper(work: Work, actor: Actor, conversation_id: UUID, client_id: UUID, text: str) -> None:
    """A note for the agent who has it, marked as such. Raises NobodyToWhisperTo, and what `post_message` does."""
    row = await _reached(work, actor, conversation_id)
    if row.agent_id is None or row.agent_id == actor.agent_id:
        raise NobodyToWhisperTo
    to = row.agent_id
    content = {"type": "whisper", "to": str(to)}
    draft = Draft(client_id=client_id, text=text, kind="note", mentions=[to], content=content)
    posted = await post_message(work, actor, conversation_id, draft)
    if not posted.repeated:
        await write_down(work, actor, "whispered", row, to_agent_id=to)


async def step_in(work: Work, actor: Actor, conversation_id: UUID) -> ConversationValue:
    """Take part under one's own name, beside the agent who has it."""
    row = await _reached(work, actor, conversation_id)
    joined = await join_conversation(work, actor, conversation_id)
    await write_down(work, actor, "joined", row)
    return joined


async def take_over(work: Work, actor: Actor, conversation_id: UUID) -> ConversationValue:
    """The conversation is the actor's from now on. Raises ConversationResolved."""
    before = (await _reached(work, actor, conversation_id)).agent_id
    taken = await assign_conversation(work, actor, conversation_id, actor.agent_id)
    row = await conversation_for(work, actor, conversation_id)
    if before != actor.agent_id:
        await write_down(work, actor, "taken_over", row, from_agent_id=before)
    return taken


async def force_transfer(
    work: Work, actor: Actor, conversation_id: UUID, *, agent_id: UUID | None, team_id: UUID | None, note: str
) -> ConversationValue:
    """Raises Invalid naming the field, ConversationResolved."""
    row = await _reached(work, actor, conversation_id)
    passed = await transfer_conversation(work, actor, conversation_id, agent_id=agent_id, team_id=team_id, note=note)
    await write_down(work, actor, "transferred", row, to_agent_id=agent_id, to_team_id=team_id)
    return passed


async def force_end(work: Work, actor: Actor, conversation_id: UUID, reason: str) -> ConversationValue:
    """Raises Unanswered unless `reason` says why nobody had to answer."""
    row = await _reached(work, actor, conversation_id)
    ended = await resolve_conversation(work, actor, conversation_id, reason)
    await write_down(work, actor, "ended", row, reason=reason)
    return ended


async def message_team(work: Work, actor: Actor, team_id: UUID, client_id: UUID, text: str) -> ConversationValue:
    """Say something to everybody of a team, in the room of these people. Raises Missing, NoRoomForTeam."""
    actor.require("supervision.act", Scope(team_id, WHICHEVER))
    team = await team_value(work, team_id)
    members = [each for each in await _active(work, team_id) if each != actor.agent_id]
    if not members or len(members) >= MOST_IN_ROOM:
        raise NoRoomForTeam
    room = await open_room(work, actor, members)
    posted = await post_message(work, actor, room.id, Draft(client_id=client_id, text=text))
    if not posted.repeated:
        await write_down(work, actor, "messaged_team", None, to_team_id=team.id)
    return room


async def _active(work: Work, team_id: UUID) -> list[UUID]:
    members = select(TeamMember.agent_id).where(
        TeamMember.workspace_id == work.workspace_id, TeamMember.team_id == team_id
    )
    return sorted(await work.scalars(members))


async def write_down(work: Work, actor: Actor, act: Act, row: Conversation | None, **details: Any) -> None:
    """That the actor did `act`; also for features that read what is not the actor's."""
    agent = await work.get(Agent, actor.agent_id)
    work.add(
        SupervisionAct(
            id=new_id(),
            act=act,
            agent_id=actor.agent_id,
            agent_name=agent.name,
            conversation_id=row.id if row else None,
            number=row.number if row else None,
            details={name: str(value) for name, value in details.items() if value is not None},
            acted_at=work.now,
        )
    )
