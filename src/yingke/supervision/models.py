"""What supervisors did. Names are copied: it reads the same when people and conversations are gone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from yingke.kit.database import Base, Thing


class SupervisionAct(Thing, Base):
    """Refers to nothing: erasing a conversation does not erase who looked at it."""

    __tablename__ = "supervision_acts"
    written_down = "nothing"
    __table_args__ = (Index("ix_supervision_acts_conversation", "workspace_id", "conversation_id"),)

    act: Mapped[str]
    agent_id: Mapped[UUID]
    agent_name: Mapped[str]
    conversation_id: Mapped[UUID | None]
    number: Mapped[int | None]
    """The conversation's."""
    details: Mapped[dict[str, Any]]
    acted_at: Mapped[datetime]
