"""What people write when they promise, in both languages, and what only looks like it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.promises.reading import promise_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=SHANGHAI)
"""A Wednesday."""

PROMISED = [
    ("好的，今天发货", "2026-11-18T18:00"),
    ("今天之内一定给您答复", "2026-11-18T18:00"),
    ("我们明天回电", "2026-11-19T18:00"),
    ("明天上午给您打电话", "2026-11-19T12:00"),
    ("明天下午3点给您回电", "2026-11-19T15:00"),
    ("明早十点半联系您", "2026-11-19T10:30"),
    ("今晚发出", "2026-11-18T22:00"),
    ("后天补发", "2026-11-20T18:00"),
    ("大后天安排上门", "2026-11-21T18:00"),
    ("周五前处理好", "2026-11-20T18:00"),
    ("星期五之前", "2026-11-20T18:00"),
    ("周一前", "2026-11-23T18:00"),
    ("下周三寄出", "2026-11-25T18:00"),
    ("本周内给您退款", "2026-11-20T18:00"),
    ("月底前到账", "2026-11-30T18:00"),
    ("25号前发出", "2026-11-25T18:00"),
    ("12月1日之前补寄", "2026-12-01T18:00"),
    ("24小时内", "2026-11-19T10:30"),
    ("两个小时内回复您", "2026-11-18T12:30"),
    ("半小时之内", "2026-11-18T11:00"),
    ("30分钟内给您回电", "2026-11-18T11:00"),
    ("三天内退款", "2026-11-21T18:00"),
    ("3个工作日内到账", "2026-11-23T18:00"),
    ("十二小时内处理", "2026-11-18T22:30"),
    ("We will ship it within 24 hours", "2026-11-19T10:30"),
    ("within two business days", "2026-11-20T18:00"),
    ("I'll call you back in half an hour.", "2026-11-18T11:00"),
    ("You will have it by Friday", "2026-11-20T18:00"),
    ("by tomorrow at 3 pm", "2026-11-19T15:00"),
    ("We'll ship today", "2026-11-18T18:00"),
    ("I will let you know tomorrow morning", "2026-11-19T12:00"),
    ("I'll get back to you on Monday", "2026-11-23T18:00"),
    ("We will refund you next Tuesday", "2026-11-24T18:00"),
    ("By the end of the day", "2026-11-18T18:00"),
    ("您稍等。我明天回电给您！", "2026-11-19T18:00"),
]
NOT_PROMISED = [
    "",
    "您好，请问有什么可以帮您？",
    "您明天方便吗",
    "请您明天再试一下",
    "今天天气不错",
    "昨天已经发货了",
    "今天已经寄出",
    "明天可以送到吗？",
    "周五休息",
    "满99元包邮",
    "Could you try again tomorrow?",
    "It was shipped today",
    "Please call us by Friday",
    "25号色号卖完了",
    "0小时内",
]


@pytest.mark.parametrize(("text", "due"), PROMISED)
def test_a_promise_is_read_with_its_due_time(text: str, due: str) -> None:
    found = promise_in(text, NOW, SHANGHAI)
    assert found is not None
    assert found.due.astimezone(SHANGHAI).isoformat()[:16] == due
    assert found.words in text


@pytest.mark.parametrize("text", NOT_PROMISED)
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
