"""Clocks that go by business hours: what was counted and what is due fit together, on any day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yingke.inboxes import Hours, moment_after, seconds_between
from yingke.service_levels.clock import Clock, gone_on, reaches, stopped

MOMENTS = st.integers(0, 2 * 365 * 86_400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
SECONDS = st.integers(1, 86_400)
_TIMES = st.sampled_from(["00:00", "06:30", "09:00", "12:00", "13:00", "18:00", "22:00", "23:45"])


@st.composite
def spans(draw: Any) -> dict[str, Any]:
    start, end = draw(_TIMES), draw(_TIMES)
    return {"from": start, "to": end if end != start else "24:00"}


@st.composite
def hours(draw: Any) -> Hours:
    weekly = [{"day": draw(st.integers(0, 6)), **draw(spans())} for _ in range(draw(st.integers(1, 8)))]
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=5, unique=True))
    holidays = [{"date": day, "open": draw(st.lists(spans(), max_size=2))} for day in days]
    zone = draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]))
    return Hours.model_validate({"always": False, "time_zone": zone, "weekly": weekly, "holidays": holidays})


@given(hours(), MOMENTS, SECONDS)
def test_at_the_moment_something_is_due_its_clock_shows_the_whole_time(h: Hours, at: datetime, seconds: int) -> None:
    due = moment_after(h, at, seconds)
    assert abs(seconds_between(h, at, due) - seconds) < 1e-3
    assert seconds_between(h, at, due - timedelta(seconds=1)) < seconds
    assert due >= at + timedelta(seconds=seconds)


@given(hours(), MOMENTS, SECONDS, SECONDS)
def test_a_clock_read_in_between_ends_at_the_same_moment(h: Hours, at: datetime, one: int, other: int) -> None:
    assert moment_after(h, moment_after(h, at, one), other) == moment_after(h, at, one + other)


@given(hours(), st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_what_is_counted_in_two_parts_is_what_is_counted_at_once(h: Hours, moments: list[datetime]) -> None:
    first, second, third = moments
    whole = seconds_between(h, first, third)
    assert abs(seconds_between(h, first, second) + seconds_between(h, second, third) - whole) < 1e-3


@given(hours() | st.none(), MOMENTS, SECONDS, SECONDS, SECONDS)
def test_standing_still_costs_no_time(h: Hours | None, at: datetime, limit: int, run: int, pause: int) -> None:
    begun = Clock(0.0, at)
    stop = at + timedelta(seconds=run)
    clock = gone_on(stopped(begun, h, stop), stop + timedelta(seconds=pause))
    assert reaches(stopped(begun, h, stop), h, limit) is None
    due = reaches(clock, h, limit)
    assert due is not None and clock.running_since is not None
    counted = clock.used + seconds_between(h, clock.running_since, due)
    assert abs(counted - max(limit, clock.used)) < 1e-3


def test_over_a_holiday_with_an_adjusted_working_day_the_clock_goes_on_the_saturday() -> None:
    """国庆 from Thursday on; Saturday the 10th is worked instead."""
    week = [{"day": day, "from": "09:00", "to": "18:00"} for day in range(5)]
    closed = [{"date": f"2026-10-0{day}"} for day in range(1, 9)] + [{"date": "2026-10-09"}]
    worked = {"date": "2026-10-10", "open": [{"from": "09:00", "to": "18:00"}]}
    h = Hours.model_validate({"always": False, "weekly": week, "holidays": [*closed, worked]})
    asked = datetime.fromisoformat("2026-09-30T17:30:00+08:00")
    assert moment_after(h, asked, 3600) == datetime.fromisoformat("2026-10-10T09:30:00+08:00")


def test_hours_that_never_open_are_no_reason_never_to_come_due() -> None:
    never = Hours.model_validate({"always": False, "weekly": []})
    at = datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert moment_after(never, at, 60) == at + timedelta(seconds=60)
