"""Mails of sign-in. The tokens in their links are made here, so that no stored job ever holds a link that works."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

from yingke.identity.invitations import invitation_link
from yingke.identity.letters import BRAND, invitation_letter, reset_letter
from yingke.identity.models import Invitation, Workspace
from yingke.identity.resets import new_reset_token
from yingke.identity.tokens import new_token, token_hash
from yingke.kit.letters import Letter

if TYPE_CHECKING:
    from yingke.wiring import Services

# `agents` stands above this package; its name for a person is read here, and nothing else of it.
_INVITER = text("SELECT name FROM agents WHERE workspace_id = :workspace AND id = :id")


async def send_reset_link(
    services: "Services", *, workspace_id: UUID | None, email: str, language: str, letter_id: str
) -> None:
    """Nothing is sent when nobody has this address."""
    async with services.ground.work_everywhere() as work:
        token = await new_reset_token(work, email)
    if token is not None:
        link = f"{services.settings.public_url}/desk/reset#{token}"
        await _send(services, email, BRAND[language], reset_letter(language, link), letter_id)


async def send_invitation(services: "Services", *, workspace_id: UUID, invitation_id: str, letter_id: str) -> None:
    """Nothing is sent when the invitation was revoked or accepted meanwhile."""
    async with services.ground.work_in(workspace_id) as work:
        invitation = await work.find(Invitation, UUID(invitation_id), lock=True)
        workspace = await work.rows.get(Workspace, workspace_id)
        if invitation is None or workspace is None:
            return
        inviter = await work.rows.scalar(_INVITER, {"workspace": workspace_id, "id": invitation.invited_by})
        token = new_token()
        invitation.mailed_token_hashes = [*invitation.mailed_token_hashes, token_hash(token).hex()]
    letter = invitation_letter(
        workspace.locale,
        inviter=inviter or workspace.name,
        workspace=workspace.name,
        name=invitation.name,
        link=invitation_link(services.settings.public_url, token),
    )
    await _send(services, invitation.email, workspace.name, letter, letter_id)


async def _send(services: "Services", to: str, sender: str, letter: Letter, letter_id: str) -> None:
    host = services.settings.mail_from.rpartition("@")[2]
    await services.mailer.send(
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"{letter_id}@{host}",
        sender_name=sender,
    )
