"""How a conversation ends, rests and comes back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent
from yingke.conversations.changes import changed, locked_for, note_activity
from yingke.conversations.errors import (
    ConversationMissing,
    ConversationNotResolved,
    ConversationResolved,
    Unanswered,
)
from yingke.conversations.models import Conversation
from yingke.conversations.robots import end_turn
from yingke.conversations.rows import conversation_value
from yingke.conversations.values import Author, ConversationValue
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.work import Work

NO_ANSWER_NEEDED = frozenset({"no_answer_needed", "spam", "answered_elsewhere"})
"""Reasons for which a conversation may end although its visitor was never answered."""


async def resolve_conversation(
    work: Work, actor: Actor, conversation_id: UUID, reason: str = "done"
) -> ConversationValue:
    """Raises Unanswered when nobody has said a word to the visitor, unless `reason` says why nobody had to."""
    row = await locked_for(work, actor, conversation_id)
    if row.waiting_since is not None and row.first_replied_at is None and reason not in NO_ANSWER_NEEDED:
        raise Unanswered(field="reason")
    agent = await work.get(Agent, actor.agent_id)
    author = Author(kind="agent", id=agent.id, name=agent.nickname or agent.name)
    return await _resolve(work, row, reason=reason, author=author, by=actor)


async def resolve_by_visitor(
    work: Work, visitor_id: UUID, person_ids: Collection[UUID], conversation_id: UUID
) -> ConversationValue:
    row = await work.find(Conversation, conversation_id, lock=True)
    if row is None or row.visitor_id not in person_ids:
        raise ConversationMissing
    return await _resolve(work, row, reason="visitor_ended", author=Author(kind="visitor", id=visitor_id), by=None)


async def resolve_answered(work: Work, row: Conversation, name: str) -> ConversationValue:
    """The robot `name` answered, and the visitor of the locked `row` has gone."""
    return await _resolve(work, row, reason="answered_by_robot", author=Author(kind="robot", name=name), by=None)


async def _resolve(
    work: Work, row: Conversation, *, reason: str, author: Author, by: Actor | None
) -> ConversationValue:
    if row.status == "resolved":
        return conversation_value(row)
    row.status = "resolved"
    row.resolved_at = work.now
    row.resolve_reason = reason
    row.queued_at = row.snoozed_until = row.waiting_since = None
    row.unread = 0
    row.robot = False
    await note_activity(work, row, {"type": "resolved", "reason": reason, "agent_name": author.name}, author=author)
    return changed(work, row, "resolved", by=by)


async def reopen_conversation(work: Work, actor: Actor, conversation_id: UUID) -> ConversationValue:
    """The actor takes an ended conversation up again."""
    row = await locked_for(work, actor, conversation_id)
    if row.status != "resolved":
        raise ConversationNotResolved
    before = row.agent_id
    row.status = "open"
    row.agent_id = actor.agent_id
    row.resolved_at = row.resolve_reason = None
    await note_activity(work, row, {"type": "reopened", "by_agent_id": str(actor.agent_id)})
    return changed(work, row, "reopened", by=actor, agent_id_before=before)


async def snooze_conversation(work: Work, actor: Actor, conversation_id: UUID, until: datetime) -> ConversationValue:
    """Put the conversation aside until `until`, or until the visitor writes. It is then the actor's."""
    if until <= work.now:
        raise Invalid("Choose a time in the future.", field="until")
    row = await locked_for(work, actor, conversation_id)
    if row.status == "resolved":
        raise ConversationResolved
    before = row.agent_id
    await end_turn(work, row)
    row.status = "snoozed"
    row.agent_id = row.agent_id or actor.agent_id
    row.snoozed_until = until
    row.queued_at = None
    aside = {"type": "snoozed", "until": until.isoformat(), "by_agent_id": str(actor.agent_id)}
    await note_activity(work, row, aside, staff_only=True)
    return changed(work, row, "snoozed", by=actor, agent_id_before=before)


async def wake_snoozed(work: Work) -> int:
    """Bring back what has rested long enough; the number of conversations. For a timer."""
    due = select(Conversation.id).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.status == "snoozed",
        Conversation.snoozed_until <= work.now,
    )
    woken = 0
    for conversation_id in sorted((await work.scalars(due)).all()):
        row = await work.find(Conversation, conversation_id, lock=True)
        if row is None or row.status != "snoozed":
            continue
        row.status = "open"
        row.snoozed_until = None
        await note_activity(work, row, {"type": "woken"}, staff_only=True)
        changed(work, row, "woken")
        woken += 1
    return woken
