"""Reading mails, and the files that their links show."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, tuple_

from yingke.conversations.models import Message
from yingke.files import File, FileNotYours
from yingke.kit.mail import Mailer
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.notifications.errors import MailNotKept
from yingke.notifications.models import Mail
from yingke.notifications.values import MailPage, MailValue

LINKS_WORK = timedelta(days=30)


def message_id(mail: Mail, mail_from: str) -> str:
    """The same at every attempt, without brackets."""
    return f"{mail.kind}.{mail.id}@{mail_from.rpartition('@')[2]}"


async def list_mails(work: Work, mailer: Mailer, mail_from: str, *, limit: int, cursor: str | None) -> MailPage:
    """Newest first."""
    query = select(Mail).where(Mail.workspace_id == work.workspace_id)
    if cursor:
        query = query.where(tuple_(Mail.created_at, Mail.id) < read_cursor(cursor, datetime, UUID))
    rows = await work.all(query.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit + 1))
    last = rows[limit - 1] if len(rows) > limit else None
    return MailPage(
        items=[_value(row, kept=mailer.kept(message_id(row, mail_from)).exists()) for row in rows[:limit]],
        next_cursor=write_cursor(last.created_at, last.id) if last else None,
    )


async def kept_mail(work: Work, mailer: Mailer, mail_from: str, mail_id: UUID) -> bytes:
    """The mail as it lies in the outbox folder. Raises Missing, MailNotKept."""
    path = mailer.kept(message_id(await work.get(Mail, mail_id), mail_from))
    if not path.exists():
        raise MailNotKept
    return path.read_bytes()


async def mailed_file(work: Work, mail_id: UUID, file_id: UUID) -> File:
    """A file of the conversation that was mailed, for whoever holds the mail: its id is known to nobody else.

    For a work of every workspace. Raises FileNotYours, also when the link is too old or staff alone may see the file.
    """
    mail = (await work.scalars(select(Mail).where(Mail.id == mail_id))).one_or_none()
    if mail is None or work.now - mail.created_at > LINKS_WORK:
        raise FileNotYours
    await work.narrow(mail.workspace_id)
    file = await work.find(File, file_id)
    if file is None or not await _was_mailed(work, mail, file_id):
        raise FileNotYours
    return file


async def _was_mailed(work: Work, mail: Mail, file_id: UUID) -> bool:
    carried = select(Message.seq).where(
        Message.workspace_id == mail.workspace_id,
        Message.conversation_id == mail.conversation_id,
        Message.seq <= mail.seq,
        Message.audience == "everyone",
        Message.recalled_at.is_(None),
        Message.attachments.contains([{"id": str(file_id)}]),
    )
    return (await work.scalars(carried.limit(1))).first() is not None


def _value(row: Mail, *, kept: bool) -> MailValue:
    return MailValue(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type] # the column holds nothing else
        conversation_id=row.conversation_id,
        to=row.to,
        subject=row.subject,
        created_at=row.created_at,
        sent_at=row.sent_at,
        error=row.error,
        content_url=f"/api/v1/mails/{row.id}/content" if kept else None,
    )
