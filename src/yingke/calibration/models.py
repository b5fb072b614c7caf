"""Rows of calibration."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class Calibration(Thing, Base):
    """One conversation, one card, several inspectors."""

    __tablename__ = "calibrations"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("card_version_id", "quality_card_versions"),
        refers("agent_id", "agents"),
        refers("leader_id", "agents", ondelete="SET NULL"),
        Index("ix_calibrations_conversation", "workspace_id", "conversation_id"),
        Index("ix_calibrations_agreed", "workspace_id", "agreed_at"),
        Index("ix_calibrations_leader", "workspace_id", "leader_id"),
    )

    conversation_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    """Whose conversation it was when it began."""
    card_version_id: Mapped[UUID]
    leader_id: Mapped[UUID | None]
    """None: whoever led it left, and nobody took it on."""
    why: Mapped[str]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """The end of the due day of the workspace: scoring is over then."""
    closed_at: Mapped[datetime | None]
    agreed: Mapped[list[dict[str, Any]]]
    """A `CriterionAnswer` of each criterion, as it was agreed."""
    agreed_score: Mapped[float | None]
    agreed_at: Mapped[datetime | None]
    reader_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """Who read the conversation for it."""


class CalibrationScore(Thing, Base):
    """What one inspector says; a draft until it is submitted."""

    __tablename__ = "calibration_scores"
    written_down = "nothing"
    __table_args__ = (
        refers("calibration_id", "calibrations", ondelete="CASCADE"),
        refers("inspector_id", "agents"),
        Index("uq_calibration_scores_inspector", "workspace_id", "calibration_id", "inspector_id", unique=True),
        Index("ix_calibration_scores_inspector", "workspace_id", "inspector_id", "submitted_at"),
    )

    calibration_id: Mapped[UUID]
    inspector_id: Mapped[UUID]
    answers: Mapped[list[dict[str, Any]]]
    remark: Mapped[str]
    score: Mapped[float | None]
    submitted_at: Mapped[datetime | None]
