"""When a site is open: weekly spans, holidays that replace their day, in the site's own time zone. Pure.

Spans are wall-clock times and are turned into instants one by one, so that a day with a clock change is right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from yingke.inboxes.site_settings import Hours, SiteSettings, Span

_HORIZON = 400
"""Days that are searched for the next opening: more than a year of holidays is taken for closed for good."""
_FAR = 4000
"""Days over which stretches of being open are told."""
_DAYS = {
    "zh-CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "zh-TW": ("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_ALWAYS = {"zh-CN": "全天服务", "zh-TW": "全天服務", "en": "Open around the clock"}
_CLOSED = {"zh-CN": "休息", "zh-TW": "休息", "en": "closed"}


@dataclass(frozen=True, slots=True)
class Opening:
    open: bool
    next_open_at: datetime | None
    """In UTC; None while open, and when there is no opening within a year."""


def opening(hours: Hours, at: datetime) -> Opening:
    """`at` is aware."""
    if is_open(hours, at):
        return Opening(open=True, next_open_at=None)
    return Opening(open=False, next_open_at=next_opening(hours, at))


def is_open(hours: Hours, at: datetime) -> bool:
    if hours.always:
        return True
    day = at.astimezone(ZoneInfo(hours.time_zone)).date()
    return any(start <= at < end for start, end in _spans(hours, day - timedelta(days=1), 2))


def robot_serves(settings: SiteSettings, at: datetime) -> bool:
    """Whether a robot answers first now."""
    mode = settings.robot.mode
    return mode == "always" or (mode == "outside_hours" and not is_open(settings.hours, at))


def next_opening(hours: Hours, at: datetime) -> datetime | None:
    """When it opens next, in UTC: `at` itself while open, None when there is no opening within a year."""
    if is_open(hours, at):
        return at.astimezone(UTC)
    day = at.astimezone(ZoneInfo(hours.time_zone)).date()
    openings = (start for start, end in _spans(hours, day, _HORIZON) if start > at)
    return next((start.astimezone(UTC) for start in openings), None)


def open_stretches(hours: Hours, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of being open that end after `since`, in order and apart from each other, for ten years. In UTC.

    Not for hours that are `always`.
    """
    day = since.astimezone(ZoneInfo(hours.time_zone)).date() - timedelta(days=1)
    begun: tuple[datetime, datetime] | None = None
    for start, end in _spans(hours, day, _FAR):
        if begun is not None and start <= begun[1]:
            begun = (begun[0], max(begun[1], end))
            continue
        if begun is not None and begun[1] > since:
            yield begun
        begun = (start, end)
    if begun is not None and begun[1] > since:
        yield begun


def hours_lines(hours: Hours, language: str, *, today: date | None = None) -> list[str]:
    """For people: `周一至周五 09:00–18:00`, then the coming holidays (four at most). Empty when it never opens."""
    days = _DAYS.get(language, _DAYS["zh-CN"])
    if hours.always:
        return [_ALWAYS.get(language, _ALWAYS["zh-CN"])]
    by_day = [(day, _times([span for span in hours.weekly if span.day == day])) for day in range(7)]
    lines = []
    for shown, group in groupby(by_day, key=lambda each: each[1]):
        if shown:
            spell = [day for day, _ in group]
            lines.append(f"{_spell(days, spell, language)} {shown}")
    coming = sorted(
        (each for each in hours.holidays if today is None or each.date >= today), key=lambda each: each.date
    )
    for holiday in coming[:4]:
        shown = _times(holiday.open) or _CLOSED.get(language, _CLOSED["zh-CN"])
        lines.append(" ".join(filter(None, (holiday.date.isoformat(), holiday.name, shown))))
    return lines


def _spans(hours: Hours, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches that begin on `days` days from `first`, in order of beginning."""
    zone = ZoneInfo(hours.time_zone)
    holidays = {holiday.date: holiday.open for holiday in hours.holidays}
    for day in (first + timedelta(days=offset) for offset in range(days)):
        weekly: Sequence[Span] = [span for span in hours.weekly if span.day == day.weekday()]
        stretches = [_stretch(span, day, zone) for span in holidays.get(day, weekly)]
        yield from sorted(stretch for stretch in stretches if stretch[0] < stretch[1])


def _stretch(span: Span, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    overnight = span.end <= span.start
    start = datetime.combine(day, time.fromisoformat(span.start), zone)
    if span.end == "24:00":
        end = datetime.combine(day + timedelta(days=1), time(), zone)
    else:
        end = datetime.combine(day + timedelta(days=overnight), time.fromisoformat(span.end), zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _times(spans: Sequence[Span]) -> str:
    return ", ".join(f"{span.start}–{span.end}" for span in sorted(spans, key=lambda span: span.start))


def _spell(days: Sequence[str], spell: Sequence[int], language: str) -> str:
    if len(spell) == 1:
        return days[spell[0]]
    return f"{days[spell[0]]}{'–' if language == 'en' else '至'}{days[spell[-1]]}"
