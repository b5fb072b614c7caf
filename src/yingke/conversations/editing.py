"""What staff note about a conversation: tags, closing summary, team, drafts, recalled messages."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import to_builtins
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from yingke.agents import Team
from yingke.conversations.changes import changed, locked_for
from yingke.conversations.errors import NotYours, RecallTooLate
from yingke.conversations.facts import DraftChanged, MessageRecalled
from yingke.conversations.models import Conversation, Message, MessageDraft
from yingke.conversations.rows import conversation_value, message_value
from yingke.conversations.values import ConversationValue, DraftValue, MessageValue, Summary
from yingke.identity import Actor
from yingke.kit.errors import Invalid, Missing
from yingke.kit.work import Work
from yingke.tags import require_tags

RECALL_WITHIN = timedelta(minutes=2)


async def tag_conversation(
    work: Work, actor: Actor, conversation_id: UUID, tag_ids: Sequence[UUID]
) -> ConversationValue:
    """Raises ConversationMissing, UnknownTag."""
    row = await locked_for(work, actor, conversation_id)
    wanted = await require_tags(work, tag_ids)
    if wanted == row.tag_ids:
        return conversation_value(row)
    row.tag_ids = wanted
    return changed(work, row, "tagged", by=actor)


async def forget_tag(work: Work, tag_id: UUID, after: UUID | None, at_once: int) -> UUID | None:
    """Take a deleted tag from the next `at_once` conversations that carry it, and answer the last of them.

    Those that are going on are told, for they stand on somebody's desk; the others change silently: a tag may have been
    on every conversation of years.
    """
    tagged = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id, Conversation.tag_ids.contains([tag_id])
    )
    if after is not None:
        tagged = tagged.where(Conversation.id > after)
    rows = await work.all(tagged.order_by(Conversation.id).limit(at_once).with_for_update(key_share=True))
    for row in rows:
        row.tag_ids = [each for each in row.tag_ids if each != tag_id]
        if row.status != "resolved":
            changed(work, row, "tagged")
    return rows[-1].id if len(rows) == at_once else None


async def summarise_conversation(
    work: Work, actor: Actor, conversation_id: UUID, summary: Summary
) -> ConversationValue:
    row = await locked_for(work, actor, conversation_id)
    row.summary = to_builtins(summary)
    return changed(work, row, "summarised", by=actor)


async def move_to_team(work: Work, actor: Actor, conversation_id: UUID, team_id: UUID | None) -> ConversationValue:
    """Change the team that a conversation counts for; its agent keeps it."""
    row = await locked_for(work, actor, conversation_id)
    if team_id is not None and await work.find(Team, team_id) is None:
        raise Invalid("This team is not in this workspace.", field="team_id")
    before = row.team_id
    row.team_id = team_id
    return changed(work, row, "edited", by=actor, team_id_before=before)


async def recall_message(work: Work, actor: Actor, conversation_id: UUID, seq: int) -> MessageValue:
    """Take back one's own message within two minutes. Its place stays; its content goes."""
    row = await locked_for(work, actor, conversation_id)
    message = await work.rows.get(Message, (work.workspace_id, conversation_id, seq))
    if message is None or message.kind not in ("outgoing", "note"):
        raise Missing
    if message.author_id != actor.agent_id:
        raise NotYours
    if message.recalled_at is None:
        if work.now - message.created_at > RECALL_WITHIN:
            raise RecallTooLate
        message.recalled_at = work.now
        message.text, message.attachments, message.quote = "", [], None
        row.version += 1
        if row.last_message and row.last_message["seq"] == seq:
            row.last_message = {**row.last_message, "text": ""}
        work.tell(
            MessageRecalled(
                workspace_id=work.workspace_id, conversation=conversation_value(row), message=message_value(message)
            )
        )
    return message_value(message)


async def save_draft(work: Work, actor: Actor, conversation_id: UUID, text: str) -> None:
    """Keep what the actor has typed; an empty text forgets it."""
    await locked_for(work, actor, conversation_id)
    mine = (MessageDraft.workspace_id == work.workspace_id) & (MessageDraft.agent_id == actor.agent_id)
    if text:
        row = insert(MessageDraft).values(
            workspace_id=work.workspace_id,
            agent_id=actor.agent_id,
            conversation_id=conversation_id,
            text=text,
            updated_at=work.now,
        )
        keep = {"text": row.excluded.text, "updated_at": row.excluded.updated_at}
        await work.rows.execute(row.on_conflict_do_update(constraint="pk_message_drafts", set_=keep))
    else:
        await work.rows.execute(delete(MessageDraft).where(mine & (MessageDraft.conversation_id == conversation_id)))
    draft = DraftValue(conversation_id=conversation_id, text=text, updated_at=work.now)
    work.tell(DraftChanged(workspace_id=work.workspace_id, agent_id=actor.agent_id, draft=draft))
