"""Business hours, as properties and by the calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yingke.inboxes.hours import hours_lines, is_open, next_opening, opening
from yingke.inboxes.public_holidays import public_days
from yingke.inboxes.site_settings import Hours

quarter = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
spans = st.tuples(quarter, st.one_of(quarter, st.just("24:00"))).filter(lambda s: s[0] != s[1])
span = spans.map(lambda s: {"from": s[0], "to": s[1]})
hours = st.builds(
    lambda zone, weekly, holidays: Hours.model_validate(
        {
            "always": False,
            "time_zone": zone,
            "weekly": [{"day": day, **each} for day, each in weekly],
            "holidays": [{"date": day, "open": open_} for day, open_ in holidays],
        }
    ),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "UTC"]),
    st.lists(st.tuples(st.integers(0, 6), span), max_size=6),
    st.lists(st.tuples(st.dates(date(2026, 3, 1), date(2026, 11, 30)), st.lists(span, max_size=2)), max_size=4),
)
moments = st.integers(0, 270 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@settings(max_examples=150, deadline=None)
@given(hours=hours, at=moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours: Hours, at: datetime) -> None:
    coming = next_opening(hours, at)
    if coming is None:
        assert not is_open(hours, at)
        return
    assert coming >= at
    assert is_open(hours, coming)
    if coming > at:
        assert not is_open(hours, coming - timedelta(seconds=1))
        for share in (0.0, 0.25, 0.5, 0.75):
            assert not is_open(hours, at + (coming - at) * share)


@settings(max_examples=60, deadline=None)
@given(hours=hours, at=moments)
def test_always_open_is_always_open(hours: Hours, at: datetime) -> None:
    always = hours.model_copy(update={"always": True})
    assert opening(always, at).open
    assert opening(always, at).next_open_at is None


def shop(**more: object) -> Hours:
    week = [{"day": day, "from": "09:00", "to": "18:00"} for day in range(5)]
    return Hours.model_validate({"always": False, "time_zone": "Asia/Shanghai", "weekly": week} | more)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-20 09:00", True),  # Friday
        ("2026-11-20 08:59:59", False),
        ("2026-11-20 17:59:59", True),
        ("2026-11-20 18:00", False),
        ("2026-11-21 12:00", False),
    ],
)
def test_the_week_is_in_the_shops_time_zone(moment: str, open_: bool) -> None:
    assert is_open(shop(), at(moment)) is open_


def test_friday_evening_opens_on_monday() -> None:
    assert next_opening(shop(), at("2026-11-20 19:00")) == at("2026-11-23 09:00")


def test_a_holiday_replaces_its_day() -> None:
    closed = shop(holidays=[{"date": "2026-11-23", "name": "店庆"}])
    assert next_opening(closed, at("2026-11-20 19:00")) == at("2026-11-24 09:00")
    short = shop(holidays=[{"date": "2026-11-21", "open": [{"from": "10:00", "to": "12:00"}]}])
    assert is_open(short, at("2026-11-21 11:00"))


def test_a_night_shift_goes_on_past_midnight() -> None:
    night = shop(weekly=[{"day": 4, "from": "22:00", "to": "06:00"}])
    assert is_open(night, at("2026-11-21 05:59"))
    assert not is_open(night, at("2026-11-21 06:00"))
    assert not is_open(night, at("2026-11-20 05:00"))


def test_a_clock_change_moves_no_opening() -> None:
    berlin = shop(time_zone="Europe/Berlin", weekly=[{"day": 6, "from": "09:00", "to": "10:00"}])
    assert next_opening(berlin, at("2026-03-28 12:00", "Europe/Berlin")) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert next_opening(berlin, at("2026-03-21 12:00", "Europe/Berlin")) == datetime(2026, 3, 22, 8, tzinfo=UTC)


def test_never_open_has_no_next_opening() -> None:
    assert next_opening(shop(weekly=[]), at("2026-11-20 12:00")) is None


def test_people_read_equal_days_together() -> None:
    assert hours_lines(shop(), "zh-CN") == ["周一至周五 09:00–18:00"]
    assert hours_lines(shop(), "en") == ["Mon–Fri 09:00–18:00"]
    with_holidays = shop(holidays=[{"date": "2027-01-01", "name": "元旦"}, {"date": "2020-01-01", "name": "过去"}])
    assert hours_lines(with_holidays, "zh-CN", today=date(2026, 11, 20))[1:] == ["2027-01-01 元旦 休息"]
    assert hours_lines(Hours(), "zh-CN") == ["全天服务"]


def test_the_holidays_of_china_come_with_the_weekend_days_that_are_worked_for_them() -> None:
    found = public_days(2026)
    days = {each.date: each for each in found.items}
    assert 2026 in found.years and days[date(2026, 10, 1)].name == "国庆节"
    assert not days[date(2026, 10, 1)].working and days[date(2026, 10, 10)].working
    assert [each.date for each in found.items] == sorted(days)
    assert public_days(2199).items == []
