"""What is told about workspaces and sign-in."""

from uuid import UUID

from yingke.identity.approval_values import ApprovalValue
from yingke.identity.values import WorkspaceValue
from yingke.kit.facts import Fact, fact


@fact("session.ended")
class SessionEnded(Fact, frozen=True, kw_only=True):
    """A browser was signed out, by itself or by somebody: its sockets are to be closed."""

    session_id: UUID


@fact("second_factor.removed")
class SecondFactorRemoved(Fact, frozen=True, kw_only=True):
    """An administrator switched off the second factor that `agent_id` had lost. Told to those who might have done it."""

    agent_id: UUID
    by_agent_id: UUID


@fact("rights.changed")
class RightsChanged(Fact, frozen=True, kw_only=True):
    """What `agent_id` may do is no longer what it was: open sockets are closed, and come back with the new rights."""

    agent_id: UUID


@fact("approval.changed")
class ApprovalChanged(Fact, frozen=True, kw_only=True):
    """Something was asked for, decided, taken back or done. Told to whoever asked, and to those with its permission."""

    approval: ApprovalValue


@fact("workspace.changed")
class WorkspaceChanged(Fact, frozen=True, kw_only=True):
    workspace: WorkspaceValue
