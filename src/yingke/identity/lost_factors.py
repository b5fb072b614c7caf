"""A second factor that a colleague lost: seen and switched off by those who manage that colleague everywhere."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from yingke.audit import Act, record
from yingke.identity.actors import Actor, Role, permissions_held
from yingke.identity.errors import ManagedElsewhere, OwnSecondFactor, RoleAboveYours
from yingke.identity.facts import SecondFactorRemoved
from yingke.identity.models import CustomRole, Membership
from yingke.identity.sessions import end_all_sessions
from yingke.identity.signing_in import login_of
from yingke.identity.totp import locked_login, switch_totp_off
from yingke.identity.values import SecondFactor
from yingke.kit.ids import new_id
from yingke.kit.work import Work


async def second_factor_of(work: Work, workspace_id: UUID, agent_id: UUID) -> SecondFactor:
    """Raises Missing."""
    return SecondFactor(enabled=(await login_of(work, workspace_id, agent_id)).totp_secret is not None)


async def remove_lost_factor(work: Work, actor: Actor, agent_id: UUID) -> None:
    """Switch it off, sign the colleague out everywhere and tell them by letter. Nothing happens when it is off.

    For a work of every workspace: the login, and so what guards it, is the same in all of them. Raises Missing,
    OwnSecondFactor, RoleAboveYours, ManagedElsewhere.
    """
    mine = await login_of(work, actor.workspace_id, actor.agent_id)
    theirs = await login_of(work, actor.workspace_id, agent_id)
    if mine.id == theirs.id:
        raise OwnSecondFactor
    await _require_above_everywhere(work, mine.id, theirs.id, here=actor.workspace_id)
    login = await locked_login(work, theirs.id)
    if login.totp_secret is None:
        return
    switch_totp_off(login)
    await end_all_sessions(work, login.id, by=mine.id)
    record(work, Act(what="agents.totp.removed", subject_id=agent_id), actor.workspace_id)
    work.tell(
        SecondFactorRemoved(workspace_id=actor.workspace_id, agent_id=agent_id, by_agent_id=actor.agent_id),
    )
    work.defer(
        "send_factor_removed",
        actor.workspace_id,
        agent_id=str(agent_id),
        by_agent_id=str(actor.agent_id),
        letter_id=str(new_id()),
    )


async def _require_above_everywhere(work: Work, mine: UUID, theirs: UUID, *, here: UUID) -> None:
    """An administrator of one company must not open the door to another that the same person works for."""
    own, held, own_role, held_role = aliased(Membership), aliased(Membership), aliased(CustomRole), aliased(CustomRole)
    both = (own.workspace_id == held.workspace_id) & (own.login_id == mine) & own.disabled_at.is_(None)
    rows = await work.rows.execute(
        select(held, held_role, own, own_role)
        .outerjoin(own, both & own.only_team_ids.is_(None) & own.only_site_ids.is_(None))
        .outerjoin(own_role, (own_role.workspace_id == own.workspace_id) & (own_role.id == own.role_id))
        .outerjoin(held_role, (held_role.workspace_id == held.workspace_id) & (held_role.id == held.role_id))
        .where(held.login_id == theirs, held.disabled_at.is_(None) | (held.workspace_id == here))
    )
    for their, their_role, my, my_role in rows:
        if my is None or not _stands_above(my, my_role, their, their_role):
            raise RoleAboveYours if their.workspace_id == here else ManagedElsewhere


def _stands_above(my: Membership, my_role: CustomRole | None, their: Membership, their_role: CustomRole | None) -> bool:
    mine = permissions_held(Role[my.role], my_role.granted if my_role else None)
    theirs = permissions_held(Role[their.role], their_role.granted if their_role else None)
    return Role[my.role] >= max(Role.administrator, Role[their.role]) and mine >= theirs | {"agents.security"}
