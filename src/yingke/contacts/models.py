"""Rows of contacts, their notes, tags and merges."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class Contact(Thing, Base):
    __tablename__ = "contacts"
    written_down = "columns"
    __table_args__ = (
        refers("merged_into", "contacts", ondelete="CASCADE"),
        UniqueConstraint("workspace_id", "external_id", name="uq_contacts_external_id"),
        Index("ix_contacts_email", "workspace_id", "email"),
        Index("ix_contacts_recent", "workspace_id", "last_seen_at", "id"),
    )

    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    """Lower-cased; empty when unknown."""
    phone: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str | None]
    """The shop's own number of this person."""
    company: Mapped[str | None]
    language: Mapped[str | None]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    verified: Mapped[bool] = mapped_column(default=False)
    """The shop signed who this is."""
    merged_into: Mapped[UUID | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """When the person was last on a site; at first, when the record was made."""


class ContactNote(Thing, Base):
    __tablename__ = "contact_notes"
    written_down = "columns"
    __table_args__ = (
        refers("contact_id", "contacts", ondelete="CASCADE"),
        Index("ix_contact_notes_contact_id", "workspace_id", "contact_id"),
    )

    contact_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    text: Mapped[str]
    created_at: Mapped[datetime]


class ContactTag(InWorkspace, Base):
    __tablename__ = "contact_tags"
    __table_args__ = (
        refers("contact_id", "contacts", ondelete="CASCADE"),
        refers("tag_id", "tags", ondelete="CASCADE"),
        Index("ix_contact_tags_tag_id", "workspace_id", "tag_id"),
    )

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(primary_key=True)


class ContactMerge(Thing, Base):
    """One contact that went into another, with all that is needed to take it out again."""

    __tablename__ = "contact_merges"
    written_down = "columns"
    __table_args__ = (
        refers("winner_id", "contacts", ondelete="CASCADE"),
        refers("loser_id", "contacts", ondelete="CASCADE"),
        Index("ix_contact_merges_winner_id", "workspace_id", "winner_id"),
    )

    winner_id: Mapped[UUID]
    loser_id: Mapped[UUID]
    snapshot: Mapped[dict[str, Any]]
    by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
