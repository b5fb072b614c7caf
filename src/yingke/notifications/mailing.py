"""Deciding that a mail leaves. The row and its job belong to the transaction; composing and sending is the job's."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from yingke.contacts import read_email
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.notifications.errors import TooManyMails
from yingke.notifications.models import Mail

A_DAY = timedelta(days=1)
MOST_A_DAY = 5
"""Transcripts of one conversation, and transcripts to one address: a stranger's mailbox cannot be filled."""


async def request_transcript(work: Work, conversation_id: UUID, email: str) -> None:
    """Mail what was said so far. Raises ConversationMissing, Invalid naming `email`, TooManyMails."""
    address = read_email(email)
    if not address:
        raise Invalid("Enter the address that the transcript goes to.", field="email")
    row = await work.find(Conversation, conversation_id)
    if row is None or row.channel != "webchat":
        raise ConversationMissing
    recent = select(func.count()).where(
        Mail.workspace_id == work.workspace_id,
        Mail.kind == "transcript",
        Mail.created_at > work.now - A_DAY,
        or_(Mail.conversation_id == conversation_id, Mail.to == address),
    )
    if (await work.scalars(recent)).one() >= MOST_A_DAY:
        raise TooManyMails(retry_after=A_DAY.total_seconds())
    await send_later(work, "transcript", conversation_id, row.last_seq, address)


async def send_later(work: Work, kind: str, conversation_id: UUID, seq: int, to: str) -> None:
    """Write the mail down and have it sent. A reply to a message is written down once."""
    mail_id = new_id()
    written = (
        insert(Mail)
        .values(
            workspace_id=work.workspace_id,
            id=mail_id,
            kind=kind,
            conversation_id=conversation_id,
            seq=seq,
            to=to,
            subject="",
            created_at=work.now,
        )
        .on_conflict_do_nothing()
        .returning(Mail.id)
    )
    if (await work.rows.execute(written)).first() is not None:
        work.defer("send_mail", mail_id=mail_id)
