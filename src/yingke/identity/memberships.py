"""Roles: nobody gives one above their own, and a workspace keeps an owner."""

from collections.abc import Sequence
from typing import Literal
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
    await _limit(work, actor, agent_id, "only_team_ids", team_ids)


async def limit_to_sites(work: Work, actor: Actor, agent_id: UUID, site_ids: Sequence[UUID] | None) -> None:
    """Hold what the person sees and may do to what came from these sites, like `limit_to_teams`."""
    await _limit(work, actor, agent_id, "only_site_ids", site_ids)


async def forget_team(work: Work, team_id: UUID) -> None:
    """A team goes: who is limited to it and others is limited to the others; who is limited to it only, to none."""
    await _forget(work, "only_team_ids", team_id)


async def forget_site(work: Work, site_id: UUID) -> None:
    """A site goes, likewise."""
    await _forget(work, "only_site_ids", site_id)


_Limit = Literal["only_team_ids", "only_site_ids"]


async def _limit(work: Work, actor: Actor, agent_id: UUID, limit: _Limit, ids: Sequence[UUID] | None) -> None:
    membership = await require_changeable(work, actor, agent_id)
    only = None if ids is None else sorted({str(id) for id in ids})
    if only == getattr(membership, limit):
        return
    if agent_id == actor.agent_id:
        raise OwnLimits(field=limit)
    if only is not None:
        await _require_other_owner(work, membership)
    setattr(membership, limit, only)
    work.tell(RightsChanged(workspace_id=work.workspace_id, agent_id=agent_id))


async def _forget(work: Work, limit: _Limit, gone: UUID) -> None:
    limited = getattr(Membership, limit).contains([str(gone)])
    query = select(Membership).where(Membership.workspace_id == work.workspace_id, limited).order_by(Membership.id)
    for membership in await work.all(query.with_for_update(key_share=True)):
        setattr(membership, limit, [id for id in getattr(membership, limit) or () if id != str(gone)])
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
            Membership.only_site_ids.is_(None),
            Membership.id != membership.id,
        )
    )
    if not others:
        raise LastOwner
