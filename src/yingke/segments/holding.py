"""Whether one condition holds at a moment: true, false, or not decided yet. Pure.

Not decided is what the page itself can still make true (it is looked at longer, scrolled further), and what has not been
read from the database. Everything else that changes comes with a report of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from yingke.segments.conditions import (
    ChoiceCondition,
    ContactFieldCondition,
    EventCondition,
    HoursCondition,
    NumberCondition,
    PastEventCondition,
    TagCondition,
    TextCondition,
    YesNoCondition,
)
from yingke.segments.moments import Moment, local_part
from yingke.visits.goal_patterns import wildcards

Answer = bool | None
Decider = Callable[[Moment], Answer]

READ_LATER = frozenset({"contact_field", "last_visit_days", "page_seen", "past_event"})
"""Fields of which the database is asked."""
OF_THE_DESK = frozenset({"agents_available", "queue_length"})
OF_THE_PAGE = frozenset({"time_on_page", "time_on_site", "scroll", "idle", "exit_intent"})
DRIFTING = READ_LATER | OF_THE_DESK | {"idle", "exit_intent", "event", "hours", "tag", "known"}
"""Fields whose conditions may become true while a page is only read on; of any other, what is false there stays so."""
LOCAL = frozenset({"url", "page_seen"})
"""Addresses that are also looked for by path and query alone."""
_TEXTS_KEPT = 512

_TEXTS: dict[str, Callable[[Moment], tuple[str, ...]]] = {
    "url": lambda moment: (moment.url,),
    "landing_url": lambda moment: (moment.landing_url,),
    "page_seen": lambda moment: (moment.url, moment.landing_url, *(_pages(moment) or ())),
    "title": lambda moment: (moment.title,),
    "referrer": lambda moment: (moment.referrer,),
    "keyword": lambda moment: (moment.keyword,),
    "campaign": lambda moment: moment.campaign,
    "region": lambda moment: moment.region,
    "language": lambda moment: (moment.language,),
}
_CHOICES: dict[str, Callable[[Moment], str]] = {
    "source": lambda moment: moment.source,
    "engine": lambda moment: moment.engine,
    "device": lambda moment: moment.device,
    "site": lambda moment: moment.site,
}
_NUMBERS: dict[str, Callable[[Moment], float | None]] = {
    "time_on_page": lambda moment: moment.signs.time_on_page,
    "time_on_site": lambda moment: moment.time_on_site,
    "page_count": lambda moment: moment.page_count,
    "visits": lambda moment: moment.visits,
    "scroll": lambda moment: moment.signs.scroll,
    "idle": lambda moment: moment.signs.idle,
    "last_seen_days": lambda moment: moment.last_seen_days,
    "last_visit_days": lambda moment: moment.profile.last_visit_days if moment.profile else None,
    "agents_available": lambda moment: moment.desk.agents_available if moment.desk else None,
    "queue_length": lambda moment: moment.desk.queue_length if moment.desk else None,
}


def decider_of(condition: Any) -> Decider:
    """What decides `condition`, prepared once."""
    return _DECIDERS[type(condition)](condition)


def found_by(condition: Any, moment: Moment) -> Any:
    """What `condition` looked at, for people; None when it was not read yet."""
    return _FINDERS[type(condition)](condition, moment)


def refuter_of(condition: Any) -> Decider:
    """What decides that `condition` does not hold: of the time on the site, what it is not now, it may come to be."""
    if condition.field == "time_on_site":
        limit, at_least = condition.value, condition.op == "at_least"
        return lambda moment: moment.time_on_site < limit if at_least else True if moment.time_on_site > limit else None
    decide = decider_of(condition)

    def refute(moment: Moment) -> Answer:
        answer = decide(moment)
        return None if answer is None else not answer

    return refute


def _text(condition: TextCondition, texts: Callable[[Moment], tuple[str, ...]]) -> Decider:
    if condition.field == "page_seen":
        return _page_seen(condition, texts)
    if condition.op in ("empty", "not_empty"):
        empty = condition.op == "empty"
        return lambda moment: (not any(texts(moment))) == empty
    hits, wanted = _hits(condition.field, condition.op, condition.value or ()), not condition.op.endswith("_not")
    if condition.field == "url":
        return lambda moment: hits(moment.url, moment.local) == wanted
    return lambda moment: any(hits(text, text) for text in texts(moment)) == wanted


def _page_seen(condition: TextCondition, texts: Callable[[Moment], tuple[str, ...]]) -> Decider:
    """What is found among the pages that are known is decided; that it is nowhere takes all of them."""
    hits, wanted = _hits("page_seen", condition.op, condition.value or ()), not condition.op.endswith("_not")
    if condition.op in ("empty", "not_empty"):
        hits, wanted = (lambda text, local: bool(text)), condition.op == "not_empty"

    def seen(moment: Moment) -> Answer:
        if any(hits(text, local_part(text)) for text in texts(moment)):
            return wanted
        return None if _pages(moment) is None else not wanted

    return seen


def _pages(moment: Moment) -> tuple[str, ...] | None:
    return None if moment.profile is None else moment.profile.pages


def _contact_field(condition: ContactFieldCondition) -> Decider:
    hits, wanted = _hits("", condition.op, condition.value or ()), not condition.op.endswith("_not")

    def holds(moment: Moment) -> Answer:
        if moment.profile is None:
            return None
        text = moment.profile.fields.get(condition.key, "")
        if condition.op in ("empty", "not_empty"):
            return (not text) == (condition.op == "empty")
        return hits(text, text) == wanted

    return holds


def _hits(field: str, operator: str, values: Iterable[str]) -> Callable[[str, str], bool]:
    """Whether any of `values` is found in a text; one that begins with a slash in path and query of an address.

    The answers for the latest texts are kept: a page says several times how it is read.
    """
    whole = [value for value in values if not _is_local(field, value)]
    inner = [value for value in values if _is_local(field, value)]
    match operator.removesuffix("_not"):
        case "matches":
            found = _matching(whole), _matching(inner)
        case "contains":
            found = _containing(values), _never
        case _:
            found = _same(whole), _same(inner)
    in_whole, in_local = found
    return lru_cache(maxsize=_TEXTS_KEPT)(lambda text, local: in_whole(text) or in_local(local))


def _matching(patterns: Sequence[str]) -> Callable[[str], bool]:
    if not patterns:
        return _never
    prepared = [wildcards(pattern) for pattern in patterns]
    return lambda text: any(pattern.fullmatch(text) is not None for pattern in prepared)


def _containing(parts: Iterable[str]) -> Callable[[str], bool]:
    folded = [part.casefold() for part in parts]
    return lambda text: any(part in whole for whole in (text.casefold(),) for part in folded)


def _same(values: Iterable[str]) -> Callable[[str], bool]:
    folded = frozenset(value.casefold() for value in values)
    return (lambda text: text.casefold() in folded) if folded else _never


def _never(text: str) -> bool:
    return False


def _is_local(field: str, value: str) -> bool:
    return field in LOCAL and value.startswith("/")


def _choice(condition: ChoiceCondition) -> Decider:
    choice, wanted, is_ = _CHOICES[condition.field], frozenset(condition.value), condition.op == "is"
    return lambda moment: (choice(moment) in wanted) == is_


def _number(condition: NumberCondition) -> Decider:
    number, limit = _NUMBERS[condition.field], condition.value
    if condition.op == "at_most":
        return _at_most(condition.field, number, limit)
    waits: Answer = None if condition.field in OF_THE_PAGE else False

    def at_least(moment: Moment) -> Answer:
        found = number(moment)
        if found is None:
            return _unread(condition.field, moment)
        return True if found >= limit else waits

    return at_least


def _at_most(field: str, number: Callable[[Moment], float | None], limit: int) -> Decider:
    def at_most(moment: Moment) -> Answer:
        found = number(moment)
        return _unread(field, moment) if found is None else found <= limit

    return at_most


def _unread(field: str, moment: Moment) -> Answer:
    """A first visit has no visit before it; anything else without a value was not read yet."""
    return False if field == "last_visit_days" and moment.profile is not None else None


def _yes_no(condition: YesNoCondition) -> Decider:
    field, wanted = condition.field, condition.value
    if field == "exit_intent" and wanted:
        return lambda moment: True if moment.signs.exit_intent else None
    return lambda moment: _is(field, moment) == wanted


def _is(field: str, moment: Moment) -> bool:
    match field:
        case "exit_intent":
            return moment.signs.exit_intent
        case "returning":
            return moment.visits > 1
    return moment.known


def _event(condition: EventCondition) -> Decider:
    if condition.op == "at_least":
        return lambda moment: _times(condition, moment) >= condition.value
    return lambda moment: _times(condition, moment) <= condition.value


def _times(condition: EventCondition, moment: Moment) -> int:
    since = moment.at - timedelta(seconds=condition.within)
    return sum(name == condition.key and at >= since for name, at in moment.events)


def _past_event(condition: PastEventCondition) -> Decider:
    at_least, limit = condition.op == "at_least", condition.value

    def holds(moment: Moment) -> Answer:
        times = _past_times(condition, moment)
        return None if times is None else times >= limit if at_least else times <= limit

    return holds


def _past_times(condition: PastEventCondition, moment: Moment) -> int | None:
    times = None if moment.profile is None else moment.profile.past.get(condition.key)
    since = moment.at - timedelta(days=condition.days)
    return None if times is None else sum(at >= since for at in times)


def _hours(condition: HoursCondition) -> Decider:
    minutes, wanted = frozenset(minutes_of(condition)), condition.op == "within"
    return lambda moment: (_minute_of_week(moment.at.astimezone(moment.zone)) in minutes) == wanted


def minutes_of(condition: HoursCondition) -> set[int]:
    """The minutes of a week, from Monday 00:00, that `value` covers."""
    minutes: set[int] = set()
    for hours in condition.value:
        start, end = _minutes(hours.start), _minutes(hours.end)
        length = end - start if end > start else end - start + 1440
        for day in hours.days:
            first = day * 1440 + start
            minutes.update(minute % 10080 for minute in range(first, first + length))
    return minutes


def _minutes(time: str) -> int:
    hour, _, minute = time.partition(":")
    return int(hour) * 60 + int(minute)


def _minute_of_week(at: datetime) -> int:
    return at.weekday() * 1440 + at.hour * 60 + at.minute


def _has_tag(condition: TagCondition) -> Decider:
    wanted, has = frozenset(condition.value), condition.op == "has"
    return lambda moment: bool(wanted & moment.tag_ids) == has


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


_DECIDERS: dict[type, Callable[[Any], Decider]] = {
    TextCondition: lambda condition: _text(condition, _TEXTS[condition.field]),
    ContactFieldCondition: _contact_field,
    ChoiceCondition: _choice,
    NumberCondition: _number,
    YesNoCondition: _yes_no,
    TagCondition: _has_tag,
    EventCondition: _event,
    PastEventCondition: _past_event,
    HoursCondition: _hours,
}
_FINDERS: dict[type, Callable[[Any, Moment], Any]] = {
    TextCondition: lambda condition, moment: " ".join(_TEXTS[condition.field](moment)),
    ContactFieldCondition: lambda condition, moment: moment.profile and moment.profile.fields.get(condition.key, ""),
    ChoiceCondition: lambda condition, moment: _CHOICES[condition.field](moment),
    NumberCondition: lambda condition, moment: _whole(_NUMBERS[condition.field](moment)),
    YesNoCondition: lambda condition, moment: _is(condition.field, moment),
    TagCondition: lambda condition, moment: [str(id) for id in condition.value if id in moment.tag_ids],
    EventCondition: _times,
    PastEventCondition: _past_times,
    HoursCondition: lambda condition, moment: moment.at.astimezone(moment.zone).isoformat(),
}
