"""Days of a time zone as moments. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from yingke.kit.errors import Invalid

MOST_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both inclusive."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        return begin_of(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after them."""
        return begin_of(self.last + timedelta(days=1), self.zone)


def days_asked(
    first: date | None, last: date | None, *, now: datetime, zone: ZoneInfo, usual: int, most: int = MOST_DAYS
) -> Days:
    """The `usual` number of days up to today where nothing is said. Raises Invalid naming `from` or `to`."""
    last = last or day_at(now, zone)
    if not date(2000, 1, 1) <= (first or last) <= last <= date(2200, 1, 1):
        raise Invalid("The range ends before it begins.", field="to")
    first = first or last - timedelta(days=usual - 1)
    if (last - first).days >= most:
        raise Invalid(f"A range has at most {most} days.", field="from")
    return Days(first, last, zone)


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Where clocks are put forward at midnight, the first moment there is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_at(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def days_between(first: date, last: date) -> list[date]:
    """Both inclusive; empty when `last` is before `first`."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
