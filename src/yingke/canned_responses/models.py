"""Rows of canned responses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class CannedResponse(Thing, Base):
    """A team that was deleted leaves its texts behind without a team; only supervisors see those."""

    __tablename__ = "canned_responses"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        refers("team_id", "teams", ondelete="SET NULL"),
        CheckConstraint("(scope = 'personal') = (agent_id IS NOT NULL)", name="owner"),
        Index(
            "uq_canned_responses_title",
            "workspace_id",
            "scope",
            text("coalesce(agent_id, team_id, workspace_id)"),
            "folder",
            text("lower(title)"),
            unique=True,
        ),
    )

    scope: Mapped[str]
    agent_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    folder: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    text: Mapped[str]
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    uses: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    readings: Mapped[list[list[str]]] = mapped_column(JSONB)
    """For each character of the title what it may be typed as."""
    word_starts: Mapped[list[int]] = mapped_column(JSONB)
    """Positions in `readings` where a word of the title begins."""
    letters: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Every letter that occurs in `readings`: what a query consists of must be among them."""
