"""Segments as they leave the program."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from yingke.kit.values import DescribedAs, Value
from yingke.segments.conditions import SegmentGroup
from yingke.segments.models import Segment


class SegmentValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    conditions: Annotated[dict[str, Any], DescribedAs(SegmentGroup)]
    created_at: datetime
    updated_at: datetime


class SegmentSize(Value, frozen=True, kw_only=True):
    """How many fit now."""

    online: int
    contacts: int


def segment_value(row: Segment) -> SegmentValue:
    return SegmentValue(
        id=row.id, name=row.name, conditions=row.conditions, created_at=row.created_at, updated_at=row.updated_at
    )
