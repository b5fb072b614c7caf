"""Visits as they leave the program."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from yingke.kit.values import Value
from yingke.visitors import Page
from yingke.visits.regions import Region
from yingke.visits.sources import Source

Invited = Literal["offered", "shown", "accepted", "declined", "ignored", "expired", "held_out"]
"""What became of an invitation."""
GoalKind = Literal["url", "event", "order"]


class LiveVisitor(Value, frozen=True, kw_only=True):
    """Somebody on a site now. Time on the site and on the page are counted from `started_at` and `page_since`."""

    id: UUID
    """Of the visitor."""
    site_id: UUID
    visit_id: UUID
    contact_id: UUID | None
    name: str | None
    number: int
    """Which of the visitor's visits this is, from 1."""
    returning: bool
    started_at: datetime
    active_at: datetime
    page: Page
    page_since: datetime
    page_views: int
    landing_url: str
    source: Source
    region: Region
    device: dict[str, Any]
    """`{kind, os, browser}`"""
    language: str
    hidden: bool
    """Nobody looks at the page: its tab is in the background."""
    tag_ids: list[UUID]
    anonymous: bool
    blocked: bool
    invited: int = 0
    """How often, over all visits."""
    invitation: Invited | None = None
    """What became of the last one."""


class EventValue(Value, frozen=True, kw_only=True):
    id: UUID
    page_id: UUID | None
    at: datetime
    kind: Literal["event", "click"]
    name: str
    properties: dict[str, Any]


class PageViewValue(Value, frozen=True, kw_only=True):
    id: UUID
    visit_id: UUID
    page: Page
    at: datetime
    left_at: datetime | None
    open: float
    """Seconds the page was there, and seconds somebody could look at it."""
    visible: float
    scroll: int
    """The deepest it was scrolled, in per cent."""
    events: list[EventValue]


class GoalReachedValue(Value, frozen=True, kw_only=True):
    goal_id: UUID
    name: str
    at: datetime
    value: float | None


class VisitValue(Value, frozen=True, kw_only=True):
    id: UUID
    visitor_id: UUID
    site_id: UUID
    number: int
    started_at: datetime
    ended_at: datetime | None
    """None: the visitor is still there."""
    duration: float
    """Seconds from the first page to the last sign of life."""
    visible: float
    page_views: int
    events: int
    landing: Page
    exit: Page
    referrer: str
    source: Source
    region: Region
    device: dict[str, Any]
    language: str
    goals: list[GoalReachedValue]


class Touch(Value, frozen=True, kw_only=True):
    """A visit that brought the visitor here."""

    source: Source
    landing_url: str
    at: datetime
    visit_id: UUID


class Touches(Value, frozen=True, kw_only=True):
    """The first visit, and the last that came from somewhere."""

    first: Touch | None
    last: Touch | None


class GoalValue(Value, frozen=True, kw_only=True):
    id: UUID
    site_id: UUID | None
    name: str
    kind: GoalKind
    pattern: str
    value: float | None
    archived: bool
    created_at: datetime
    conversions_7d: int
