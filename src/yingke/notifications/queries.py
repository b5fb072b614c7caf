"""Reading mails, and the files that their links show."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, cast, literal, select, tuple_, union_all

from yingke.conversations.models import Message
from yingke.files import File, FileNotYours
from yingke.identity import SentLetter, letter_message_id
from yingke.kit.mail import Mailer
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.notifications.blacking import without_links_in
from yingke.notifications.errors import MailNotKept
from yingke.notifications.models import Mail
from yingke.notifications.values import MailPage, MailValue
from yingke.service_requests.letters import applicant_message_id
from yingke.service_requests.models import ServiceRequestMail

_TO_APPLICANT = "service_request"
LINKS_WORK = timedelta(days=30)


def message_id(mail: Mail, mail_from: str) -> str:
    """The same at every attempt, without brackets."""
    return f"{mail.kind}.{mail.id}@{mail_from.rpartition('@')[2]}"


async def list_mails(work: Work, mailer: Mailer, mail_from: str, *, limit: int, cursor: str | None) -> MailPage:
    """All that went out for the workspace, to visitors, applicants and its own people, newest first."""
    every = union_all(
        _columns(Mail, Mail.kind, conversation_id=Mail.conversation_id),
        _columns(ServiceRequestMail, literal(_TO_APPLICANT), service_request_id=ServiceRequestMail.request_id),
        _columns(SentLetter, SentLetter.kind),
    ).subquery()
    key = every.c.created_at, every.c.id
    query = select(every).where(every.c.workspace_id == work.workspace_id)
    if cursor:
        query = query.where(tuple_(*key) < read_cursor(cursor, datetime, UUID))
    rows = (await work.rows.execute(query.order_by(*(each.desc() for each in key)).limit(limit + 1))).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return MailPage(
        items=[_value(row, kept=mailer.kept(_message_id(row, mail_from)).exists()) for row in rows[:limit]],
        next_cursor=write_cursor(last.created_at, last.id) if last else None,
    )


async def kept_mail(work: Work, mailer: Mailer, mail_from: str, mail_id: UUID) -> bytes:
    """The mail as it lies in the outbox folder; links that let somebody in are blacked out. Raises Missing, MailNotKept."""
    if (mail := await work.find(Mail, mail_id)) is not None:
        return _kept(mailer, message_id(mail, mail_from))
    if await work.find(ServiceRequestMail, mail_id) is not None:
        return without_links_in(_kept(mailer, applicant_message_id(mail_id, mail_from)))
    await work.get(SentLetter, mail_id)
    return without_links_in(_kept(mailer, letter_message_id(mail_id, mail_from)))


def _kept(mailer: Mailer, message_id: str) -> bytes:
    path = mailer.kept(message_id)
    if not path.exists():
        raise MailNotKept
    return path.read_bytes()


def _columns(
    model: type[Mail] | type[ServiceRequestMail] | type[SentLetter],
    kind: Any,
    *,
    conversation_id: Any = None,
    service_request_id: Any = None,
) -> Select[Any]:
    plain = (model.workspace_id, model.id, model.to, model.subject, model.created_at, model.sent_at, model.error)
    return select(
        *plain,
        kind.label("kind"),
        cast(conversation_id, Uuid).label("conversation_id"),
        cast(service_request_id, Uuid).label("service_request_id"),
    )


def _message_id(row: Any, mail_from: str) -> str:
    """Of a mail to a visitor or an applicant, or of a letter of sign-in."""
    if row.kind == _TO_APPLICANT:
        return applicant_message_id(row.id, mail_from)
    return message_id(row, mail_from) if row.kind in ("transcript", "reply") else letter_message_id(row.id, mail_from)


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


def _value(row: Any, *, kept: bool) -> MailValue:
    return MailValue(
        id=row.id,
        kind=row.kind,
        conversation_id=row.conversation_id,
        service_request_id=row.service_request_id,
        to=row.to,
        subject=row.subject,
        created_at=row.created_at,
        sent_at=row.sent_at,
        error=row.error,
        content_url=f"/api/v1/mails/{row.id}/content" if kept else None,
    )
