"""Read and delivered marks. They only move forward."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from yingke.conversations.changes import changed, locked_for
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation, Message
from yingke.conversations.rows import conversation_value
from yingke.conversations.values import ConversationValue
from yingke.identity import Actor
from yingke.kit.work import Work


async def read_by_agent(work: Work, actor: Actor, conversation_id: UUID, seq: int) -> ConversationValue:
    """The actor has seen everything up to `seq`. In a webchat this counts for the desk when he holds it."""
    row = await locked_for(work, actor, conversation_id)
    seq = min(seq, row.last_seq)
    if row.channel == "colleague":
        if row.reads.get(str(actor.agent_id), 0) >= seq:
            return conversation_value(row)
        row.reads = {**row.reads, str(actor.agent_id): seq}
        return changed(work, row, "read", by=actor)
    if row.agent_id not in (None, actor.agent_id) or row.agent_read_seq >= seq:
        return conversation_value(row)
    row.agent_read_seq = seq
    row.unread = await incoming_after(work, row)
    return changed(work, row, "read", by=actor)


async def read_by_visitor(
    work: Work, person_ids: Collection[UUID], conversation_id: UUID, seq: int, *, delivered_only: bool = False
) -> ConversationValue:
    """The visitor's browser has shown (or, with `delivered_only`, received) everything up to `seq`."""
    row = await work.find(Conversation, conversation_id, lock=True)
    if row is None or row.visitor_id not in person_ids:
        raise ConversationMissing
    seq = min(seq, row.last_seq)
    delivered, read = max(row.visitor_delivered_seq, seq), row.visitor_read_seq
    if not delivered_only:
        read = max(read, seq)
    if (delivered, read) == (row.visitor_delivered_seq, row.visitor_read_seq):
        return conversation_value(row)
    row.visitor_delivered_seq, row.visitor_read_seq = delivered, read
    return changed(work, row, "delivered" if delivered_only else "read")


async def incoming_after(work: Work, row: Conversation) -> int:
    """How many messages of the visitor nobody on the desk has read."""
    unread = select(func.count()).where(
        Message.workspace_id == row.workspace_id,
        Message.conversation_id == row.id,
        Message.seq > row.agent_read_seq,
        Message.kind == "incoming",
        Message.recalled_at.is_(None),
    )
    return (await work.rows.execute(unread)).scalar_one()
