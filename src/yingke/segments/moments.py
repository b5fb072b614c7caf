"""What is known of a visitor at one moment: all that rules can ask for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from yingke.visits import LiveVisitor

Happening = tuple[str, datetime]
"""Name and time of a custom event or click."""
MOST_EVENTS = 100
"""Of one visit that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What only the page knows, as it last said. Seconds, and per cent."""

    time_on_page: float = 0
    scroll: int = 0
    idle: float = 0
    exit_intent: bool = False
    filling: bool = False
    """A form of the page is being filled in."""


NO_SIGNS = Signs()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the database knows of a visitor: read when conditions ask for it, and of the history only what they ask for."""

    fields: Mapping[str, str] = field(default_factory=dict)
    last_visit_days: int | None = None
    """None: this is the first visit."""
    pages: tuple[str, ...] | None = None
    """Addresses seen over all visits; None: not read."""
    past: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    """When custom events and clicks happened in them, by name, the latest of each; a name that is missing was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    agents_available: int
    """Who could take one more conversation now."""
    queue_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """None in place of `profile` or `desk`: not read yet."""

    at: datetime
    zone: tzinfo = UTC
    url: str = ""
    local: str = "/"
    """Path and query of the address."""
    title: str = ""
    landing_url: str = ""
    referrer: str = ""
    """The host that led here."""
    source: str = "direct"
    engine: str = ""
    keyword: str = ""
    campaign: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    language: str = ""
    device: str = "unknown"
    visits: int = 1
    page_count: int = 1
    time_on_site: float = 0
    last_seen_days: int = 0
    site: str = ""
    known: bool = False
    tag_ids: frozenset[UUID] = frozenset()
    events: tuple[Happening, ...] = ()
    signs: Signs = NO_SIGNS
    profile: Profile | None = None
    desk: DeskState | None = None


def moment_of(
    visitor: LiveVisitor,
    *,
    at: datetime,
    zone: tzinfo,
    signs: Signs = NO_SIGNS,
    events: tuple[Happening, ...] = (),
    profile: Profile | None = None,
    desk: DeskState | None = None,
) -> Moment:
    source, region = visitor.source, visitor.region
    told = source.campaign
    return Moment(
        at=at,
        zone=zone,
        url=visitor.page.url,
        local=local_part(visitor.page.url),
        title=visitor.page.title,
        landing_url=visitor.landing_url,
        referrer=source.referrer_host,
        source=source.kind,
        engine=source.engine,
        keyword=source.keyword,
        campaign=tuple(filter(None, (told.name, told.source, told.medium, told.term, told.content))) if told else (),
        region=tuple(filter(None, (region.country, region.province, region.city))),
        language=visitor.language,
        device=_word(visitor.device.get("kind")),
        visits=visitor.number,
        page_count=visitor.page_views,
        time_on_site=(at - visitor.started_at).total_seconds(),
        site=str(visitor.site_id),
        known=visitor.contact_id is not None,
        tag_ids=frozenset(visitor.tag_ids),
        events=events,
        signs=signs,
        profile=profile,
        desk=desk,
    )


def local_part(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _word(value: Any) -> str:
    return value if isinstance(value, str) else "unknown"
