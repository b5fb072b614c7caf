"""Rows of the core. Names of people and files are copied into messages: a thread reads the same for ever."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers
from yingke.kit.ids import new_id


class Conversation(Thing, Base):
    __tablename__ = "conversations"
    written_down = "columns"
    __table_args__ = (
        refers("site_id", "sites", ondelete="SET NULL"),
        refers("visitor_id", "visitors", ondelete="SET NULL"),
        refers("contact_id", "contacts", ondelete="SET NULL"),
        refers("team_id", "teams", ondelete="SET NULL"),
        refers("agent_id", "agents", ondelete="SET NULL"),
        Index("ix_conversations_number", "workspace_id", "number", unique=True),
        Index("ix_conversations_recent", "workspace_id", "status", "active_period"),
        Index("ix_conversations_all_recent", "workspace_id", "active_period"),
        Index("ix_conversations_held", "workspace_id", "agent_id", "status"),
        Index("ix_conversations_of_visitor", "workspace_id", "visitor_id"),
        Index("ix_conversations_of_contact", "workspace_id", "contact_id"),
        Index(
            "ix_conversations_queue",
            "workspace_id",
            "team_id",
            "place_at",
            postgresql_where=text("status = 'queued'"),
        ),
        Index("ix_conversations_robot", "workspace_id", "id", postgresql_where=text("robot")),
        Index("ix_conversations_due", "workspace_id", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_conversations_snoozed", "snoozed_until", postgresql_where=text("status = 'snoozed'")),
        Index(
            "ix_conversations_opening",
            "workspace_id",
            "visitor_id",
            "opening_client_id",
            unique=True,
            postgresql_where=text("opening_client_id IS NOT NULL"),
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    number: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(default="webchat")
    kind: Mapped[str] = mapped_column(default="chat")
    status: Mapped[str]
    site_id: Mapped[UUID | None]
    visitor_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    who: Mapped[dict[str, Any]] = mapped_column(default=dict)
    participant_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    title: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="zh-CN")
    opened_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    priority: Mapped[str] = mapped_column(default="", server_default="")
    place_at: Mapped[datetime | None]
    """Who waits is served in this order: `queued_at` less the head start of the priority."""
    last_message_at: Mapped[datetime]
    active_period: Mapped[datetime] = mapped_column(
        Computed("date_bin('5 minutes', last_message_at, '2000-01-01 00:00:00+00')", persisted=True)
    )
    """The five minutes of the last message. Lists are found by it and not by the time itself: the messages that follow in
    these minutes then change no index, and the row changes in place (a heap-only update)."""
    last_seq: Mapped[int] = mapped_column(default=0)
    last_message: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    unread: Mapped[int] = mapped_column(default=0)
    agent_read_seq: Mapped[int] = mapped_column(default=0)
    visitor_read_seq: Mapped[int] = mapped_column(default=0)
    visitor_delivered_seq: Mapped[int] = mapped_column(default=0)
    reads: Mapped[dict[str, Any]] = mapped_column(default=dict)
    waiting_since: Mapped[datetime | None]
    first_replied_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolve_reason: Mapped[str | None]
    tag_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    rating: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reply_channel: Mapped[str | None]
    reply_to: Mapped[str | None]
    opening_client_id: Mapped[UUID | None]
    robot: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A robot holds it: it is open, has no agent, and nobody waits."""
    handed_over_at: Mapped[datetime | None]
    """When a robot gave it to people."""
    clocks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What is owed next, a `Due` of each feature that measures something, by its name."""
    due: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """The nearest of `clocks`."""
    due_at: Mapped[datetime | None]


class Message(InWorkspace, Base):
    __tablename__ = "messages"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        Index("uq_messages_client_id", "workspace_id", "conversation_id", "client_id", unique=True),
        Index("ix_messages_id", "workspace_id", "id", unique=True),
    )

    # Its conversation refers to the workspace. A second reference would have every message lock the one row of it.
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)
    seq: Mapped[int] = mapped_column(primary_key=True, sort_order=-9)
    id: Mapped[UUID] = mapped_column(default=new_id)
    client_id: Mapped[UUID | None]
    kind: Mapped[str]
    audience: Mapped[str]
    author_kind: Mapped[str]
    author_id: Mapped[UUID | None]
    author_name: Mapped[str | None]
    text: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    quote: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    mentions: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    activity: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What there is beside the text, by `type`; the text alone says it all."""
    recalled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class MessageDraft(InWorkspace, Base):
    """What an agent has typed and not sent, kept for his other devices."""

    __tablename__ = "message_drafts"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("agent_id", "agents", ondelete="CASCADE"),
    )

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[str]
    updated_at: Mapped[datetime]


class ConversationNumber(InWorkspace, Base):
    """The last number given in a workspace."""

    __tablename__ = "conversation_numbers"
    written_down = "nothing"

    last: Mapped[int] = mapped_column(default=0)
