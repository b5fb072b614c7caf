"""Clocks that run always, or only while somebody is open; they can be stopped and go on. Pure."""

from dataclasses import dataclass
from datetime import datetime

from yingke.inboxes import Hours, moment_after, seconds_between


@dataclass(frozen=True, slots=True)
class Clock:
    """Has counted `used` seconds, and counts on since `running_since`; None: it stands still."""

    used: float
    running_since: datetime | None


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
