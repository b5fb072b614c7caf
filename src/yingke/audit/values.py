"""The audit log as it leaves the program."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from yingke.kit.origins import Via
from yingke.kit.values import DescribedAs, Value


class AuditEntryValue(Value, frozen=True, kw_only=True):
    """`details.rows` tells what changed: `[before, after]` of each column, or only their names for rows about people."""

    seq: int
    id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str
    via: Via
    address: str
    act: str
    subject_id: str
    subject_name: str
    details: Annotated[dict[str, Any], DescribedAs(dict[str, Any])]
    hash: str


class Verdict(Value, frozen=True, kw_only=True):
    """`broken_at` is the number of the first entry that is not as it was written, or not there; None when all are."""

    checked: int
    head_seq: int
    head_hash: str
    broken_at: int | None
    why: str | None
