"""A letter of sign-in on its way: what is known of it is written down, the link in it is not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from yingke.identity.models import SentLetter
from yingke.identity.values import LetterKind
from yingke.kit.letters import Letter

if TYPE_CHECKING:
    from yingke.wiring import Services


@dataclass(frozen=True, slots=True)
class Envelope:
    id: UUID
    """The same at every attempt."""
    kind: LetterKind
    to: str
    sender: str
    """The name it comes from."""
    workspace_ids: tuple[UUID, ...]
    """Those whose administrators see that it left."""


def letter_message_id(id: UUID, mail_from: str) -> str:
    """Without brackets."""
    return f"{id}@{mail_from.rpartition('@')[2]}"


async def send_letter(services: "Services", envelope: Envelope, letter: Letter) -> None:
    """Raises what the mail server refuses with, after writing it down: the job comes back later."""
    await _write_down(services, envelope, letter.subject)
    try:
        await services.mailer.send(
            to=envelope.to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=letter_message_id(envelope.id, services.settings.mail_from),
            sender_name=envelope.sender,
        )
    except Exception as error:
        await _note(services, envelope, error)
        raise
    await _note(services, envelope, None)


async def _write_down(services: "Services", envelope: Envelope, subject: str) -> None:
    async with services.ground.work_everywhere() as work:
        for workspace_id in envelope.workspace_ids:
            row = insert(SentLetter).values(
                workspace_id=workspace_id,
                id=envelope.id,
                kind=envelope.kind,
                to=envelope.to,
                subject=subject,
                created_at=work.now,
            )
            await work.rows.execute(row.on_conflict_do_nothing())


async def _note(services: "Services", envelope: Envelope, error: Exception | None) -> None:
    async with services.ground.work_everywhere() as work:
        outcome = {"sent_at": None if error else work.now, "error": str(error)[:500] if error else None}
        mine = SentLetter.workspace_id.in_(envelope.workspace_ids), SentLetter.id == envelope.id
        await work.rows.execute(update(SentLetter).where(*mine).values(**outcome))
