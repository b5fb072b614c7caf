"""Rows of routing. A place lives while somebody waits for a person's answer; a decision is kept for as long as set."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class RoutingPolicy(Thing, Base):
    """How a team chooses; without a team, how it is done for every team that has no policy of its own."""

    __tablename__ = "routing_policies"
    __table_args__ = (
        refers("team_id", "teams", ondelete="CASCADE"),
        Index("uq_routing_policies_team", "workspace_id", "team_id", unique=True, postgresql_nulls_not_distinct=True),
    )

    team_id: Mapped[UUID | None]
    policy: Mapped[dict[str, Any]]
    """A `Policy`, whole."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None]


class RoutingSettingsRow(InWorkspace, Base):
    __tablename__ = "routing_settings"

    settings: Mapped[dict[str, Any]]
    """A `RoutingSettings`, whole."""


class Skill(Thing, Base):
    __tablename__ = "skills"
    __table_args__ = (Index("uq_skills_name", "workspace_id", "name", unique=True),)

    name: Mapped[str]


class AgentSkill(InWorkspace, Base):
    __tablename__ = "agent_skills"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        refers("skill_id", "skills", ondelete="CASCADE"),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        Index("ix_agent_skills_skill", "workspace_id", "skill_id"),
    )

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    skill_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int]


class QueuePlace(InWorkspace, Base):
    """A conversation that waits for an agent, or whose agent has not answered yet."""

    __tablename__ = "queue_places"
    written_down = "nothing"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        Index(
            "ix_queue_places_lane",
            "workspace_id",
            "lane",
            "place_at",
            "conversation_id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_queue_places_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None]
    """Also of a team that is gone: so it is known who waited for it."""
    state: Mapped[str]
    """`waiting`, `offered` (to everybody), or `given`."""
    lane: Mapped[str]
    priority: Mapped[str]
    since: Mapped[datetime]
    place_at: Mapped[datetime]
    traits: Mapped[dict[str, Any]]
    demands: Mapped[list[Any]] = mapped_column(JSONB)
    weight: Mapped[float]
    declined: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    offered: Mapped[bool] = mapped_column(default=False)
    agent_id: Mapped[UUID | None]
    given_at: Mapped[datetime | None]
    given_seq: Mapped[int] = mapped_column(default=0)
    """Who has read so far has seen that it is his."""
    due_at: Mapped[datetime | None]
    """When time alone asks for something to be done."""
    done: Mapped[list[str]] = mapped_column(default=list)
    """What was done about the waiting already: `alerted`, `overflowed`, `message`, `announced:0` …"""
    position: Mapped[int | None]
    """How many were before it at first, itself counted."""
    expected: Mapped[float | None]
    """Seconds of waiting that were expected then, and the range that was told."""
    low: Mapped[int | None]
    high: Mapped[int | None]


class RoutingDecision(Thing, Base):
    """Why a conversation went where it went."""

    __tablename__ = "routing_decisions"
    written_down = "nothing"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        Index("ix_routing_decisions_conversation", "workspace_id", "conversation_id", "id"),
        Index("ix_routing_decisions_team", "workspace_id", "team_id", "decided_at"),
        Index("ix_routing_decisions_decided_at", "decided_at", postgresql_using="brin"),
    )

    conversation_id: Mapped[UUID]
    kind: Mapped[str]
    team_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    decided_at: Mapped[datetime]
    waited: Mapped[float]
    """Seconds since it began to wait."""
    expected: Mapped[float | None]
    low: Mapped[int | None]
    high: Mapped[int | None]
    explanation: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """A `Decision`."""


class WrapUp(InWorkspace, Base):
    """A conversation that has ended and still takes its place at the agent's desk, until `until`."""

    __tablename__ = "wrap_ups"
    written_down = "nothing"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("agent_id", "agents", ondelete="CASCADE"),
        Index("ix_wrap_ups_agent", "workspace_id", "agent_id"),
        Index("ix_wrap_ups_until", "until"),
    )

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    agent_id: Mapped[UUID]
    until: Mapped[datetime]


class RoutingTurn(InWorkspace, Base):
    """When an agent was last given something, and how much on that day."""

    __tablename__ = "routing_turns"
    written_down = "nothing"
    __table_args__ = (refers("agent_id", "agents", ondelete="CASCADE"),)

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date]
    given: Mapped[int]
    last_at: Mapped[datetime]
