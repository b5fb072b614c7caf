"""What is told about segments."""

from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.segments.values import SegmentValue


@fact("segment.changed")
class SegmentChanged(Fact, frozen=True, kw_only=True):
    segment: SegmentValue


@fact("segment.deleted")
class SegmentDeleted(Fact, frozen=True, kw_only=True):
    segment_id: UUID
