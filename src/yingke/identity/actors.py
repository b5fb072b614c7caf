"""The one who acts: an agent of a workspace, through a browser session or an API key."""

from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache
from typing import Final, Literal
from uuid import UUID

from yingke.identity.policy import BEYOND_SITES, BEYOND_TEAMS, ESSENTIAL, PERMISSIONS
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


class Whichever(Enum):
    """In place of a team or a site: what is done has nothing to do with one."""

    WHICHEVER = "whichever"


WHICHEVER: Final = Whichever.WHICHEVER
Place = UUID | None | Literal[Whichever.WHICHEVER]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where something is done: in a conversation of which team and which site, None for one of no team or of no site."""

    team_id: Place
    site_id: Place


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
    """May read the conversations of every team, by permission or by the workspace's setting."""
    granted: frozenset[str] | None = None
    """Permissions of a role of the workspace's own; None: those of `role`."""
    only_team_ids: frozenset[UUID] | None = None
    """The teams the actor is limited to; None: the whole workspace."""
    only_site_ids: frozenset[UUID] | None = None
    """The sites the actor is limited to, likewise."""

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
        """Whether the conversations of every team are seen, when the workspace shows (`shared`) agents all of them or not."""
        return self.only_team_ids is None and (shared or "conversations.read_all" in self.permissions)

    @property
    def is_limited(self) -> bool:
        return self.only_team_ids is not None or self.only_site_ids is not None

    def sees_site(self, site_id: UUID | None) -> bool:
        """Whether what came from this site is within the actor's limits. What is of no site any more is of no limited person."""
        return self.only_site_ids is None or site_id in self.only_site_ids


def may(actor: Actor, permission: str, scope: Scope | None = ANYWHERE) -> bool:
    """Whether `actor` may, in `scope`. The one place where that is decided. Pure."""
    if actor.scopes is not None and permission not in actor.scopes:
        return False
    if permission not in actor.permissions:
        return False
    team_id, site_id = (WHICHEVER, WHICHEVER) if scope is ANYWHERE else (scope.team_id, scope.site_id)
    if actor.only_team_ids is not None and (permission in BEYOND_TEAMS or not _among(actor.only_team_ids, team_id)):
        return False
    return actor.only_site_ids is None or (permission not in BEYOND_SITES and _among(actor.only_site_ids, site_id))


def held_to(permission: str, *, teams: bool, sites: bool) -> bool:
    """Whether somebody who is limited to teams, or to sites, may have the permission at all."""
    return not (teams and permission in BEYOND_TEAMS) and not (sites and permission in BEYOND_SITES)


def _among(limit: frozenset[UUID], place: Place) -> bool:
    return place is WHICHEVER or place in limit
