"""The conditions of a segment as SQL, for lists and reports: the same answer as `deciding`, over rows.

A condition is written over three rows: `x`, a visit; `v`, its visitor; `c`, the contact, if there is one. What a row lacks
is empty.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yingke.segments.conditions import (
    STANDARD_FIELDS,
    ChoiceCondition,
    ContactFieldCondition,
    Group,
    InnerGroup,
    NumberCondition,
    PastEventCondition,
    TagCondition,
    TextCondition,
    YesNoCondition,
)
from yingke.segments.holding import LOCAL
from yingke.segments.knowing import PERSON

Bind = Callable[[Any, str], str]
"""Takes a parameter and its PostgreSQL type; what stands for it in the statement."""
Leaf = Callable[[Any], str]
"""What stands for a single condition in the statement."""
OF_ANY_VISIT = frozenset({"page_seen", "past_event", "contact_field", "tag", "known", "last_seen_days"})
"""Fields that ask nothing of `x`: what they say is the same whichever visit of somebody is looked at."""

_TEXTS = {
    "landing_url": ("x.landing_url",),
    "referrer": ("x.source->>'referrer_host'",),
    "keyword": ("x.source->>'keyword'",),
    "campaign": tuple(f"x.source->'campaign'->>'{part}'" for part in ("name", "source", "medium", "term", "content")),
    "region": tuple(f"x.region->>'{part}'" for part in ("country", "province", "city")),
    "language": ("x.language",),
}
_CHOICES = {
    "source": "x.source->>'kind'",
    "engine": "x.source->>'engine'",
    "device": "x.device->>'kind'",
    "site": "x.site_id::text",
}
_DAY = 86400
_BEFORE = (
    "(SELECT b.active_at FROM visits b WHERE b.workspace_id = x.workspace_id AND b.visitor_id = x.visitor_id"
    " AND b.number < x.number ORDER BY b.number DESC LIMIT 1)"
)
_YES_NO = {"returning": "x.number > 1", "known": "c.id IS NOT NULL"}


def sql_of(group: Group | InnerGroup, leaf: Leaf) -> str:
    """A condition that is true or false, never null."""
    parts = [sql_of(item, leaf) if isinstance(item, InnerGroup) else leaf(item) for item in group.items]
    return f"({(' AND ' if group.match == 'all' else ' OR ').join(parts) or 'true'})"


def leaf_of(condition: Any, bind: Bind, now: datetime) -> str:
    """The same of a single condition."""
    return f"coalesce({_single(condition, bind, now)}, false)"


def _single(condition: Any, bind: Bind, now: datetime) -> str:
    match condition:
        case TextCondition() | ContactFieldCondition():
            return _among(condition, _texts(condition, bind), bind)
        case ChoiceCondition():
            chosen = f"coalesce({_CHOICES[condition.field]}, '') = ANY({bind(condition.value, 'text[]')})"
            return chosen if condition.op == "is" else f"NOT {chosen}"
        case NumberCondition():
            return f"{_number(condition.field, bind, now)} {_compared(condition.op)} {bind(condition.value, 'bigint')}"
        case YesNoCondition():
            return f"coalesce({_YES_NO[condition.field]}, false) = {bind(condition.value, 'boolean')}"
        case TagCondition():
            return _tagged(condition, bind)
    return _happened(condition, bind, now)


def _texts(condition: TextCondition | ContactFieldCondition, bind: Bind) -> str:
    """Rows `one`: what the condition looks through."""
    if isinstance(condition, ContactFieldCondition):
        return f"SELECT {_field(condition.key, bind)} AS one"
    if condition.field == "page_seen":
        pages = "page_views p ON p.workspace_id = y.workspace_id AND p.visit_id = y.id"
        return f"SELECT p.url AS one FROM {PERSON} JOIN {pages}"  # noqa: S608 - constants only
    texts = _TEXTS[condition.field]
    several = len(texts) > 1
    listed = ", ".join(f"nullif({each}, '')" if several else f"coalesce({each}, '')" for each in texts)
    return f"SELECT one FROM unnest(ARRAY[{listed}]) AS one"  # noqa: S608 - constants only


def _among(condition: TextCondition | ContactFieldCondition, texts: str, bind: Bind) -> str:
    """Whether any of the rows `one` of `texts` is what is looked for."""
    if condition.op in ("empty", "not_empty"):
        found = f"EXISTS (SELECT FROM ({texts}) t WHERE one <> '')"
        return found if condition.op == "not_empty" else f"NOT {found}"
    found = f"EXISTS (SELECT FROM ({texts}) t WHERE {_hit(condition, bind)})"
    return f"NOT {found}" if condition.op.endswith("_not") else found


def _hit(condition: TextCondition | ContactFieldCondition, bind: Bind) -> str:
    values, operator = condition.value or [], condition.op.removesuffix("_not")
    if operator == "contains":
        return f"lower(one) LIKE ANY({bind([f'%{_escaped(each)}%' for each in values], 'text[]')})"
    inner = [each for each in values if condition.field in LOCAL and each.startswith("/")]
    whole = [each for each in values if each not in inner]
    return f"({_same('one', whole, operator, bind)} OR {_same(_LOCAL_PART, inner, operator, bind)})"


_LOCAL_PART = "'/' || ltrim(regexp_replace(split_part(one, '#', 1), '^[a-zA-Z]+://[^/?]*', ''), '/')"


def _same(text: str, values: list[str], operator: str, bind: Bind) -> str:
    if not values:
        return "false"
    if operator == "matches":
        return f"lower({text}) LIKE ANY({bind([_escaped(each).replace('*', '%') for each in values], 'text[]')})"
    return f"lower({text}) = ANY({bind([each.lower() for each in values], 'text[]')})"


def _escaped(value: str) -> str:
    return value.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _field(key: str, bind: Bind) -> str:
    standard = f"coalesce(c.{key}, '')" if key in STANDARD_FIELDS else "''"
    name = bind(key, "text")
    return (
        f"CASE WHEN c.id IS NULL THEN coalesce(v.fields->>{name}, '') ELSE coalesce(c.fields->>{name}, {standard}) END"
    )


def _number(field: str, bind: Bind, now: datetime) -> str:
    match field:
        case "time_on_site":
            return "extract(epoch FROM x.active_at - x.started_at)"
        case "page_count":
            return "x.page_views"
        case "visits":
            return "x.number"
        case "last_visit_days":
            return f"floor(extract(epoch FROM x.started_at - {_BEFORE}) / {_DAY})"
        case "last_seen_days":
            seen = "coalesce(v.last_seen_at, c.last_seen_at)"
            return f"floor(greatest(extract(epoch FROM {bind(now, 'timestamptz')} - {seen}), 0) / {_DAY})"
    raise TypeError(f"not a number of a person: {field}")


def _compared(operator: str) -> str:
    return ">=" if operator == "at_least" else "<="


def _tagged(condition: TagCondition, bind: Bind) -> str:
    ids = bind(condition.value, "uuid[]")
    found = (
        f"(EXISTS (SELECT FROM visitor_tags t WHERE t.workspace_id = v.workspace_id AND t.visitor_id = v.id"  # noqa: S608
        f" AND t.tag_id = ANY({ids})) OR EXISTS (SELECT FROM contact_tags t WHERE t.workspace_id = c.workspace_id"
        f" AND t.contact_id = c.id AND t.tag_id = ANY({ids})))"
    )
    return found if condition.op == "has" else f"NOT {found}"


def _happened(condition: PastEventCondition, bind: Bind, now: datetime) -> str:
    times = (
        f"(SELECT count(*) FROM {PERSON} JOIN custom_events e ON e.workspace_id = y.workspace_id AND e.visit_id = y.id"  # noqa: S608
        f" WHERE e.name = {bind(condition.key, 'text')}"
        f" AND e.at >= {bind(now, 'timestamptz')} - {bind(condition.days, 'integer')} * interval '1 day')"
    )
    return f"{times} {_compared(condition.op)} {bind(condition.value, 'bigint')}"
