"""Rows of service levels: what is promised, and what became of each promise."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class ServicePolicy(Thing, Base):
    __tablename__ = "service_policies"

    name: Mapped[str]
    active: Mapped[bool]
    position: Mapped[int]
    terms: Mapped[dict[str, Any]]
    """A `Terms`, whole."""
    since: Mapped[datetime]
    """When it was made or switched on: it measures what begins from then on."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None]


class ServiceTarget(Thing, Base):
    """One measured promise: it runs until `ended_at`."""

    __tablename__ = "service_targets"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("policy_id", "service_policies", ondelete="SET NULL"),
        Index("uq_service_targets_begun", "workspace_id", "conversation_id", "kind", "started_at", unique=True),
        Index(
            "ix_service_targets_running",
            "workspace_id",
            "conversation_id",
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_service_targets_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
        Index("ix_service_targets_decided_at", "workspace_id", "decided_at"),
    )

    conversation_id: Mapped[UUID]
    policy_id: Mapped[UUID | None]
    kind: Mapped[str]
    started_at: Mapped[datetime]
    used: Mapped[float] = mapped_column(default=0.0)
    """Seconds counted up to `running_since`."""
    running_since: Mapped[datetime | None]
    """None while the clock stands still."""
    paused_at: Mapped[datetime | None]
    """Since when it stands still."""
    warn_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="running")
    """`running`, `kept`, `breached` (also while it still runs) or `dropped`."""
    decided_at: Mapped[datetime | None]
    """When it was kept, or when it should have been."""
    ended_at: Mapped[datetime | None]
    done: Mapped[list[str]] = mapped_column(default=list)
    """Marks of the steps that were taken."""
    look_at: Mapped[datetime | None]
    """When time alone asks for something to be done."""
    team_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    """Whose it was when it was decided."""
