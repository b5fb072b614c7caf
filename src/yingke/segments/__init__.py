"""Conditions over visitors and contacts, and segments: conditions with a name, for everybody at the desk.

What is always true: whoever asks whether somebody fits (a rule, the live view, the try-it page) asks `deciding`, and
lists and reports ask the database for the same (`finding`); a segment is about a person and his last visit, and holds
no other segment; one that a rule names is not deleted.
"""

from yingke.segments.facts import SegmentChanged, SegmentDeleted
from yingke.segments.models import Segment
from yingke.segments.values import SegmentValue

__all__ = ["Segment", "SegmentChanged", "SegmentDeleted", "SegmentValue"]
