"""Time that passes only while somebody is open. Pure."""

from datetime import UTC, datetime, timedelta

from yingke.inboxes.hours import next_opening, open_stretches
from yingke.inboxes.site_settings import Hours


def running(hours: Hours | None, at: datetime) -> Hours | None:
    """`hours` as clocks go by them; None where they always run: also for hours that never open, or nothing would come due."""
    if hours is None or hours.always or next_opening(hours, at) is None:
        return None
    return hours


def moment_after(hours: Hours | None, start: datetime, seconds: float) -> datetime:
    """The first moment at which a clock started at `start` has counted `seconds`. In UTC."""
    start = start.astimezone(UTC)
    if (kept := running(hours, start)) is None or seconds <= 0:
        return start + timedelta(seconds=max(0.0, seconds))
    left = timedelta(seconds=seconds)
    end = start
    for opens, closes in open_stretches(kept, start):
        begin = max(opens, start)
        if left <= closes - begin:
            return begin + left
        left -= closes - begin
        end = closes
    return end + left


def seconds_between(hours: Hours | None, start: datetime, end: datetime) -> float:
    """What a clock that runs from `start` to `end` counts."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return 0.0
    if (kept := running(hours, start)) is None:
        return (end - start).total_seconds()
    counted = timedelta()
    for opens, closes in open_stretches(kept, start):
        if opens >= end:
            break
        counted += min(closes, end) - max(opens, start)
    return counted.total_seconds()
