"""Findings as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.kit.values import Value

Kind = Literal[
    "depth", "dead_link", "duplicate", "near_duplicate", "too_long", "missing_language", "stale", "expired", "orphan", "empty_category",
    "no_similar",
]  # fmt: skip


class Finding(Value, frozen=True, kw_only=True):
    """`other_id`: the entry it is like. `detail` is a number, an address or a language, as the kind says."""

    kind: Kind
    entry_id: UUID | None = None
    category_id: UUID | None = None
    question: str
    detail: str = ""
    other_id: UUID | None = None
    other_question: str = ""
    url: str = ""


class KindCount(Value, frozen=True, kw_only=True):
    kind: Kind
    count: int


class CheckSummary(Value, frozen=True, kw_only=True):
    items: list[KindCount]
    links_checked_at: datetime | None
    compared: int
    not_compared: int
    """Published entries that were looked at for others like them, and those whose turn comes with the next look."""
