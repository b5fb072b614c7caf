"""Rows of promises."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class Promise(Thing, Base):
    __tablename__ = "promises"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("owner_id", "agents", ondelete="SET NULL"),
        Index("ix_promises_conversation", "workspace_id", "conversation_id"),
        Index("ix_promises_owner", "workspace_id", "owner_id", "due_at"),
        Index("ix_promises_due", "workspace_id", "due_at", "id"),
        Index("ix_promises_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    conversation_id: Mapped[UUID]
    seq: Mapped[int | None]
    """The message that promises."""
    owner_id: Mapped[UUID | None]
    made_by: Mapped[UUID]
    text: Mapped[str]
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    """`open`, `kept`, `broken` (at its due moment) or `dropped`."""
    done_at: Mapped[datetime | None]
    """When it was done, in time or late."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was dropped."""
    look_at: Mapped[datetime | None]
    """When time alone asks for something to be done."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    @hybrid_property
    def undone(self) -> bool:
        """Still to be done, in time or late."""
        return self.state in ("open", "broken") and self.done_at is None

    @undone.inplace.expression
    @classmethod
    def _undone(cls) -> ColumnElement[bool]:
        return and_(cls.state.in_(("open", "broken")), cls.done_at.is_(None))
