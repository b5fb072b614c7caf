"""Visitors as they leave the program."""

from datetime import datetime
from typing import Any
from uuid import UUID

from yingke.kit.values import Value


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
    device: dict[str, Any]
    """`{kind, os, browser}`"""
    page: Page | None
    referrer: str | None
    landing_url: str | None
    visits: int
    blocked: bool


class BlockValue(Value, frozen=True, kw_only=True):
    visitor: VisitorValue
    reason: str
    until: datetime | None
    """None: for good."""
    agent_id: UUID | None
    created_at: datetime
