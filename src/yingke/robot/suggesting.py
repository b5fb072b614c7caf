"""For the agent who has a conversation: the entries that answer what was asked last."""

from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Message
from yingke.conversations.queries import conversation_for
from yingke.identity import Actor
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge import AnswerValue
from yingke.knowledge.asking import answer_question
from yingke.knowledge.banks import Banks
from yingke.knowledge.languages import language_of
from yingke.knowledge.ordering import count_use
from yingke.knowledge.readers import Reader
from yingke.robot.witnessing import bear_witness

_MOST = 5


class SuggestedEntries(Value, frozen=True, kw_only=True):
    """`seq` and `question` are those of the visitor's last message with a text; None when there is none."""

    seq: int | None
    question: str
    answer: AnswerValue


async def note_use(work: Work, actor: Actor, conversation_id: UUID, entry_id: UUID, seq: int | None) -> None:
    """An agent answered the message `seq` with an entry that was suggested for it. Raises ConversationMissing, EntryMissing."""
    row = await conversation_for(work, actor, conversation_id)
    await count_use(work, entry_id)
    message = await work.rows.get(Message, (work.workspace_id, row.id, seq)) if seq else None
    if message is not None and message.kind == "incoming" and message.recalled_at is None:
        asked_before = select(Message.seq).where(
            Message.workspace_id == work.workspace_id,
            Message.conversation_id == row.id,
            Message.kind == "incoming",
            Message.seq < message.seq,
        )
        follows = (await work.scalars(asked_before.limit(1))).first() is not None
        await bear_witness(work, row, message.text, entry_id, "agent", follows=follows)


async def suggest_entries(work: Work, banks: Banks, actor: Actor, conversation_id: UUID) -> SuggestedEntries:
    """At most five, also those for staff only. Raises ConversationMissing."""
    row = await conversation_for(work, actor, conversation_id)
    language = language_of(row.language)
    said = select(Message.seq, Message.text).where(
        Message.workspace_id == work.workspace_id,
        Message.conversation_id == row.id,
        Message.kind == "incoming",
        Message.text != "",
        Message.recalled_at.is_(None),
    )
    asked = (await work.rows.execute(said.order_by(Message.seq.desc()).limit(2))).all()
    if not asked:
        return SuggestedEntries(
            seq=None, question="", answer=AnswerValue(decision="none", language=language, matches=[])
        )
    seq, question = asked[0]
    answer = await answer_question(
        work,
        banks,
        question,
        language=language,
        reader=Reader(site_id=row.site_id, staff=True),
        previous=asked[1].text if len(asked) > 1 else None,
        top=_MOST,
        explain=True,
    )
    return SuggestedEntries(seq=seq, question=question, answer=answer)
