"""Contacts as they leave the program."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from yingke.kit.values import DescribedAs, Value

Fields = Annotated[dict[str, Any], DescribedAs(dict[str, str | bool | int | float])]
"""What a shop says of its contacts, under its own names."""


class ContactValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    email: str
    phone: str
    external_id: str | None
    company: str | None
    language: str | None
    fields: Fields
    verified: bool
    """The shop signed who this is."""
    tag_ids: list[UUID]
    notes_count: int
    conversations_count: int
    blocked: bool
    """One of the contact's browsers may not write."""
    created_at: datetime
    last_seen_at: datetime | None


class ContactNoteValue(Value, frozen=True, kw_only=True):
    id: UUID
    agent_id: UUID
    text: str
    created_at: datetime
