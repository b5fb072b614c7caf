"""What a text promises, and until when. Pure: words, a time and a zone in, a moment out.

A bare day (今天, tomorrow) promises only with a verb of doing beside it; a term (24 小时内, by Friday) does by itself. What asks,
tells of the past or speaks of what the other side does promises nothing. The end of a working day stands for a day.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVENING = time(18)
"""The end of a working day; past it, `LAST` stands for the day."""
NIGHT = time(22)
LAST = time(23, 59)
LONGEST = timedelta(days=366)

_CN = "零一二三四五六七八九十"
_NUMBER = r"(\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
_DO = (
    "发货|发出|寄出|寄|回电|回复|回您|回你|答复|联系|致电|打电话|给您|给你|处理|解决|退款|退|补发|补寄|安排|通知|告知|告诉|确认|"
    "跟进|送到|送达|到账|上门|反馈|查好|弄好|搞定|完成|更新"
)
_DOING = re.compile(_DO)
_SAYING = re.compile(
    r"\b(?:will|we'll|i'll|shall|going to|get back|call you|ship|send|refund|reply|answer|let you know|resolve|fix|update you|follow up)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]\s*$|[吗么]\s*[。.!！]*$")
_PAST = re.compile(r"已经|已于|刚才|昨天|昨日|\b(?:yesterday|already|was|were|sent|shipped)\b", re.IGNORECASE)
_YOURS = re.compile(
    r"(?:请|麻烦)?(?:您|你)(?:可以|能|要|需要|先|再|在)?$|\b(?:please|can you|could you|if you|you (?:can|should|may))\b[^.]*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！!\n；;.?？]*[。！!\n；;.?？]?")

_WEEKDAYS = {name: index for index, name in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_ENGLISH_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_ENGLISH_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "half an": 0.5,
}


@dataclass(frozen=True, slots=True)
class Found:
    """`words` is the sentence that promises; `due` in UTC."""

    words: str
    due: datetime


def promise_in(text: str, now: datetime, zone: ZoneInfo) -> Found | None:
    """The first promise of `text`, said at `now`; None when nothing is promised."""
    local = now.astimezone(zone)
    for sentence in _SENTENCE.findall(text):
        if not sentence.strip() or _ASKS.search(sentence.strip()) or _PAST.search(sentence):
            continue
        for pattern, due_of, bare in _RULES:
            match = pattern.search(sentence)
            if match is None or _YOURS.search(sentence[: match.start()]):
                continue
            if bare and not (_DOING.search(sentence) or _SAYING.search(sentence)):
                continue
            due = due_of(match, local)
            if due is not None and now < due.astimezone(UTC) <= now + LONGEST:
                return Found(sentence.strip(), due.astimezone(UTC))
    return None


def _number(told: str) -> float:
    told = told.lower()
    if told in _ENGLISH_NUMBERS:
        return _ENGLISH_NUMBERS[told]
    if told == "半":
        return 0.5
    if told.isdecimal():
        return float(told)
    tens, ten, ones = told.replace("两", "二").partition("十")
    if not ten:
        return float(_CN.index(tens[0]))
    return float((_CN.index(tens) if tens else 1) * 10 + (_CN.index(ones) if ones else 0))


def _within(match: re.Match[str], now: datetime) -> datetime | None:
    amount, unit = _number(match[1]), match[2].lower()
    if unit.startswith(("小时", "个小时", "钟头", "hour", "hr")):
        return _later(now, timedelta(hours=amount))
    if unit.startswith(("分", "min")):
        return _later(now, timedelta(minutes=amount))
    if unit.startswith(("个工作日", "工作日", "business", "working")):
        return _end_of(_working_day(now.date(), int(amount)), now)
    if unit.startswith(("周", "星期", "个星期", "week")):
        return _end_of(now.date() + timedelta(weeks=amount), now)
    return _end_of(now.date() + timedelta(days=amount), now)


def _later(now: datetime, by: timedelta) -> datetime:
    """Of time that passes, also over a change of the clocks."""
    return (now.astimezone(UTC) + by).astimezone(now.tzinfo)


def _working_day(day: date, count: int) -> date:
    """The `count`-th day after `day` that is no Saturday and no Sunday."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _end_of(day: date, now: datetime) -> datetime:
    end = datetime.combine(day, EVENING, now.tzinfo)
    return end if end > now else datetime.combine(day, LAST, now.tzinfo)


_PARTS = {
    "早上": time(10), "早": time(10), "上午": time(12), "中午": time(13), "下午": EVENING, "傍晚": time(19), "晚上": NIGHT, "晚": NIGHT,
    "morning": time(12), "noon": time(12), "afternoon": EVENING, "evening": NIGHT, "night": NIGHT,
}  # fmt: skip
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚", "中午"})


def _at(day: date, part: str | None, hour: str | None, half: str | None, now: datetime) -> datetime:
    """A day, or a part of it, or an hour: an hour alone that is over already is one of the afternoon."""
    if hour:
        told = int(_number(hour)) + (12 if part in _AFTERNOON and int(_number(hour)) < 12 else 0)
        told = min(told, 23)
        moment = datetime.combine(day, time(told, 30 if half else 0), now.tzinfo)
        return moment + timedelta(hours=12) if moment <= now and told < 12 and not part else moment
    if part:
        moment = datetime.combine(day, _PARTS[part.lower()], now.tzinfo)
        return moment if moment > now else datetime.combine(day, LAST, now.tzinfo)
    return _end_of(day, now)


_DAYS = {"今天": 0, "今日": 0, "今": 0, "当天": 0, "明天": 1, "明日": 1, "明": 1, "后天": 2, "大后天": 3}


def _named_day(match: re.Match[str], now: datetime) -> datetime:
    return _at(now.date() + timedelta(days=_DAYS[match[1]]), match[2], match[3], match[4], now)


def _weekday(match: re.Match[str], now: datetime) -> datetime:
    """周五 is the coming one, today included while it lasts; 下周五 that of the next week."""
    today, wanted = now.date(), _WEEKDAYS[match[2]]
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=wanted)
    if (match[1] or "").startswith("下"):
        day += timedelta(weeks=1)
    due = _at(day, match[3], match[4], None, now)
    return due if due > now and day >= today else _at(day + timedelta(weeks=1), match[3], match[4], None, now)


def _week_end(match: re.Match[str], now: datetime) -> datetime:
    friday = now.date() + timedelta(days=(4 - now.weekday()) % 7)
    return _end_of(friday, now)


def _month_end(match: re.Match[str], now: datetime) -> datetime:
    after = (now.date().replace(day=28) + timedelta(days=4)).replace(day=1)
    return _end_of(after - timedelta(days=1), now)


def _calendar_day(match: re.Match[str], now: datetime) -> datetime | None:
    """11月25日前, or 25号前: the next one there is."""
    month, day = match[1], int(match[2])
    for step in range(13):
        candidate = _month_after(now.date(), step)
        found = _day_in(candidate, day) if month is None or candidate.month == int(month) else None
        if found is not None and (due := _end_of(found, now)) > now:
            return due
    return None


def _month_after(day: date, step: int) -> date:
    months = day.year * 12 + day.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)


def _day_in(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def _english_day(match: re.Match[str], now: datetime) -> datetime:
    word, part, hour, meridiem = match[1].lower(), match[2], match[3], match[4]
    offset = {"today": 0, "tonight": 0, "tomorrow": 1}
    told = "night" if word == "tonight" else part
    if word in offset:
        day = now.date() + timedelta(days=offset[word])
    else:
        weekday = _ENGLISH_DAYS[word.removeprefix("next ")[:3]]
        day = now.date() + timedelta(days=(weekday - now.weekday()) % 7)
        if word.startswith("next "):
            day = now.date() + timedelta(days=7 - now.weekday() + weekday)
        elif day == now.date() and now.time() >= EVENING:
            day += timedelta(weeks=1)
    if hour and meridiem:
        return datetime.combine(day, time(int(hour) % 12 + (12 if meridiem.lower() == "pm" else 0)), now.tzinfo)
    return _at(day, told, None, None, now)


def _end_of_day(match: re.Match[str], now: datetime) -> datetime:
    return _end_of(now.date(), now)


_DAY_PART = "(早上|早|上午|中午|下午|傍晚|晚上|晚)?"
_HOUR = r"(?:(\d{1,2}|[一二两三四五六七八九十]{1,3})[点點时](半)?)?"
_ENGLISH_PART = r"(?:\s+(morning|noon|afternoon|evening|night))?(?:\s+(?:at|by|before)\s+(\d{1,2})\s*(am|pm))?"
_ENGLISH_DAY = r"(today|tonight|tomorrow|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_Due = Callable[[re.Match[str], datetime], datetime | None]
_RULES: list[tuple[re.Pattern[str], _Due, bool]] = [
    (re.compile(_NUMBER + r"\s*(个?小时|钟头|分钟|个?工作日|天|日|个?星期|周)(?:之内|以内|内)"), _within, False),
    (re.compile(r"\b(?:within|in)\s+(?:the next\s+)?(\d{1,3}|half an|an?|one|two|three|four|five|six|ten)\s+"
                r"(hours?|hrs?|minutes?|mins?|business days?|working days?|days?|weeks?)\b", re.IGNORECASE), _within, False),
    (re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[日号號](?:之前|以前|前)"), _calendar_day, False),
    (re.compile(r"(大后天|后天|今天|今日|当天|明天|明日|今(?=[晚早])|明(?=[晚早]))" + _DAY_PART + _HOUR + r"(?:之前|以前|前|之内|内)"), _named_day, False),
    (re.compile(r"(下个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天])" + _DAY_PART + r"(?:(\d{1,2})[点點])?(?:之前|以前|前)"), _weekday, False),
    (re.compile(r"(?:本周|这周|这个星期)(?:之内|内|结束前|之前|前)"), _week_end, False),
    (re.compile(r"月底(?:之前|以前|前)"), _month_end, False),
    (re.compile(r"\bby (?:the )?end of (?:the )?day\b|\bby EOD\b", re.IGNORECASE), _end_of_day, False),
    (re.compile(r"\bby (?:the )?end of (?:the |this )?week\b", re.IGNORECASE), _week_end, False),
    (re.compile(r"\b(?:by|before)\s+" + _ENGLISH_DAY + _ENGLISH_PART, re.IGNORECASE), _english_day, False),
    (re.compile(r"(大后天|后天|今天|今日|当天|明天|明日|今(?=[晚早])|明(?=[晚早]))" + _DAY_PART + _HOUR), _named_day, True),
    (re.compile(r"(下个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天])" + _DAY_PART + r"(?:(\d{1,2})[点點])?"), _weekday, True),
    (re.compile(r"\b(?:on\s+)?" + _ENGLISH_DAY + _ENGLISH_PART, re.IGNORECASE), _english_day, True),
]  # fmt: skip
"""In the order in which they are tried: pattern, moment, and whether a verb of doing must stand beside it."""
