"""Roles: nobody gives one above their own, and a workspace keeps an owner."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from yingke.audit import Act, record
from yingke.identity.actors import Actor, Role, permissions_held
from yingke.identity.custom_roles import grantable
from yingke.identity.errors import AlreadyMember, LastOwner, OwnLimits, PermissionNotYours, RoleAboveYours
from yingke.identity.facts import RightsChanged
from yingke.identity.models import CustomRole, Membership, Workspace
from yingke.identity.sessions import end_sessions_of_agent
from yingke.identity.values import RoleName
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
    """The membership, locked.

    Raises Missing, RoleAboveYours when it has a role above the actor's, PermissionNotYours when it may do more.
    """
    # Everything that may take the last owner away waits in line here; rows that refer to the workspace need not.
    await work.rows.get(Workspace, work.workspace_id, with_for_update={"key_share": True})
    membership = await work.get(Membership, agent_id, lock=True)
    if Role[membership.role] > actor.role:
        raise RoleAboveYours
    own = await work.get(CustomRole, membership.role_id) if membership.role_id is not None else None
    if permissions_held(Role[membership.role], own.granted if own else None) - actor.permissions:
        raise PermissionNotYours
    return membership


async def change_role(work: Work, actor: Actor, agent_id: UUID, wanted: RoleName | UUID) -> None:
    """`wanted`: a built-in role, or the id of one of the workspace's own.

    Raises Missing, RoleAboveYours, PermissionNotYours, RoleUnknown, LastOwner.
    """
    membership = await require_changeable(work, actor, agent_id)
    if wanted == (membership.role_id or membership.role):
        return
    role, own = await grantable(work, actor, wanted)
    if role is not Role.owner:
        await _require_other_owner(work, membership)
    membership.role, membership.role_id = role.name, own
    work.tell(RightsChanged(workspace_id=work.workspace_id, agent_id=agent_id))


async def limit_to_teams(work: Work, actor: Actor, agent_id: UUID, team_ids: Sequence[UUID] | None) -> None:
    """Hold what the person may do to the conversations of these teams; None: the whole workspace again.

    Raises Missing, RoleAboveYours, OwnLimits, LastOwner. `team_ids` are those of the workspace: the caller has checked them.
    """
    membership = await require_changeable(work, actor, agent_id)
    only = None if team_ids is None else sorted(str(id) for id in team_ids)
    if only == membership.only_team_ids:
        return
    if agent_id == actor.agent_id:
        raise OwnLimits(field="only_team_ids")
    if only is not None:
        await _require_other_owner(work, membership)
    membership.only_team_ids = only
    work.tell(RightsChanged(workspace_id=work.workspace_id, agent_id=agent_id))


async def forget_team(work: Work, team_id: UUID) -> None:
    """A team goes: who is limited to it and others is limited to the others; who is limited to it only, to none."""
    limited = Membership.only_team_ids.contains([str(team_id)])
    query = select(Membership).where(Membership.workspace_id == work.workspace_id, limited).order_by(Membership.id)
    for membership in await work.all(query.with_for_update(key_share=True)):
        membership.only_team_ids = [id for id in membership.only_team_ids or () if id != str(team_id)]
        work.tell(RightsChanged(workspace_id=work.workspace_id, agent_id=membership.id))


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
            Membership.only_team_ids.is_(None),
            Membership.id != membership.id,
        )
    )
    if not others:
        raise LastOwner
