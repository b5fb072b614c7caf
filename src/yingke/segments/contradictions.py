"""Whether conditions can ever hold together. Pure.

It finds what people write by mistake (empty ranges, yes and no at once, one address and another) and never takes
something possible for impossible: where two conditions are not understood together, they are taken to agree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from yingke.segments.conditions import Group, HoursCondition, InnerGroup
from yingke.segments.holding import decider_of, minutes_of
from yingke.segments.moments import Moment, Profile

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_FOUND_ONLY_ELSEWHERE = {"direct": ("engine", "keyword", "referrer")}
"""Visits of that source have none of these."""


def contradiction(group: Group | InnerGroup, given: Sequence[Any] = ()) -> str | None:
    """Why `group` can never hold together with the conditions `given`; None when it may."""
    if group.match == "any":
        found = [contradiction(each, given) if isinstance(each, InnerGroup) else _clash([*given, each])
                 for each in group.items]  # fmt: skip
        return found[0] if found and all(found) else None
    plain = [*given, *(each for each in group.items if not isinstance(each, InnerGroup))]
    inner = [each for each in group.items if isinstance(each, InnerGroup)]
    for each in [each for each in inner if each.match == "all"]:
        plain += each.items
    return _clash(plain) or next(
        (why for each in inner if each.match == "any" and (why := contradiction(each, plain))), None
    )


def _clash(conditions: Sequence[Any]) -> str | None:
    by_field: defaultdict[str, list[Any]] = defaultdict(list)
    for each in conditions:
        by_field[f"{each.field} {each.key}" if hasattr(each, "key") else each.field].append(each)
    for field, group in by_field.items():
        if (find := _FINDERS.get(group[0].field)) and (why := find(field, group)):
            return why
    return _of_visits(by_field) or _of_sources(by_field)


def _of_numbers(field: str, group: Sequence[Any]) -> str | None:
    low = max((each.value for each in group if each.op == "at_least"), default=0)
    high = min((each.value for each in group if each.op == "at_most"), default=None)
    if high is not None and low > high:
        return f"{field} cannot be at least {low} and at most {high}."
    if field == "scroll" and low > 100:
        return "A page cannot be scrolled by more than 100 per cent."
    if field in ("page_count", "visits") and high == 0:
        return f"{field} is never below 1."
    return None


def _of_choices(field: str, group: Sequence[Any]) -> str | None:
    left: set[str] | None = None
    for each in group:
        if each.op == "is":
            left = set(each.value) if left is None else left & set(each.value)
    if left is None:
        return None
    left -= {value for each in group if each.op == "is_not" for value in each.value}
    return None if left else f"No {field} is left that may be."


def _of_yes_no(field: str, group: Sequence[Any]) -> str | None:
    return f"{field} cannot be true and false." if len({each.value for each in group}) > 1 else None


def _of_tags(field: str, group: Sequence[Any]) -> str | None:
    unwanted = {value for each in group if each.op == "has_not" for value in each.value}
    if any(each.op == "has" and set(each.value) <= unwanted for each in group):
        return "A tag is wanted and not wanted."
    return None


def _of_events(field: str, group: Sequence[Any]) -> str | None:
    for least in group:
        for most in group:
            narrow = least.op == "at_least" and most.op == "at_most" and least.within <= most.within
            if narrow and least.value > most.value:
                return f"{field} cannot happen at least {least.value} and at most {most.value} times."
    return None


def _of_hours(field: str, group: Sequence[HoursCondition]) -> str | None:
    minutes = set(range(7 * 1440))
    for each in group:
        minutes = minutes & minutes_of(each) if each.op == "within" else minutes - minutes_of(each)
    return None if minutes else "No time of the week is left."


def _of_texts(field: str, group: Sequence[Any]) -> str | None:
    """An `is` leaves few texts: each is tried. Otherwise only empty and not empty exclude each other."""
    name = group[0].field
    if name in ("campaign", "region"):  # several texts each
        return None
    asked = [each for each in group if each.op not in ("empty", "not_empty")]
    positive = [each for each in group if each.op == "not_empty" or (each in asked and not each.op.endswith("_not"))]
    if positive and any(each.op == "empty" for each in group):
        return f"{field} cannot be empty and be something."
    exact = next((each for each in group if each.op == "is"), None)
    candidates = exact.value if exact else []
    if candidates and not any(_is_local(name, value) for each in asked for value in each.value):
        held = [value for value in candidates if _all_hold(name, value, group)]
        if not held:
            return f"{field} cannot be {candidates[0]} and agree with the rest."
    for each in asked:
        for other in asked:
            if each.op + "_not" == other.op and set(each.value) <= set(other.value):
                return f"{field} is wanted and not wanted: {each.value[0]}."
    return None


def _all_hold(name: str, value: str, group: Iterable[Any]) -> bool:
    if name == "contact_field":
        key = next(iter(group)).key
        moment = Moment(at=_NEVER, profile=Profile(fields={key: value}))
    else:
        moment = replace(Moment(at=_NEVER), **{name: value})  # type: ignore[arg-type] # one of its texts
    return all(decider_of(each)(moment) for each in group)


def _is_local(name: str, value: str) -> bool:
    return name == "url" and value.startswith("/")


def _of_visits(by_field: dict[str, list[Any]]) -> str | None:
    returning = {each.value for each in by_field.get("returning", ())}
    visits = by_field.get("visits", ())
    first_only = any(each.op == "at_most" and each.value <= 1 for each in visits)
    later = any(each.op == "at_least" and each.value > 1 for each in visits) or "last_visit_days" in by_field
    if (
        (True in returning and first_only)
        or (False in returning and later)
        or (first_only and "last_visit_days" in by_field)
    ):
        return "Who comes for the first time is not returning, and has no visit before."
    return None


def _of_sources(by_field: dict[str, list[Any]]) -> str | None:
    for source, absent in _FOUND_ONLY_ELSEWHERE.items():
        only = any(each.op == "is" and set(each.value) == {source} for each in by_field.get("source", ()))
        for field in absent:
            wants = any(each.op in ("is", "contains", "not_empty") for each in by_field.get(field, ()))
            if only and wants:
                return f"A {source} visit has no {field}."
    return None


_Finder = Callable[[str, Sequence[Any]], str | None]
_FINDERS: dict[str, _Finder] = {
    **dict.fromkeys(("url", "landing_url", "title", "referrer", "keyword", "language", "contact_field"), _of_texts),
    **dict.fromkeys(("source", "engine", "device", "site"), _of_choices),
    **dict.fromkeys(
        ("time_on_page", "time_on_site", "page_count", "visits", "scroll", "idle", "last_visit_days", "last_seen_days",
         "agents_available", "queue_length"), _of_numbers),
    **dict.fromkeys(("exit_intent", "returning", "known"), _of_yes_no),
    "tag": _of_tags,
    "event": _of_events,
    "hours": _of_hours,
}  # fmt: skip
