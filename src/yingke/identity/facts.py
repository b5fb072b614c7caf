"""What is told about workspaces and sign-in."""

from uuid import UUID

from yingke.identity.values import WorkspaceValue
from yingke.kit.facts import Fact, fact


@fact("session.ended")
class SessionEnded(Fact, frozen=True, kw_only=True):
    """A browser was signed out, by itself or by somebody: its sockets are to be closed."""

    session_id: UUID


@fact("workspace.changed")
class WorkspaceChanged(Fact, frozen=True, kw_only=True):
    workspace: WorkspaceValue
