"""Mails of sign-in. The tokens in their links are made here, so that no stored job ever holds a link that works."""

from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy import select, text

from yingke.audit import Act, is_recorded, record
from yingke.identity.invitations import invitation_link
from yingke.identity.letters import BRAND, factor_removed_letter, invitation_letter, reset_letter
from yingke.identity.models import Invitation, Login, Membership, Workspace
from yingke.identity.resets import new_reset_token
from yingke.identity.sending import Envelope, send_letter
from yingke.identity.signing_in import login_of
from yingke.identity.tokens import new_token, token_hash

if TYPE_CHECKING:
    from yingke.wiring import Services

log = structlog.get_logger()

# `agents` stands above this package; its name for a person is read here, and nothing else of it.
_NAME = text("SELECT name FROM agents WHERE workspace_id = :workspace AND id = :id")


async def record_failed_sign_in(
    services: "Services", *, workspace_id: UUID | None, email: str, address: str, why: str, id: str
) -> None:
    """In every workspace of the person with this address; nowhere when there is nobody. A second run adds nothing."""
    async with services.ground.work_everywhere() as work:
        of_person = select(Membership.workspace_id, Membership.id).join(Login, Login.id == Membership.login_id)
        rows = (await work.rows.execute(of_person.where(Login.email == email))).all()
        for workspace, agent_id in rows:
            if not await is_recorded(work, workspace, UUID(id)):
                act = Act(
                    what="session.failed",
                    id=UUID(id),
                    subject_id=agent_id,
                    subject_name=email,
                    via="browser",
                    address=address,
                    details={"why": why},
                )
                record(work, act, workspace)


async def send_reset_link(
    services: "Services", *, workspace_id: UUID | None, email: str, language: str, letter_id: str
) -> None:
    """Nothing is sent when nobody has this address."""
    async with services.ground.work_everywhere() as work:
        token = await new_reset_token(work, email)
        of_person = select(Membership.workspace_id).join(Login, Login.id == Membership.login_id)
        workspaces = (await work.scalars(of_person.where(Login.email == email))).all()
    if token is not None:
        link = f"{services.settings.public_url}/desk/reset#{token}"
        envelope = Envelope(UUID(letter_id), "password_reset", email, BRAND[language], tuple(workspaces))
        await send_letter(services, envelope, reset_letter(language, link))


async def send_invitation(services: "Services", *, workspace_id: UUID, invitation_id: str, letter_id: str) -> None:
    """Nothing is sent when the invitation was revoked or accepted meanwhile."""
    async with services.ground.work_in(workspace_id) as work:
        invitation = await work.find(Invitation, UUID(invitation_id), lock=True)
        workspace = await work.rows.get(Workspace, workspace_id)
        if invitation is None or workspace is None:
            return
        inviter = await work.rows.scalar(_NAME, {"workspace": workspace_id, "id": invitation.invited_by})
        token = new_token()
        invitation.mailed_token_hashes = [*invitation.mailed_token_hashes, token_hash(token).hex()]
    letter = invitation_letter(
        workspace.locale,
        inviter=inviter or workspace.name,
        workspace=workspace.name,
        name=invitation.name,
        link=invitation_link(services.settings.public_url, token),
    )
    envelope = Envelope(UUID(letter_id), "invitation", invitation.email, workspace.name, (workspace_id,))
    await send_letter(services, envelope, letter)


async def send_factor_removed(
    services: "Services", *, workspace_id: UUID, agent_id: str, by_agent_id: str, letter_id: str
) -> None:
    """To the colleague whose second factor an administrator switched off."""
    async with services.ground.work_in(workspace_id) as work:
        login = await login_of(work, workspace_id, UUID(agent_id))
        workspace = await work.rows.get_one(Workspace, workspace_id)
        by = await work.rows.scalar(_NAME, {"workspace": workspace_id, "id": UUID(by_agent_id)})
    log.info("second factor switched off", workspace=str(workspace_id), agent=agent_id, by=by_agent_id)
    letter = factor_removed_letter(
        workspace.locale,
        by=by or workspace.name,
        workspace=workspace.name,
        link=f"{services.settings.public_url}/desk/sign-in",
    )
    envelope = Envelope(UUID(letter_id), "second_factor_removed", login.email, workspace.name, (workspace_id,))
    await send_letter(services, envelope, letter)
