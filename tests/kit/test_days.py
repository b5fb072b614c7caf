"""Days that are asked for."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from yingke.kit.days import days_asked
from yingke.kit.errors import Invalid

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_days_end_today_by_the_clocks_of_the_workspace() -> None:
    days = days_asked(None, None, now=NOW, zone=SHANGHAI, usual=7)
    assert (days.first, days.last) == (date(2026, 11, 15), date(2026, 11, 21))
    assert (days.begin, days.end) == (datetime(2026, 11, 14, 16, tzinfo=UTC), datetime(2026, 11, 21, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("first", "last"),
    [(None, date.min), (date.max, None), (date(2026, 2, 2), date(2026, 2, 1)), (date(2024, 1, 1), date(2026, 1, 1))],
)
def test_days_that_make_no_range_are_refused(first: date | None, last: date | None) -> None:
    with pytest.raises(Invalid):
        days_asked(first, last, now=NOW, zone=SHANGHAI, usual=7)
