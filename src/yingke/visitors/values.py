"""Visitors as they leave the program."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from yingke.contacts.values import Fields
from yingke.kit.values import DescribedAs, Value
from yingke.visitors.user_agents import Device


class Page(Value, frozen=True, kw_only=True):
    url: str
    title: str = ""


class VisitorValue(Value, frozen=True, kw_only=True):
    id: UUID
    site_id: UUID
    contact_id: UUID | None
    name: str | None
    online: bool
    first_seen_at: datetime
    last_seen_at: datetime
    language: str
    device: Annotated[dict[str, Any], DescribedAs(Device)]
    page: Page | None
    referrer: str | None
    landing_url: str | None
    visits: int
    network: str
    """The /24 (or /48) the browser is in; empty when unknown."""
    blocked: bool


class BlockedContact(Value, frozen=True, kw_only=True):
    id: UUID
    name: str


class BlockValue(Value, frozen=True, kw_only=True):
    """One of `visitor`, `contact` and `network` is there."""

    id: UUID
    visitor: VisitorValue | None
    contact: BlockedContact | None
    network: str | None
    """`203.0.113.0/24`: everybody who comes from there."""
    reason: str
    until: datetime | None
    """None: for good."""
    agent_id: UUID | None
    created_at: datetime


class VisitorNoteValue(Value, frozen=True, kw_only=True):
    id: UUID
    agent_id: UUID
    text: str
    created_at: datetime


class ProfileValue(Value, frozen=True, kw_only=True):
    """What is noted about a visitor. Of one who has a contact, that of the contact."""

    visitor_id: UUID
    contact_id: UUID | None
    name: str | None
    email: str
    phone: str
    company: str
    """These three are empty while there is no contact: whoever has them noted gets one."""
    fields: Fields
    tag_ids: list[UUID]
    notes: list[VisitorNoteValue]
    """Newest first, at most fifty."""
    first_seen_at: datetime
    last_seen_at: datetime
    visits: int
    first_source: dict[str, Any] | None
    """The `Source` of the first visit, and of the last that came from somewhere."""
    last_source: dict[str, Any] | None
    anonymous: bool
    """Recognised for one day at most."""
