"""The one who acts: an agent of a workspace, through a browser session or an API key."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final
from uuid import UUID

from yingke.identity.policy import BEYOND_TEAMS, ESSENTIAL, PERMISSIONS
from yingke.kit.errors import Forbidden


class Role(IntEnum):
    """Roles from least to most; each includes those below it."""

    agent = 1
    supervisor = 2
    administrator = 3
    owner = 4


@cache
def permissions_of(role: Role) -> frozenset[str]:
    """What a built-in role has."""
    return frozenset(name for name, lowest in PERMISSIONS.items() if role >= Role[lowest])


def permissions_held(role: Role, granted: frozenset[str] | None) -> frozenset[str]:
    """What somebody has of `role`, or of a role of the workspace's own made from it that has `granted`."""
    return permissions_of(role) if granted is None else granted | ESSENTIAL


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something is done: in which team's conversation, None for one of no team."""

    team_id: UUID | None


ANYWHERE: Final = None
"""Not asked yet: whether there is any place at all where the actor may."""


@dataclass(frozen=True, slots=True)
class Actor:
    workspace_id: UUID
    agent_id: UUID
    role: Role
    """The built-in one, or the one a role of the workspace's own was made from: what the actor ranks as."""
    team_ids: frozenset[UUID] = frozenset()
    """Whose conversations the actor sees: those the agent is in, and those the agent is limited to."""
    session_id: UUID | None = None
    """The browser session, when it is one."""
    scopes: frozenset[str] | None = None
    """Permissions an API key is limited to; None for a person."""
    sees_all: bool = False
    """May read every conversation of the workspace, by permission or by the workspace's setting."""
    granted: frozenset[str] | None = None
    """Permissions of a role of the workspace's own; None: those of `role`."""
    only_team_ids: frozenset[UUID] | None = None
    """The teams the actor is limited to; None: the whole workspace."""

    @property
    def permissions(self) -> frozenset[str]:
        """Of the role, whatever limits the key or the person."""
        return permissions_held(self.role, self.granted)

    @property
    def grantable(self) -> frozenset[str]:
        """What the actor may give to others: no key gives what no key may, but for what everybody has."""
        return self.permissions if self.scopes is None else self.permissions & (self.scopes | ESSENTIAL)

    def may(self, permission: str, scope: Scope | None = ANYWHERE) -> bool:
        return may(self, permission, scope)

    def require(self, permission: str, scope: Scope | None = ANYWHERE) -> None:
        """Raises Forbidden."""
        if not may(self, permission, scope):
            raise Forbidden

    def sees_all_when(self, *, shared: bool) -> bool:
        """Whether every conversation is seen, when the workspace shows (`shared`) agents all of them or not."""
        return self.only_team_ids is None and (shared or "conversations.read_all" in self.permissions)


def may(actor: Actor, permission: str, scope: Scope | None = ANYWHERE) -> bool:
    """Whether `actor` may, in `scope`. The one place where that is decided. Pure."""
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    if permission not in actor.permissions:
        return False
    if actor.only_team_ids is None:
        return True
    return permission not in BEYOND_TEAMS and (scope is ANYWHERE or scope.team_id in actor.only_team_ids)
