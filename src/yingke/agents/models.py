"""Tables of the people who answer. An agent's id is the id of the membership that lets them in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class Agent(Thing, Base):
    __tablename__ = "agents"
    __table_args__ = (refers("id", "memberships", ondelete="CASCADE"),)

    name: Mapped[str]
    nickname: Mapped[str] = mapped_column(default="")
    """What visitors see instead of the name; empty: the name."""
    title: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(default=list)
    avatar_file_id: Mapped[UUID | None]
    capacity: Mapped[int] = mapped_column(default=5)
    """How many conversations at once."""
    availability: Mapped[str] = mapped_column(default="offline")
    away_reason: Mapped[str | None]
    availability_since: Mapped[datetime]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    connected_at: Mapped[datetime | None]
    disconnected_at: Mapped[datetime | None]
    """When the last desk was seen to be gone; None while one is open."""
    last_beat_at: Mapped[datetime | None]
    """Every process that holds a desk of this agent renews it every ten seconds."""
    last_visible_at: Mapped[datetime | None]
    """Likewise, by processes that hold a desk that is on a screen; None when the last one was covered or closed."""


class Team(Thing, Base):
    __tablename__ = "teams"

    name: Mapped[str]
    public_name: Mapped[str] = mapped_column(default="")
    """What visitors see as a department; empty: the name."""
    color: Mapped[str] = mapped_column(default="#1f6f5c")


class TeamMember(InWorkspace, Base):
    __tablename__ = "team_members"
    __table_args__ = (
        refers("team_id", "teams", ondelete="CASCADE"),
        refers("agent_id", "agents", ondelete="CASCADE"),
        Index("ix_team_members_agent", "workspace_id", "agent_id"),
    )

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(primary_key=True)


class AvailabilityInterval(Thing, Base):
    """A stretch of time an agent was connected in one availability: the raw moments behind the figures on hours."""

    __tablename__ = "availability_intervals"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        Index("ix_availability_intervals_agent", "workspace_id", "agent_id", "began_at"),
        Index(
            "uq_availability_intervals_running",
            "workspace_id",
            "agent_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    agent_id: Mapped[UUID]
    availability: Mapped[str]
    reason: Mapped[str | None]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """None while it lasts."""
