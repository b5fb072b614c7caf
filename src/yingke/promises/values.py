"""Promises as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.kit.values import Value
from yingke.promises.models import Promise

State = Literal["open", "kept", "broken", "dropped"]


class PromiseValue(Value, frozen=True, kw_only=True):
    id: UUID
    conversation_id: UUID
    number: int
    """Of the conversation."""
    name: str | None
    """Whom it was promised to."""
    seq: int | None
    owner_id: UUID | None
    made_by: UUID
    text: str
    due_at: datetime
    remind_at: datetime
    state: State
    done_at: datetime | None
    """A broken one that was done all the same, late."""
    reason: str
    created_at: datetime
    changed_at: datetime


class PromiseProposal(Value, frozen=True, kw_only=True):
    """What a text seems to promise; `due_at` null: nothing."""

    text: str
    due_at: datetime | None


class ShownPromise(Value, frozen=True, kw_only=True):
    """What the contact sees of a promise, where the site shows them."""

    text: str
    due_at: datetime
    done_at: datetime | None


class PromiseCounts(Value, frozen=True, kw_only=True):
    """Of the same people as the list: what is open, what is overdue, and how many that came due in the last thirty days were kept."""

    open: int
    overdue: int
    kept: int
    broken: int
    kept_rate: float | None
    """Kept ÷ (kept + broken) of those due in the last thirty days; null when none was."""


def promise_value(row: Promise, number: int, name: str | None) -> PromiseValue:
    return PromiseValue(
        id=row.id,
        conversation_id=row.conversation_id,
        number=number,
        name=name,
        seq=row.seq,
        owner_id=row.owner_id,
        made_by=row.made_by,
        text=row.text,
        due_at=row.due_at,
        remind_at=row.remind_at,
        state=row.state,  # type: ignore[arg-type] # the column holds nothing else
        done_at=row.done_at,
        reason=row.reason,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
