"""What a page reports: the shapes, their limits, and when things happened.

Nothing of a browser's clock is believed. Each event says how long before the sending it happened; the server's own
time minus that, within bounds, is when it was.
"""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from yingke.kit.errors import Invalid
from yingke.kit.links import page_address
from yingke.kit.text import clean, one_line

LARGEST = 64 * 1024
"""Bytes of one report."""
OLDEST = timedelta(minutes=30)
"""An event that waited longer in the browser belongs to a visit that has ended."""
LONGEST_OPEN = 24 * 3600 * 1000
_MOST_EVENTS = 50
_MOST_PROPERTIES = 30
_LONGEST_TEXT = 300
_TOKEN = re.compile(r"v_[A-Za-z0-9_-]{43}")

Number = Annotated[float, Meta(ge=-1e15, le=1e15)]
Age = Annotated[float, Meta(ge=-1e15, le=1e15)]


class BadReport(Invalid):
    code, detail = "bad_report", "This report is not understood; docs/protocol.md describes what is."


class Event(msgspec.Struct, tag_field="kind", tag=str.lower, frozen=True, kw_only=True):
    age: Age = 0
    """Milliseconds between the happening and the sending."""


class PageSeen(Event, tag="page", frozen=True, kw_only=True):
    id: UUID
    url: str
    title: str = ""
    referrer: str = ""


class PageRead(Event, tag="read", frozen=True, kw_only=True):
    """How far a page was read so far, in milliseconds and per cent; also the heart-beat."""

    page: UUID
    open: Number = 0
    visible: Number = 0
    scroll: Number = 0
    hidden: bool = False
    left: bool = False
    idle: Number = 0
    """Milliseconds since the visitor last moved, typed or scrolled."""
    exit: bool = False
    """The pointer just left through the upper edge."""
    filling: bool = False
    """A form of the page is being filled in."""


class Happened(Event, tag="event", frozen=True, kw_only=True):
    id: UUID
    name: str
    page: UUID | None = None
    properties: dict[str, Any] = {}


class Clicked(Happened, tag="click", frozen=True, kw_only=True):
    pass


class Answered(Event, tag="invitation", frozen=True, kw_only=True):
    """What became of an invitation."""

    invitation: UUID
    answer: Literal["shown", "accepted", "declined", "ignored"]
    form: Annotated[dict[str, Annotated[str, Meta(max_length=2000)]], Meta(max_length=10)] = {}
    """What the visitor filled in, by key."""


AnyEvent = PageSeen | PageRead | Happened | Clicked | Answered
Events = Annotated[list[AnyEvent], Meta(max_length=_MOST_EVENTS)]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    v: Literal[1] = 1
    token: Annotated[str, Meta(max_length=60)] | None = None
    """The visitor's; None asks to be counted without being recognised."""
    language: Annotated[str, Meta(max_length=35)] = ""
    events: Events = []
    listen: bool = False
    """The page is looked at, and waits for the answer until there is something to say."""


_decoder = msgspec.json.Decoder(Report)


def read_report(body: bytes) -> Report:
    """Raises BadReport."""
    try:
        report = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadReport(str(error)) from error
    if report.token is not None and not _TOKEN.fullmatch(report.token):
        raise BadReport("token is v_ and 43 URL-safe characters.", field="token")
    return report


def happened_at(event: Event, now: datetime) -> datetime:
    """Never in the future, and never longer ago than `OLDEST`."""
    if event.age <= 0:
        return now
    return now - min(timedelta(milliseconds=min(event.age, 1e10)), OLDEST)


def page_of(event: PageSeen) -> tuple[str, str, str] | None:
    """Address, title and referrer as they are kept; None when the address is no page's."""
    url = page_address(event.url)
    if url is None:
        return None
    return url, one_line(event.title[: 4 * _LONGEST_TEXT])[:_LONGEST_TEXT], page_address(event.referrer) or ""


def name_of(event: Happened) -> str:
    return one_line(event.name[:_LONGEST_TEXT])[:100]


def properties_of(event: Happened) -> dict[str, Any]:
    """Flat, few and short: texts, numbers and truth values by name."""
    kept: dict[str, Any] = {}
    for name, value in list(event.properties.items())[:_MOST_PROPERTIES]:
        if isinstance(value, str):
            kept[_key(name)] = clean(value[:_LONGEST_TEXT])
        elif isinstance(value, bool | int | float) or value is None:
            kept[_key(name)] = value if not isinstance(value, int) or abs(value) < 2**53 else _double(value)
        else:
            kept[_key(name)] = clean(msgspec.json.encode(value).decode())[:_LONGEST_TEXT]
    return kept


def _double(value: int) -> float | None:
    """As browsers hold numbers, and write those they cannot hold."""
    try:
        return float(value)
    except OverflowError:
        return None


def milliseconds(value: float) -> int:
    return int(min(max(value, 0), LONGEST_OPEN))


def per_cent(value: float) -> int:
    return int(min(max(value, 0), 100))


def _key(name: str) -> str:
    return one_line(name[:_LONGEST_TEXT])[:60]
