"""Identifiers: UUIDv7 (RFC 9562), so that rows made together lie together in every index."""

import secrets
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()


def first_id_at(moment: datetime) -> UUID:
    """The smallest id that could be made at `moment`: ids of things made since are not below it."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0x2 << 62))


def new_id_at(moment: datetime) -> UUID:
    """An id that sorts as if it were made at `moment`: for rows that tables are read by time through their ids."""
    return UUID(int=first_id_at(moment).int | (secrets.randbits(12) << 64) | secrets.randbits(62))
