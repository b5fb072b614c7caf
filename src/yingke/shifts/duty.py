"""Which state a roster asks for at which moment. Pure.

Shifts are wall-clock times on a day of the workspace's calendar, as people say them. Each end is turned into an instant by
itself, so that a night with a clock change is an hour shorter or longer; breaks are as long as they say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

State = Literal["on", "break", "off"]
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Pause:
    """A break of a shift: `at` is `HH:MM`; one before the shift's start is on the next day."""

    at: str
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Times:
    """`start` and `end` are `HH:MM`; an end that is not after the start is on the next day."""

    start: str
    end: str
    pauses: tuple[Pause, ...] = ()

    def span(self) -> tuple[int, int]:
        """First and last minute, counted from midnight of the shift's day."""
        start, end = minute_of(self.start), minute_of(self.end)
        return start, end if end > start else end + _DAY

    def pause_spans(self) -> list[tuple[int, int]]:
        """Of the breaks, counted likewise."""
        start = minute_of(self.start)
        begins = [(minute_of(each.at) + _DAY * (minute_of(each.at) < start), each.minutes) for each in self.pauses]
        return [(begin, begin + minutes) for begin, minutes in begins]


@dataclass(frozen=True, slots=True)
class Stretch:
    """In UTC, the end not included."""

    day: date
    """The day of its shift."""
    starts_at: datetime
    ends_at: datetime
    state: Literal["on", "break"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    state: State
    reason: str | None = None


OFF = Duty("off")


def minute_of(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def fault_of(times: Times) -> str | None:
    """What is wrong with a pattern, as a sentence; None when nothing is."""
    start, end = times.span()
    if end - start >= _DAY:
        return "A shift that ends when it starts has no length."
    spans = sorted(times.pause_spans())
    if any(begin <= start or until >= end for begin, until in spans):
        return "A break lies within its shift."
    if any(later < until for (_, until), (later, _) in pairwise(spans)):
        return "Two breaks overlap."
    return None


def first_overlap(shifts: Iterable[tuple[date, Times]]) -> date | None:
    """The day of a shift of one person that begins before the one before it has ended, by the clock on the wall."""
    spans = sorted((_wall(day, begin), _wall(day, end), day) for day, each in shifts for begin, end in [each.span()])
    return next((day for (_, end, _), (begin, _, day) in pairwise(spans) if begin < end), None)


def stretches(day: date, times: Times, zone: ZoneInfo) -> Iterator[Stretch]:
    """The parts of a shift in order, without gaps. None of a shift that a clock change swallows whole."""
    start, end = times.span()
    at, ends_at = _instant(day, start, zone), _instant(day, end, zone)
    for (begin, until), pause in sorted(zip(times.pause_spans(), times.pauses, strict=True), key=lambda each: each[0]):
        begins_at = min(max(_instant(day, begin, zone), at), ends_at)
        over_at = min(begins_at + timedelta(minutes=until - begin), ends_at)
        if at < begins_at:
            yield Stretch(day, at, begins_at, "on")
        if begins_at < over_at:
            yield Stretch(day, begins_at, over_at, "break", pause.reason)
        at = max(at, over_at)
    if at < ends_at:
        yield Stretch(day, at, ends_at, "on")


def duty_at(parts: Sequence[Stretch], at: datetime) -> Duty:
    found = next((part for part in parts if part.starts_at <= at < part.ends_at), None)
    return Duty(found.state, found.reason) if found else OFF


def last_boundary(parts: Sequence[Stretch], at: datetime) -> datetime | None:
    """The newest moment up to `at` at which a part began or ended."""
    return max((edge for edge in _edges(parts) if edge <= at), default=None)


def next_boundary(parts: Sequence[Stretch], at: datetime) -> datetime | None:
    return min((edge for edge in _edges(parts) if edge > at), default=None)


def on_since(parts: Sequence[Stretch], at: datetime) -> datetime | None:
    """When the present part of being on duty began; None off duty and in a break."""
    return next((p.starts_at for p in parts if p.state == "on" and p.starts_at <= at < p.ends_at), None)


def overlap(parts: Iterable[tuple[datetime, datetime]], others: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long both last at once. The spans of each side are apart from one another."""
    spans = list(others)
    shared = (min(end, until) - max(begin, since) for begin, end in parts for since, until in spans)
    return sum((each for each in shared if each > timedelta()), timedelta())


def _edges(parts: Sequence[Stretch]) -> Iterator[datetime]:
    for part in parts:
        yield part.starts_at
        yield part.ends_at


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return _wall(day, minute).replace(tzinfo=zone).astimezone(UTC)
