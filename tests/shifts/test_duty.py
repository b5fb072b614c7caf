"""Which state a roster asks for at which moment."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.shifts.coverage import hours_of, medians, wanted_for
from yingke.shifts.duty import (
    OFF,
    Pause,
    Times,
    duty_at,
    fault_of,
    first_overlap,
    last_boundary,
    next_boundary,
    on_since,
    overlap,
    stretches,
)

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
BERLIN = ZoneInfo("Europe/Berlin")
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
pauses = st.lists(st.builds(Pause, clocks, st.integers(1, 120), st.sampled_from(["lunch", "break"])), max_size=3)
patterns = st.builds(Times, clocks, clocks, pauses.map(tuple)).filter(lambda each: fault_of(each) is None)


@given(days, patterns, zones)
def test_the_parts_of_a_shift_follow_each_other_without_a_gap(day: date, times: Times, zone: ZoneInfo) -> None:
    parts = list(stretches(day, times, zone))
    for part in parts:
        assert part.starts_at < part.ends_at and part.day == day
    for before, after in pairwise(parts):
        assert before.ends_at == after.starts_at
    if parts:
        begin, end = times.span()
        assert abs((parts[-1].ends_at - parts[0].starts_at) - timedelta(minutes=end - begin)) <= timedelta(hours=1)


@given(days, patterns, zones, st.integers(-600, 3000))
def test_every_moment_has_one_state_and_it_changes_at_boundaries_only(
    day: date, times: Times, zone: ZoneInfo, minute: int
) -> None:
    parts = list(stretches(day, times, zone))
    at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute, seconds=30)
    duty = duty_at(parts, at)
    assert sum(each.starts_at <= at < each.ends_at for each in parts) == (duty != OFF)
    since, until = last_boundary(parts, at), next_boundary(parts, at)
    assert since is None or since <= at
    if since is None or until is None:
        assert duty == OFF
    else:
        assert duty == duty_at(parts, since) == duty_at(parts, until - timedelta(microseconds=1))
    assert (on_since(parts, at) is not None) == (duty.state == "on")


@given(days, patterns, zones)
def test_breaks_are_as_long_as_they_say_on_days_without_a_clock_change(day: date, times: Times, zone: ZoneInfo) -> None:
    parts = list(stretches(day, times, zone))
    begin, end = times.span()
    if parts and parts[-1].ends_at - parts[0].starts_at == timedelta(minutes=end - begin):
        rest = sum((each.ends_at - each.starts_at for each in parts if each.state == "break"), timedelta())
        assert rest <= timedelta(minutes=sum(each.minutes for each in times.pauses))
        starts = {each.starts_at.astimezone(zone).strftime("%H:%M") for each in parts}
        assert times.start in starts


def test_a_night_shift_ends_on_the_next_day_and_is_shorter_when_clocks_go_forward() -> None:
    night = Times("22:00", "06:00", (Pause("02:00", 30, "break"),))
    winter, spring, autumn = (
        list(stretches(day, night, BERLIN)) for day in (date(2026, 2, 1), date(2026, 3, 28), date(2026, 10, 24))
    )
    lengths = [(parts[-1].ends_at - parts[0].starts_at) / timedelta(hours=1) for parts in (winter, spring, autumn)]
    assert lengths == [8, 7, 9]
    assert duty_at(winter, datetime(2026, 2, 2, 1, 10, tzinfo=UTC)).reason == "break"
    assert duty_at(winter, winter[-1].ends_at) == OFF


def test_a_shift_that_a_clock_change_swallows_has_no_parts() -> None:
    assert list(stretches(date(2026, 3, 29), Times("02:30", "03:00"), BERLIN)) == []


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (Times("09:00", "09:00"), "no length"),
        (Times("09:00", "18:00", (Pause("08:30", 60, "lunch"),)), "within its shift"),
        (Times("09:00", "18:00", (Pause("17:30", 60, "lunch"),)), "within its shift"),
        (Times("09:00", "18:00", (Pause("12:00", 60, "lunch"), Pause("12:59", 5, "break"))), "overlap"),
    ],
)
def test_a_pattern_that_cannot_be_worked_is_told_apart(times: Times, said: str) -> None:
    assert said in (fault_of(times) or "")


def test_shifts_overlap_over_midnight_and_touch_without_overlapping() -> None:
    day, night, early = date(2026, 11, 20), Times("22:00", "06:00"), Times("06:00", "14:00")
    following = day + timedelta(days=1)
    assert first_overlap([(day, night), (following, early)]) is None
    assert first_overlap([(following, Times("05:59", "14:00")), (day, night)]) == following
    assert first_overlap([(day, early), (day, early)]) == day


instants = st.integers(0, 3000).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))
spans = st.lists(instants, max_size=8, unique=True).map(
    lambda each: [(a, b) for a, b in zip(*[iter(sorted(each))] * 2, strict=False)]
)


@given(spans, spans)
def test_what_two_sides_share_is_never_more_than_either(one: list, other: list) -> None:  # type: ignore[type-arg]
    shared = overlap(one, other)
    assert shared == overlap(other, one)
    assert shared <= min(sum((b - a for a, b in side), timedelta()) for side in (one, other))
    assert overlap(one, one) == sum((b - a for a, b in one), timedelta())


def test_days_have_as_many_hours_as_the_clock_gives_them() -> None:
    assert [len(hours_of(day, 1, BERLIN)) for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1))] == [
        23,
        25,
        24,
    ]


def test_wanted_agents_hold_what_is_under_way_at_once() -> None:
    base = date(2026, 10, 19)
    ten = {
        datetime(2026, 10, 19, 10, tzinfo=UTC) + timedelta(weeks=week): count
        for week, count in enumerate((2, 40, 12, 10))
    }
    usual = medians({**ten, datetime(2026, 10, 20, 3, tzinfo=UTC): 5}, base)
    assert usual == {(0, 10): 11, (1, 3): 0}
    assert medians({datetime(2026, 11, 9, 10, tzinfo=UTC): 6}, base) == {
        (0, 10): 6
    }  # a shop that has been open for one week
    assert [wanted_for(*each) for each in ((12, 600, 2), (13, 600, 2), (1, 60, 5), (0, 600, 5))] == [1, 2, 1, 0]
