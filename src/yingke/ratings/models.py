"""Rows of ratings, kept raw so that any figure can be computed from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, refers


class ConversationRating(InWorkspace, Base):
    """What a visitor said of one conversation, and who had it then."""

    __tablename__ = "ratings"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("agent_id", "agents", ondelete="SET NULL"),
        refers("team_id", "teams", ondelete="SET NULL"),
        refers("site_id", "sites", ondelete="SET NULL"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index("ix_ratings_rated_at", "workspace_id", "rated_at"),
        Index("ix_ratings_agent_id", "workspace_id", "agent_id", "rated_at"),
    )

    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    agent_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    stars: Mapped[int]
    solved: Mapped[bool | None]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    comment: Mapped[str]
    rated_at: Mapped[datetime]
    """The first time; for a day from then it may be changed."""
    changed_at: Mapped[datetime]
