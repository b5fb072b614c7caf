"""What people write when they promise, in both languages, and what only looks like it."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.promises.reading import promise_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=SHANGHAI)
"""A Wednesday."""

SENTENCES = json.loads((Path(__file__).parent / "sentences.json").read_text())
"""Read by the console's tests as well, which decide by themselves whether to ask."""


@pytest.mark.parametrize(("text", "due"), SENTENCES["promised"])
def test_a_promise_is_read_with_its_due_time(text: str, due: str) -> None:
    found = promise_in(text, NOW, SHANGHAI)
    assert found is not None
    assert found.due.astimezone(SHANGHAI).isoformat()[:16] == due
    assert found.words in text


@pytest.mark.parametrize("text", SENTENCES["not_promised"])
def test_what_promises_nothing_is_left_alone(text: str) -> None:
    assert promise_in(text, NOW, SHANGHAI) is None


def test_said_after_the_working_day_today_still_lies_ahead() -> None:
    late = NOW.replace(hour=21)
    found = promise_in("今天发货", late, SHANGHAI)
    assert found is not None and found.due.astimezone(SHANGHAI).hour == 23


_WORDS = st.sampled_from(["今天", "明天", "后天", "周五", "下周", "前", "内", "24", "三", "小时", "天", "发货", "回电", "，", "99", "月", "号", "点半", "by", " Friday", " within ", "hours", "tomorrow ", "at 13 pm", "日", "十十", "半"])  # fmt: skip


@given(
    st.lists(_WORDS, max_size=8).map("".join) | st.text(max_size=60),
    st.integers(0, 3 * 366 * 24).map(lambda hour: datetime.fromtimestamp(1_767_225_600 + hour * 3600, SHANGHAI)),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kathmandu"]).map(ZoneInfo),
)
def test_whatever_is_written_what_is_found_lies_ahead(text: str, now: datetime, zone: ZoneInfo) -> None:
    found = promise_in(text, now, zone)
    assert found is None or (found.due > now and found.words in text)


@pytest.mark.parametrize("text", ["两个小时内回复您", "120分钟内回复您", "within 2 hours"])
def test_hours_pass_also_while_the_clocks_are_put_back(text: str) -> None:
    new_york = ZoneInfo("America/New_York")
    before = datetime(2026, 11, 1, 0, 30, tzinfo=new_york)
    found = promise_in(text, before, new_york)
    assert found is not None and found.due.isoformat() == "2026-11-01T06:30:00+00:00"
