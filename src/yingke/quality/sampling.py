"""Which conversations a plan picks. Pure: the same seed, period and conversations give the same sample."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func

Period = Literal["day", "week"]


@dataclass(frozen=True, slots=True)
class Candidate:
    conversation_id: UUID
    agent_id: UUID


def drawn(conversation_id: SQLColumnExpression[UUID], seed: int, period: date) -> ColumnElement[bytes]:
    """The lot of a conversation: SHA-256 of `seed:period:id`. Of those who stand to be picked, the lowest are."""
    text = func.concat(f"{seed}:{period}:", cast(conversation_id, Text))
    return func.sha256(func.convert_to(text, "UTF8"))


def last_complete(period: Period, now: datetime, zone: ZoneInfo) -> date:
    """The first day of the last day or week (from Monday) that is over in `zone`."""
    today = now.astimezone(zone).date()
    if period == "day":
        return today - timedelta(days=1)
    return today - timedelta(days=today.weekday() + 7)


def span(period: Period, first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When it begins and ends, in UTC."""
    last = first + timedelta(days=1 if period == "day" else 7)
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last))
    return begin, end
