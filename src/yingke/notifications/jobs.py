"""Sending what was decided. A job may run again after it was cut off; receivers drop what comes twice."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Conversation, Message
from yingke.conversations.rows import message_value
from yingke.identity import Workspace
from yingke.inboxes import Site, settings_of
from yingke.kit.letters import PINE, Letter
from yingke.kit.mail import Attachment
from yingke.kit.work import Work
from yingke.notifications.letters import Beside, Look, reply, transcript
from yingke.notifications.models import Mail
from yingke.notifications.queries import message_id
from yingke.notifications.records import newest, recorded
from yingke.notifications.words import language_of

if TYPE_CHECKING:
    from yingke.wiring import Services


@dataclass(frozen=True, slots=True)
class Composed:
    letter: Letter
    sender: str
    attachments: tuple[Attachment, ...] = ()


async def send_mail(services: "Services", *, workspace_id: UUID, mail_id: str) -> None:
    """Nothing is sent when it was sent already, or when the answer was recalled meanwhile.

    Raises what the mail server refuses with, after writing it into the mail's row: the job comes back later.
    """
    async with services.ground.work_in(workspace_id) as work:
        mail = await work.find(Mail, UUID(mail_id))
        composed = await _compose(work, mail, services.settings.public_url) if mail and not mail.sent_at else None
    if mail is None or composed is None:
        return
    letter = composed.letter
    host = services.settings.mail_from.rpartition("@")[2]
    try:
        await services.mailer.send(
            to=mail.to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=message_id(mail, services.settings.mail_from),
            thread=f"conversation.{mail.conversation_id}@{host}",
            sender_name=composed.sender,
            attachments=composed.attachments,
        )
    except Exception as error:
        await _note(services, workspace_id, mail.id, letter, error)
        raise
    await _note(services, workspace_id, mail.id, letter, None)


async def _note(
    services: "Services", workspace_id: UUID, mail_id: UUID, letter: Letter, error: Exception | None
) -> None:
    async with services.ground.work_in(workspace_id) as work:
        mail = await work.find(Mail, mail_id, lock=True)
        if mail is not None:
            mail.subject = letter.subject
            mail.sent_at = work.now if error is None else None
            mail.error = str(error)[:500] if error else None


async def _compose(work: Work, mail: Mail, public_url: str) -> Composed | None:
    conversation = await work.get(Conversation, mail.conversation_id)
    look = await _look(work, conversation, f"{public_url}/mailed/{mail.id}")
    if mail.kind == "transcript":
        return await _transcript(work, mail, conversation, look)
    answer = await work.rows.get(Message, (mail.workspace_id, mail.conversation_id, mail.seq))
    if answer is None or answer.recalled_at is not None or answer.audience != "everyone":
        return None
    asked = select(Message).where(
        Message.workspace_id == mail.workspace_id,
        Message.conversation_id == mail.conversation_id,
        Message.kind == "incoming",
        Message.seq < mail.seq,
    )
    question = (await work.all(asked.order_by(Message.seq.desc()).limit(1)))[:1]
    asked_value = message_value(question[0]) if question else None
    return Composed(reply(look, asked_value, message_value(answer)), look.site)


async def _transcript(work: Work, mail: Mail, conversation: Conversation, look: Look) -> Composed:
    shown = await newest(work, conversation.id, mail.seq)
    if not shown or shown[0].seq == 1:
        return Composed(transcript(look, conversation.number, shown), look.site)
    record = await recorded(work, look, conversation.id, conversation.number, mail.seq)
    beside = Beside(record.file.name, record.count, record.complete)
    return Composed(transcript(look, conversation.number, shown, beside), look.site, (record.file,))


async def _look(work: Work, conversation: Conversation, mailed_at: str) -> Look:
    site = await work.find(Site, conversation.site_id) if conversation.site_id else None
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    settings = settings_of(site) if site else None
    language = conversation.language
    if settings and settings.language != "auto":
        language = settings.language
    origins = [origin for origin in settings.allowed_origins if "*" not in origin] if settings else []
    return Look(
        site=site.name if site else workspace.name,
        language=language_of(language),
        color=settings.look.color if settings else PINE,
        time_zone=settings.hours.time_zone if settings else workspace.time_zone,
        site_url=origins[0] if origins else None,
        file_link=lambda file_id: f"{mailed_at}/{file_id}",
    )
