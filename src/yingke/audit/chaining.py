"""How entries are bound together. Pure.

`hash = SHA-256(hash of the entry before ‖ canonical JSON of this one)`, as in RFC 9162's and git's chains: to change one
entry unseen, all later ones have to be made again, and the newest hash is what an operator can keep elsewhere.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

FIRST = bytes(32)
"""What the first entry of a workspace is hashed with."""


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained(before: bytes, entry: Mapping[str, Any]) -> bytes:
    """The hash of `entry`, whose values are text, numbers, ids and times, after the one with the hash `before`."""
    return sha256(before + canonical({name: _text(value) for name, value in entry.items()}).encode()).digest()


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID) else value
