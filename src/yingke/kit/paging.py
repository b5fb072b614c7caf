"""Cursors: where the next page begins, opaque to clients."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from uuid import UUID

import msgspec

from yingke.kit.errors import Invalid
from yingke.kit.text import clean

_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class BadCursor(Invalid):
    code, detail = "bad_cursor", "This cursor is not one of ours. Start again from the first page."


def write_cursor(*key: float | str | datetime | UUID | None) -> str:
    """The sort key of the last row shown."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(cursor: str, *types: type) -> tuple[Any, ...]:
    """The sort key, each part of the type asked for. Raises BadCursor."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[types])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadCursor(field="cursor") from error
    if not all(map(_comparable, key)):
        raise BadCursor(field="cursor")
    return key


def _comparable(part: object) -> bool:
    """Whether the database can compare with it: what is not was forged."""
    match part:
        case datetime():
            return part.tzinfo is not None and _EARLIEST < part < _LATEST
        case int():
            return -(2**31) <= part < 2**31
        case float():
            return isfinite(part)
        case str():
            return clean(part) == part
    return True
