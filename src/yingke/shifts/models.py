"""Rows of the roster."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class ShiftPattern(Thing, Base):
    __tablename__ = "shift_patterns"

    name: Mapped[str]
    color: Mapped[str]
    start: Mapped[str]
    end: Mapped[str]
    breaks: Mapped[list[dict[str, Any]]]
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    retired_at: Mapped[datetime | None]
    """Deleted; shifts that were made from it stay."""


class Shift(Thing, Base):
    """Times are copied from the pattern: what was worked stays as it was."""

    __tablename__ = "shifts"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        refers("pattern_id", "shift_patterns", ondelete="CASCADE"),
        Index("uq_shifts_cell", "workspace_id", "agent_id", "day", "pattern_id", unique=True),
        Index("ix_shifts_day", "workspace_id", "day"),
        Index("ix_shifts_pattern", "workspace_id", "pattern_id", "day"),
    )

    agent_id: Mapped[UUID]
    day: Mapped[date]
    pattern_id: Mapped[UUID]
    start: Mapped[str]
    end: Mapped[str]
    breaks: Mapped[list[dict[str, Any]]]


class Leave(InWorkspace, Base):
    __tablename__ = "leaves"
    __table_args__ = (refers("agent_id", "agents", ondelete="CASCADE"),)

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class ShiftSwap(Thing, Base):
    __tablename__ = "shift_swaps"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        refers("with_agent_id", "agents", ondelete="CASCADE"),
        Index("ix_shift_swaps_state", "workspace_id", "state", "day"),
    )

    agent_id: Mapped[UUID]
    day: Mapped[date]
    with_agent_id: Mapped[UUID]
    with_day: Mapped[date | None]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(default="requested")
    """`requested`, `approved`, `declined` or `withdrawn`."""
    asked_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    """When the colleague agreed."""
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class AgentSchedule(InWorkspace, Base):
    """What the roster does next to an agent's state. Locked by whoever changes the agent's shifts."""

    __tablename__ = "agent_schedules"
    written_down = "nothing"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        Index("ix_agent_schedules_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    follows: Mapped[bool | None]
    """None: as the workspace says."""
    acted_to: Mapped[datetime | None]
    """The newest boundary that was followed, or that something newer counted more than."""
    look_at: Mapped[datetime | None]
    """The next boundary."""
