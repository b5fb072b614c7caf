"""Rows of views."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from yingke.kit.database import Base, Thing, refers


class SavedView(Thing, Base):
    """`agent_id` made it."""

    __tablename__ = "saved_views"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        Index("ix_saved_views_agent_id", "workspace_id", "agent_id"),
    )

    agent_id: Mapped[UUID]
    name: Mapped[str]
    shared: Mapped[bool]
    filter: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
