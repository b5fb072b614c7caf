"""The one who acts: an agent of a workspace, through a browser session or an API key."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from yingke.identity.policy import PERMISSIONS
from yingke.kit.errors import Forbidden


class Role(IntEnum):
    """Roles from least to most; each includes those below it."""

    agent = 1
    supervisor = 2
    administrator = 3
    owner = 4


@dataclass(frozen=True, slots=True)
class Actor:
    workspace_id: UUID
    agent_id: UUID
    role: Role
    team_ids: frozenset[UUID] = frozenset()
    session_id: UUID | None = None
    """The browser session, when it is one."""
    scopes: frozenset[str] | None = None
    """Permissions an API key is limited to; None for a person."""
    sees_all: bool = False
    """May read every conversation of the workspace, by role or by the workspace's setting."""

    def may(self, permission: str) -> bool:
        if self.scopes is not None and permission not in self.scopes:
            return False
        return self.role >= Role[PERMISSIONS[permission]]

    def require(self, permission: str) -> None:
        """Raises Forbidden."""
        if not self.may(permission):
            raise Forbidden
