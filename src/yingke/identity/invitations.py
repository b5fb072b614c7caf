"""Colleagues who have not come yet. A link is good for a week, once, and only for the address it was sent to."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select

from yingke.identity.actors import Actor, Role
from yingke.identity.custom_roles import grantable
from yingke.identity.errors import AlreadyMember, LinkExpired
from yingke.identity.models import Invitation, Login, Membership, Workspace
from yingke.identity.tokens import new_token, token_hash
from yingke.identity.values import InvitationFace, InvitationValue
from yingke.kit.errors import Missing
from yingke.kit.ids import new_id
from yingke.kit.work import Work

GOOD_FOR = timedelta(days=7)


async def invite(
    work: Work, actor: Actor, *, email: str, role: Role, name: str, team_ids: Sequence[UUID], public_url: str
) -> InvitationValue:
    """Invite `email`; an earlier invitation of it is void. The mail is a job; the link is in the answer as well.

    Raises RoleAboveYours, PermissionNotYours, AlreadyMember. `team_ids` are those of the workspace: the caller has checked them.
    """
    await grantable(work, actor, role.name)  # type: ignore[arg-type] # the names are the same
    await _require_new(work, email)
    await work.rows.execute(
        delete(Invitation).where(Invitation.workspace_id == work.workspace_id, Invitation.email == email)
    )
    token = new_token()
    invitation = Invitation(
        id=new_id(),
        token_hash=token_hash(token),
        email=email,
        role=role.name,
        name=name,
        team_ids=[str(id) for id in team_ids],
        invited_by=actor.agent_id,
        created_at=work.now,
        expires_at=work.now + GOOD_FOR,
    )
    work.add(invitation)
    work.defer("send_invitation", invitation_id=str(invitation.id), letter_id=str(new_id()))
    return _value(invitation, link=invitation_link(public_url, token))


def invitation_link(public_url: str, token: str) -> str:
    """The token stands in the fragment: no server and no log ever sees it."""
    return f"{public_url}/desk/invitation#{token}"


async def _require_new(work: Work, email: str) -> None:
    there = await work.rows.scalar(
        select(Membership.id)
        .join(Login, Login.id == Membership.login_id)
        .where(Membership.workspace_id == work.workspace_id, Login.email == email)
    )
    if there is not None:
        raise AlreadyMember(field="email")


async def invitations(work: Work) -> list[InvitationValue]:
    """Those that still can be accepted, the newest first."""
    rows = await work.all(
        select(Invitation)
        .where(Invitation.workspace_id == work.workspace_id, Invitation.expires_at > work.now)
        .order_by(Invitation.id.desc())
    )
    return [_value(row) for row in rows]


async def revoke_invitation(work: Work, id: UUID) -> None:
    """Raises Missing."""
    await work.rows.delete(await work.get(Invitation, id))


async def invitation_face(work: Work, token: str) -> InvitationFace:
    """For a work of every workspace. Raises LinkExpired."""
    invitation = await invitation_of(work, token)
    workspace = await work.rows.get(Workspace, invitation.workspace_id)
    if workspace is None:
        raise Missing
    known = await work.rows.scalar(select(Login.id).where(Login.email == invitation.email))
    return InvitationFace(
        workspace_name=workspace.name,
        email=invitation.email,
        role=invitation.role,
        name=invitation.name,
        known=known is not None,
    )


async def invitation_of(work: Work, token: str, *, lock: bool = False) -> Invitation:
    """For a work of every workspace. Raises LinkExpired."""
    hashed = token_hash(token)
    query = select(Invitation).where(
        or_(Invitation.token_hash == hashed, Invitation.mailed_token_hashes.contains([hashed.hex()])),
        Invitation.expires_at > work.now,
    )
    found = await work.rows.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise LinkExpired
    return found


def _value(row: Invitation, *, link: str | None = None) -> InvitationValue:
    return InvitationValue(
        id=row.id,
        email=row.email,
        role=row.role,
        name=row.name,
        team_ids=[UUID(id) for id in row.team_ids],
        expires_at=row.expires_at,
        link=link,
    )
