"""Cursors: where the next page begins, opaque to clients."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from yingke.kit.errors import Invalid


class BadCursor(Invalid):
    code, detail = "bad_cursor", "This cursor is not one of ours. Start again from the first page."


def write_cursor(*key: int | str | datetime | UUID | None) -> str:
    """The sort key of the last row shown."""
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def read_cursor(cursor: str, *types: type) -> tuple[Any, ...]:
    """The sort key, each part of the type asked for. Raises BadCursor."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[types])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadCursor(field="cursor") from error
    if any(isinstance(part, datetime) and part.tzinfo is None for part in key):
        raise BadCursor(field="cursor")
    return key
