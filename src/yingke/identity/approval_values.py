"""Requests that a second person decides, as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.kit.values import Value

ApprovalState = Literal["waiting", "approved", "refused", "withdrawn", "done", "expired"]


class ApprovalValue(Value, frozen=True, kw_only=True):
    """`act` as the audit log names it; `query` as the route was asked. `decision`: why it was refused."""

    id: UUID
    act: str
    permission: str
    """What whoever decides it needs."""
    subject_id: str
    query: str
    reason: str
    state: ApprovalState
    requested_by: UUID
    created_at: datetime
    expires_at: datetime
    """Until when it waits to be decided, or the approval to be used."""
    decided_by: UUID | None
    decided_at: datetime | None
    decision: str
    done_at: datetime | None
