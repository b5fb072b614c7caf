"""A report on its way into the database."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from yingke.kit.errors import Refusal
from yingke.visits.regions import Region
from yingke.visits.sites import TrackedSite
from yingke.visits.sources import Source


@dataclass(frozen=True, slots=True)
class Browser:
    """Who reports: recognised by the hash of a token, or, anonymous, by a hash that changes every day."""

    token_hash: bytes
    anonymous: bool
    language: str
    user_agent: str
    address: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A page view."""

    id: UUID
    at: datetime
    url: str
    title: str
    referrer: str
    said_referrer: str
    """As the browser said it, for the table of sources."""


@dataclass(frozen=True, slots=True)
class Done:
    """A custom event or a click."""

    id: UUID
    at: datetime
    kind: Literal["event", "click"]
    name: str
    page_id: UUID | None
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """How far a page was read until `at`; `left`: it is gone."""

    page_id: UUID
    at: datetime
    open_ms: int
    visible_ms: int
    scroll: int
    hidden: bool
    left: bool
    idle_ms: int = 0
    exit: bool = False
    filling: bool = False


@dataclass(slots=True)
class Known:
    """A visitor this process heard of, and the visit that is under way; the database's rows are the truth."""

    workspace_id: UUID
    site_id: UUID
    visitor_id: UUID
    visit_id: UUID | None = None
    number: int = 0
    active_at: datetime | None = None
    seen_written_at: datetime | None = None
    address: str = ""
    """Where the last report came from: the database keeps only the network."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit that begins with this report."""

    id: UUID
    number: int
    page: Seen
    source: Source
    region: Region
    device: dict[str, Any]


@dataclass(slots=True, eq=False)
class Incoming:
    site: TrackedSite
    browser: Browser
    pages: list[Seen]
    events: list[Done]
    reads: list[Read]
    answer: "asyncio.Future[Refusal | None]"
    known: Known | None = None
    begun: Begun | None = None
    stored: set[UUID] = field(default_factory=set)
    """Page views and events that were not there before."""
