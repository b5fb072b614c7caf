"""Clocks that run always, or only while somebody is open; they can be stopped and go on. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from yingke.inboxes import Hours, next_opening, open_stretches


@dataclass(frozen=True, slots=True)
class Clock:
    """Has counted `used` seconds, and counts on since `running_since`; None: it stands still."""

    used: float
    running_since: datetime | None


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


def stopped(clock: Clock, hours: Hours | None, at: datetime) -> Clock:
    """The clock, standing still since `at`."""
    if clock.running_since is None:
        return clock
    return Clock(clock.used + seconds_between(hours, clock.running_since, at), None)


def gone_on(clock: Clock, at: datetime) -> Clock:
    """The clock, running on from `at`."""
    return clock if clock.running_since is not None else Clock(clock.used, at)


def reaches(clock: Clock, hours: Hours | None, seconds: float) -> datetime | None:
    """When the clock shows `seconds`; None while it stands still before that."""
    if clock.running_since is None:
        return None
    return moment_after(hours, clock.running_since, seconds - clock.used)
