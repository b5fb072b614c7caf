"""Rows of quality."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class ScoreCard(Thing, Base):
    """What inspections go by; what it says is in its newest version."""

    __tablename__ = "quality_cards"

    name: Mapped[str]
    version: Mapped[int]
    archived: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CardVersion(Thing, Base):
    """Never changed: a changed card is a new version."""

    __tablename__ = "quality_card_versions"
    __table_args__ = (
        refers("card_id", "quality_cards", ondelete="CASCADE"),
        Index("uq_quality_card_versions_number", "workspace_id", "card_id", "number", unique=True),
    )

    card_id: Mapped[UUID]
    number: Mapped[int]
    name: Mapped[str]
    criteria: Mapped[list[dict[str, Any]]]
    appeal_days: Mapped[int]
    made_at: Mapped[datetime]


class SamplingPlan(Thing, Base):
    __tablename__ = "quality_plans"
    __table_args__ = (refers("card_id", "quality_cards", ondelete="CASCADE"),)

    name: Mapped[str]
    card_id: Mapped[UUID]
    active: Mapped[bool]
    period: Mapped[str]
    per_agent: Mapped[int]
    terms: Mapped[dict[str, Any]]
    """A `PlanTerms`, whole."""
    inspector_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    seed: Mapped[int] = mapped_column(BigInteger)
    picked: Mapped[date | None]
    """First day of the last period it picked from."""
    picked_count: Mapped[int] = mapped_column(default=0)
    """How many it picked from that."""
    created_at: Mapped[datetime]


class Inspection(Thing, Base):
    """One conversation by one card and one inspector. Of the inspected agent: the score as it stands, appeals included."""

    __tablename__ = "quality_inspections"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("agent_id", "agents"),
        refers("inspector_id", "agents", ondelete="SET NULL"),
        refers("plan_id", "quality_plans", ondelete="SET NULL"),
        refers("card_version_id", "quality_card_versions"),
        refers("team_id", "teams", ondelete="SET NULL"),
        Index(
            "uq_quality_inspections_picked",
            "workspace_id",
            "plan_id",
            "conversation_id",
            unique=True,
            postgresql_where=text("plan_id IS NOT NULL"),
        ),
        Index("ix_quality_inspections_inspector", "workspace_id", "inspector_id", "state"),
        Index("ix_quality_inspections_agent", "workspace_id", "agent_id", "submitted_at"),
        Index("ix_quality_inspections_submitted", "workspace_id", "submitted_at"),
        Index("ix_quality_inspections_listed", "workspace_id", text("coalesce(submitted_at, picked_at)"), "id"),
        Index("ix_quality_inspections_appealed", "workspace_id", "id", postgresql_where=text("appeal = 'open'")),
        Index("ix_quality_inspections_conversation", "workspace_id", "conversation_id"),
    )

    conversation_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    """Who is inspected: whoever had the conversation when it was picked."""
    team_id: Mapped[UUID | None]
    plan_id: Mapped[UUID | None]
    card_version_id: Mapped[UUID]
    inspector_id: Mapped[UUID | None]
    state: Mapped[str]
    """`open`, `draft` or `submitted`."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised by each who writes in it or takes it over."""
    answers: Mapped[list[dict[str, Any]]]
    remark: Mapped[str]
    score: Mapped[float | None]
    picked_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the inspected agent first looked."""
    appeal: Mapped[str | None]
    """`open`, `kept` or `changed`; None when there was none."""
    history: Mapped[list[dict[str, Any]]]
    """A `InspectionStep` for each thing done, the first first."""
