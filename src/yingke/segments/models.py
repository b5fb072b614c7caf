"""Rows of segments."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from yingke.kit.database import Base, Thing


class Segment(Thing, Base):
    __tablename__ = "segments"
    __table_args__ = (Index("uq_segments_name", "workspace_id", text("lower(name)"), unique=True),)

    name: Mapped[str]
    conditions: Mapped[dict[str, Any]]
    """A `SegmentGroup`."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
