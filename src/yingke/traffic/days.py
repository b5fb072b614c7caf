"""Days of the workspace's time zone as moments. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Where clocks are put forward at midnight, the first moment there is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_at(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def days_between(first: date, last: date) -> list[date]:
    """Both inclusive; empty when `last` is before `first`."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
