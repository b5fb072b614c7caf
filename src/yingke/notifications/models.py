"""Rows of mails that left, and of browsers that take notices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class Mail(Thing, Base):
    """A mail to a visitor: written by the transaction that decided on it, sent by a job. Its id makes its Message-ID."""

    __tablename__ = "mails"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        Index("ix_mails_id", "id"),
        Index("ix_mails_created_at", "workspace_id", "created_at", "id"),
        Index("ix_mails_conversation_id", "workspace_id", "conversation_id"),
        Index(
            "uq_mails_reply",
            "workspace_id",
            "conversation_id",
            "seq",
            unique=True,
            postgresql_where=text("kind = 'reply'"),
        ),
    )

    kind: Mapped[str]
    """`transcript` or `reply`."""
    conversation_id: Mapped[UUID]
    seq: Mapped[int]
    """A reply carries this message; a transcript goes up to it."""
    to: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why the last attempt failed."""


class PushSubscription(Thing, Base):
    """A browser of an agent that takes notices while no desk is on a screen. The keys are the browser's (RFC 8291)."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        refers("agent_id", "agents", ondelete="CASCADE"),
        Index("ix_push_subscriptions_agent_id", "workspace_id", "agent_id"),
        Index("uq_push_subscriptions_endpoint", "workspace_id", "endpoint", unique=True),
    )

    agent_id: Mapped[UUID]
    endpoint: Mapped[str]
    p256dh: Mapped[str]
    auth: Mapped[str]
    created_at: Mapped[datetime]
    last_notice: Mapped[str | None]
    """Names the notice sent last, so that it is not sent twice."""
