"""What an entry keeps of values: short, without secrets, and of documents and lists only what became different. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingke.audit.chaining import canonical

SECRET = re.compile(r"hash|secret|token|password|totp|recovery", re.IGNORECASE)
"""Names of what is never written down."""
_LONGEST = 300
_MOST_PARTS = 500


def differences(path: str, before: Any, after: Any) -> Iterator[tuple[str, list[Any]]]:
    """Path (`settings.color`) and [before, after] of what is not the same; of lists [what went, what came]."""
    if isinstance(before, dict) or isinstance(after, dict):
        inner_before, inner_after = (each if isinstance(each, dict) else {} for each in (before, after))
        for key in dict.fromkeys([*inner_before, *inner_after]):
            if not SECRET.search(str(key)):
                yield from differences(f"{path}.{key}", inner_before.get(key), inner_after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        went, came = _without(before, after), _without(after, before)
        if went or came:
            yield path, [plain(went), plain(came)]
        elif before != after:  # another order, or one of several that are the same
            yield path, [plain(before), plain(after)]
    elif before != after and not isinstance(after, bytes) and not isinstance(before, bytes):
        yield path, [plain(before), plain(after)]


def _without(listed: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    known = {canonical(plain(each)) for each in others}
    return [each for each in listed if canonical(plain(each)) not in known]


def plain(value: Any) -> Any:
    """`value` as short JSON without secrets."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(key): plain(each) for key, each in value.items() if not SECRET.search(str(key))}
        case list() | tuple() | set() | frozenset():
            listed = list(value)
            more = len(listed) - _MOST_PARTS
            return [plain(each) for each in listed[:_MOST_PARTS]] + ([f"… +{more}"] if more > 0 else [])
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
    text = str(value).encode(errors="replace").decode().replace("\0", "")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
