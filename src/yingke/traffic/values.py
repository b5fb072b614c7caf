"""Figures as they leave the program."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from yingke.kit.values import Value


class Sums(msgspec.Struct, kw_only=True):
    """What is added up; the columns of `traffic_days`."""

    visits: int = 0
    visitors: int = 0
    new_visitors: int = 0
    page_views: int = 0
    bounces: int = 0
    duration: int = 0
    inquiries: int = 0
    conversions: int = 0
    value: float = 0
    entries: int = 0
    exits: int = 0
    open_ms: int = 0
    visible_ms: int = 0
    scroll: int = 0


SUMS = Sums.__struct_fields__


class Figures(Value, frozen=True, kw_only=True):
    visits: int
    visitors: int
    new_visitors: int
    page_views: int
    bounces: int
    inquiries: int
    conversions: int
    value: float
    entries: int
    exits: int
    average_duration: float | None
    average_visible: float | None
    average_open: float | None
    average_scroll: float | None
    pages_per_visit: float | None
    bounce_rate: float | None
    inquiry_rate: float | None
    conversion_rate: float | None

    @classmethod
    def of(cls, sums: Sums, *, by_page: bool = False) -> "Figures":
        """`by_page`: averages are per page view, else per visit."""
        per = sums.page_views if by_page else sums.visits
        return cls(
            **{name: getattr(sums, name) for name in cls.__struct_fields__ if hasattr(sums, name)},
            average_duration=_ratio(sums.duration, sums.visits),
            average_visible=_ratio(sums.visible_ms / 1000, per),
            average_open=_ratio(sums.open_ms / 1000, per),
            average_scroll=_ratio(sums.scroll, sums.page_views) if by_page else None,
            pages_per_visit=_ratio(sums.page_views, sums.visits),
            bounce_rate=_ratio(sums.bounces, sums.visits),
            inquiry_rate=_ratio(sums.inquiries, sums.visitors),
            conversion_rate=_ratio(sums.conversions, sums.visits),
        )


class Row(Figures, frozen=True, kw_only=True):
    key: str
    name: str


class Day(Figures, frozen=True, kw_only=True):
    day: date


class Hour(Figures, frozen=True, kw_only=True):
    hour: int


class Traffic(Value, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    time_zone: str
    site_id: UUID | None
    totals: Figures
    before: Figures
    """The same number of days before, for comparison."""
    days: list[Day]
    hours: list[Hour]
    as_of: datetime
    definitions: dict[str, str]


class Breakdown(Value, frozen=True, kw_only=True):
    items: list[Row]
    next_cursor: str | None
    totals: Figures


DEFINITIONS = {
    "visits": "Visits that began in the range; half an hour without a sign of life ends a visit. Robots are left out.",
    "visitors": "Browsers with a visit, each counted once a day; over several days the sum.",
    "new_visitors": "Visitors on their first visit.",
    "page_views": "Pages shown in visits that began in the range.",
    "bounces": "Visits of one page without a conversation.",
    "average_duration": "Seconds from the first page to the last sign of life, per visit.",
    "average_visible": "Seconds somebody could look at the pages, per visit; by page: per page view.",
    "inquiries": "Visitors who began a conversation or left a message during a visit.",
    "inquiry_rate": "Inquiries ÷ visitors.",
    "conversions": "Goals reached, each once a visit; orders once each.",
    "value": "What the conversions are worth: orders by their amount, other goals by what the goal says.",
    "conversion_rate": "Conversions ÷ visits.",
    "entries": "Visits that began on the page.",
    "exits": "Visits whose last page it was.",
}


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
