"""Coming into a workspace by invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from yingke.agents.founding import welcome_agent
from yingke.agents.presence import tell_agent_changed
from yingke.agents.teams import set_teams_of, teams_there
from yingke.audit import Act, record
from yingke.identity import (
    Actor,
    Browser,
    InvitationValue,
    Login,
    Role,
    hashed,
    invitation_of,
    invite,
    make_login,
    prove_identity,
    require_strong,
)
from yingke.kit.work import Ground, Work


@dataclass(frozen=True, slots=True)
class Joined:
    login_id: UUID
    workspace_id: UUID


async def invite_agent(
    work: Work, actor: Actor, *, email: str, role: Role, name: str, team_ids: Sequence[UUID], public_url: str
) -> InvitationValue:
    """Raises RoleAboveYours, AlreadyMember, TeamUnknown."""
    await teams_there(work, team_ids)
    return await invite(work, actor, email=email, role=role, name=name, team_ids=team_ids, public_url=public_url)


async def accept_invitation(
    ground: Ground, *, token: str, name: str, password: str, code: str | None, browser: Browser
) -> Joined:
    """The mail address gets a login with this password; who has one already proves it with the one they have.

    Raises LinkExpired, PasswordWeak, InvalidCredentials, TotpRequired, TotpInvalid, TooManyAttempts.
    """
    async with ground.work_everywhere() as work:
        email = (await invitation_of(work, token)).email
        known = await work.rows.scalar(select(Login.id).where(Login.email == email))
    password_hash = ""
    if known:
        await prove_identity(ground, email, password, code, browser)
    else:
        require_strong(password, email)
        password_hash = await hashed(password)
    async with ground.work_everywhere() as work:
        return await _join(work, token, name, password_hash)


async def _join(work: Work, token: str, name: str, password_hash: str) -> Joined:
    invitation = await invitation_of(work, token, lock=True)
    login = await work.rows.scalar(select(Login).where(Login.email == invitation.email))
    if login is None:
        login = await make_login(work, invitation.email, password_hash)
    await work.narrow(invitation.workspace_id)
    agent_id = await welcome_agent(work, login.id, Role[invitation.role], name)
    wanted = [UUID(id) for id in invitation.team_ids]
    await set_teams_of(work, agent_id, await teams_there(work, wanted, lenient=True))
    await work.rows.delete(invitation)
    record(work, Act(what="invitations.accept.made", by=agent_id, subject_id=agent_id, subject_name=name))
    await tell_agent_changed(work, agent_id)
    return Joined(login.id, invitation.workspace_id)
