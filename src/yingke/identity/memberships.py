"""Roles: nobody gives one above their own, and a workspace keeps an owner."""

from uuid import UUID

from sqlalchemy import func, select

from yingke.audit import Act, record
from yingke.identity.actors import Actor, Role
from yingke.identity.errors import AlreadyMember, LastOwner, RoleAboveYours
from yingke.identity.models import Membership, Workspace
from yingke.identity.sessions import end_sessions_of_agent
from yingke.kit.work import Work


async def record_everywhere(work: Work, login_id: UUID, what: str) -> None:
    """Write down what a person did to their own login, in every workspace they belong to."""
    rows = await work.rows.execute(
        select(Membership.workspace_id, Membership.id).where(Membership.login_id == login_id)
    )
    for workspace_id, agent_id in rows.all():
        record(work, Act(what=what, by=agent_id, subject_id=agent_id), workspace_id)


async def add_member(work: Work, login_id: UUID, role: Role) -> Membership:
    """Raises AlreadyMember."""
    there = await work.rows.scalar(
        select(Membership.id).where(Membership.workspace_id == work.workspace_id, Membership.login_id == login_id)
    )
    if there is not None:
        raise AlreadyMember
    membership = Membership(login_id=login_id, role=role.name)
    work.add(membership)
    await work.rows.flush()
    return membership


async def require_changeable(work: Work, actor: Actor, agent_id: UUID) -> Membership:
    """The membership, locked. Raises Missing, RoleAboveYours when it has a role above the actor's."""
    # Everything that may take the last owner away waits in line here; rows that refer to the workspace need not.
    await work.rows.get(Workspace, work.workspace_id, with_for_update={"key_share": True})
    membership = await work.get(Membership, agent_id, lock=True)
    if Role[membership.role] > actor.role:
        raise RoleAboveYours
    return membership


async def change_role(work: Work, actor: Actor, agent_id: UUID, role: Role) -> None:
    """Raises Missing, RoleAboveYours, LastOwner."""
    membership = await require_changeable(work, actor, agent_id)
    if role > actor.role:
        raise RoleAboveYours(field="role")
    if role is not Role.owner:
        await _require_other_owner(work, membership)
    membership.role = role.name


async def set_disabled(work: Work, actor: Actor, agent_id: UUID, disabled: bool) -> None:
    """Who is disabled is signed out at once and keeps everything that was theirs. Raises Missing, RoleAboveYours, LastOwner."""
    membership = await require_changeable(work, actor, agent_id)
    if not disabled:
        membership.disabled_at = None
        return
    if membership.disabled_at is None:
        await _require_other_owner(work, membership)
        membership.disabled_at = work.now
        await end_sessions_of_agent(work, agent_id)


async def _require_other_owner(work: Work, membership: Membership) -> None:
    if membership.role != Role.owner.name or membership.disabled_at is not None:
        return
    others = await work.rows.scalar(
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.workspace_id == work.workspace_id,
            Membership.role == Role.owner.name,
            Membership.disabled_at.is_(None),
            Membership.id != membership.id,
        )
    )
    if not others:
        raise LastOwner
