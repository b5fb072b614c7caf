"""Rows of visitors, of what agents noted about them, and of those who are blocked."""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import CIDR, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class Visitor(Thing, Base):
    __tablename__ = "visitors"
    written_down = "columns"
    __table_args__ = (
        refers("site_id", "sites", ondelete="CASCADE"),
        refers("contact_id", "contacts", ondelete="SET NULL"),
        Index("ix_visitors_id", "id"),
        Index("ix_visitors_contact_id", "workspace_id", "contact_id"),
        Index("ix_visitors_site_id", "workspace_id", "site_id", "last_seen_at"),
    )

    site_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    contact_id: Mapped[UUID | None]
    identified_at: Mapped[datetime | None]
    """When the shop signed that this browser is the contact's; None for a link made by an agent or by a given address."""
    name: Mapped[str | None]
    """What the visitor is called before it has a contact."""
    language: Mapped[str] = mapped_column(default="")
    """The browser's first language (BCP 47), as it says."""
    user_agent: Mapped[str] = mapped_column(default="")
    device: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`{kind, os, browser}` as recognised from the user agent."""
    address_prefix: Mapped[str] = mapped_column(default="")
    """The network the browser is in (/24 or /48): enough to see abuse, too little to find a person."""
    page_url: Mapped[str | None]
    page_title: Mapped[str | None]
    referrer: Mapped[str | None]
    landing_url: Mapped[str | None]
    visits: Mapped[int] = mapped_column(default=1)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    last_beat_at: Mapped[datetime | None]
    """The last sign of life of a connected socket; None when none is connected."""
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What agents noted, until there is a contact; from then on the contact's."""
    anonymous: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Recognised by address and browser for one day, without anything kept in the browser."""
    first_touch: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """`{source, landing_url, at, visit_id}` of the first visit."""
    last_touch: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Likewise of the last visit that came from somewhere; of the first while none did."""


class VisitorTag(InWorkspace, Base):
    __tablename__ = "visitor_tags"
    __table_args__ = (
        refers("visitor_id", "visitors", ondelete="CASCADE"),
        refers("tag_id", "tags", ondelete="CASCADE"),
        Index("ix_visitor_tags_tag_id", "workspace_id", "tag_id"),
    )

    visitor_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(primary_key=True)


class VisitorNote(Thing, Base):
    __tablename__ = "visitor_notes"
    written_down = "columns"
    __table_args__ = (
        refers("visitor_id", "visitors", ondelete="CASCADE"),
        Index("ix_visitor_notes_visitor_id", "workspace_id", "visitor_id"),
    )

    visitor_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    text: Mapped[str]
    created_at: Mapped[datetime]


class Block(Thing, Base):
    """Who may not write, until `until` or for good: one browser, one person, or everybody in a network."""

    __tablename__ = "blocks"
    __table_args__ = (
        refers("visitor_id", "visitors", ondelete="CASCADE"),
        refers("contact_id", "contacts", ondelete="CASCADE"),
        CheckConstraint("num_nonnulls(visitor_id, contact_id, network) = 1", name="one_target"),
        Index("ix_blocks_visitor_id", "workspace_id", "visitor_id", unique=True),
        Index("ix_blocks_contact_id", "workspace_id", "contact_id", unique=True),
        Index(
            "ix_blocks_network", "workspace_id", "network", unique=True, postgresql_where=text("network IS NOT NULL")
        ),
    )

    visitor_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    """Whoever is known as this contact, in any browser, signed or not."""
    network: Mapped[IPv4Network | IPv6Network | None] = mapped_column(CIDR)
    reason: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    by: Mapped[UUID | None]
    """The agent who did it."""
    created_at: Mapped[datetime]
