"""Roles of the workspace's own: a copy of a built-in one with permissions taken away or added.

What is always true: nobody gives a permission they do not have, neither by making a role nor by assigning one; a role
that people have goes only with the word which one they get instead.
"""

from collections.abc import Collection
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import func, select

from yingke.identity.actors import Actor, Role, permissions_of
from yingke.identity.errors import PermissionNotYours, RoleAboveYours, RoleInUse, RoleNameTaken, RoleUnknown
from yingke.identity.facts import RightsChanged
from yingke.identity.models import CustomRole, Membership
from yingke.identity.policy import ESSENTIAL, PERMISSIONS
from yingke.identity.values import RoleName
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.values import Value
from yingke.kit.work import Work

Basis = Literal["administrator", "supervisor", "agent"]
"""What a role may be made from: there is one owner's role, and it is whole."""


class RoleValue(Value, frozen=True, kw_only=True):
    """A role; one of ours when `id` is None."""

    id: UUID | None
    name: str
    based_on: RoleName
    permissions: list[str]
    """In the order of the table of permissions."""
    people: int
    """How many have it, those who left included."""


async def roles(work: Work) -> list[RoleValue]:
    """The built-in ones from most to least, then those of the workspace by name."""
    counted = await work.rows.execute(
        select(Membership.role, Membership.role_id, func.count())
        .where(Membership.workspace_id == work.workspace_id)
        .group_by(Membership.role, Membership.role_id)
    )
    people = {(role_id or role): count for role, role_id, count in counted}
    built_in = [
        RoleValue(
            id=None,
            name=role.name,
            based_on=role.name,  # type: ignore[arg-type] # the names are the same
            permissions=_ordered(permissions_of(role)),
            people=people.get(role.name, 0),
        )
        for role in sorted(Role, reverse=True)
    ]
    own = await work.all(
        select(CustomRole).where(CustomRole.workspace_id == work.workspace_id).order_by(CustomRole.name)
    )
    return built_in + [_value(row, people.get(row.id, 0)) for row in own]


async def create_role(
    work: Work, actor: Actor, *, name: str, based_on: Basis, permissions: Collection[str]
) -> RoleValue:
    """Raises Invalid, RoleAboveYours, PermissionNotYours, RoleNameTaken."""
    if Role[based_on] > actor.role:
        raise RoleAboveYours(field="based_on")
    require_given(actor, permissions)
    await _require_free(work, name)
    row = CustomRole(id=new_id(), name=name, based_on=based_on, permissions=_ordered(permissions), created_at=work.now)
    work.add(row)
    await work.flush()
    return _value(row, 0)


async def change_role_of_workspace(
    work: Work, actor: Actor, role_id: UUID, *, name: str | None, permissions: Collection[str] | None
) -> RoleValue:
    """Who has it has the new permissions at once.

    Raises Missing and what `create_role` does; also when the role has more than the actor: its people stand above them.
    """
    row = await work.get(CustomRole, role_id, lock=True)
    if Role[row.based_on] > actor.role:
        raise RoleAboveYours
    if name is not None and name != row.name:
        await _require_free(work, name)
        row.name = name
    people = await _people_of(work, role_id)
    if permissions is not None:
        require_given(actor, {*permissions, *row.granted})
        row.permissions = _ordered(permissions)
        _tell(work, people)
    await work.flush()
    return _value(row, len(people))


async def delete_role(work: Work, actor: Actor, role_id: UUID, *, instead: RoleName | UUID | None) -> None:
    """Whoever has it gets `instead`. Raises Missing, RoleInUse, RoleUnknown, RoleAboveYours, PermissionNotYours."""
    row = await work.get(CustomRole, role_id, lock=True)
    if Role[row.based_on] > actor.role:
        raise RoleAboveYours
    require_given(actor, row.granted)
    people = await _people_of(work, role_id)
    if people and instead is None:
        raise RoleInUse(field="instead")
    if people and instead is not None:
        if instead == role_id:
            raise RoleUnknown(field="instead")
        role, own = await grantable(work, actor, instead)
        for membership in people:
            membership.role, membership.role_id = role.name, own
        _tell(work, people)
    await work.flush()
    await work.rows.delete(row)


async def grantable(work: Work, actor: Actor, wanted: RoleName | UUID) -> tuple[Role, UUID | None]:
    """What a membership gets for the role called `wanted`: its rank and the id of a role of the workspace's own.

    Raises RoleUnknown, RoleAboveYours, PermissionNotYours.
    """
    if isinstance(wanted, str):
        rank, own, permissions = Role[wanted], None, permissions_of(Role[wanted])
    else:
        row = await work.find(CustomRole, wanted, lock=True)
        if row is None:
            raise RoleUnknown(field="role_id")
        rank, own, permissions = Role[row.based_on], row.id, row.granted
    if rank > actor.role:
        raise RoleAboveYours(field="role")
    require_given(actor, permissions)
    return rank, own


def require_given(actor: Actor, permissions: Collection[str]) -> None:
    """Raises Invalid for what is no permission, PermissionNotYours for what `actor` may not do."""
    if unknown := set(permissions) - PERMISSIONS.keys():
        raise Invalid(f"There is no permission called {min(unknown)}.", field="permissions")
    if not actor.grantable.issuperset(permissions):
        raise PermissionNotYours(field="permissions")


async def _people_of(work: Work, role_id: UUID) -> list[Membership]:
    mine = Membership.workspace_id == work.workspace_id
    query = select(Membership).where(mine, Membership.role_id == role_id).order_by(Membership.id)
    return list(await work.all(query.with_for_update(key_share=True)))


def _tell(work: Work, people: Collection[Membership]) -> None:
    for membership in people:
        work.tell(RightsChanged(workspace_id=work.workspace_id, agent_id=membership.id))


async def _require_free(work: Work, name: str) -> None:
    mine = CustomRole.workspace_id == work.workspace_id
    taken = await work.rows.scalar(select(CustomRole.id).where(mine, CustomRole.name == name))
    if taken is not None or name in get_args(RoleName):
        raise RoleNameTaken(field="name")


def _ordered(permissions: Collection[str]) -> list[str]:
    wanted = set(permissions) | ESSENTIAL
    return [each for each in PERMISSIONS if each in wanted]


def _value(row: CustomRole, people: int) -> RoleValue:
    return RoleValue(
        id=row.id,
        name=row.name,
        based_on=row.based_on,  # type: ignore[arg-type] # only names of roles are ever written
        permissions=_ordered(row.granted),
        people=people,
    )
