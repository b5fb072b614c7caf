"""Who is on the sites now, page by page and counted: for the HTTP API. Pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from yingke.kit.paging import read_cursor, write_cursor
from yingke.visits.live.roster import Present
from yingke.visits.values import LiveVisitor

Dimension = Literal["region", "page", "source", "device", "site"]


@dataclass(frozen=True, slots=True)
class Listed:
    items: list[LiveVisitor]
    next_cursor: str | None
    count: int


def page(present: Collection[Present], limit: int, cursor: str | None) -> Listed:
    """Newest activity first. Raises BadCursor."""
    found = sorted((each.value for each in present), key=_order, reverse=True)
    rest = found
    if cursor:
        after = read_cursor(cursor, datetime, UUID)
        rest = [each for each in found if _order(each) < after]
    shown = rest[:limit]
    more = write_cursor(*_order(shown[-1])) if len(rest) > limit else None
    return Listed(shown, more, len(found))


def group(present: Collection[Present], dimension: Dimension) -> list[tuple[str, str, int]]:
    """Key, name and number, the most first. An empty key is what is not known."""
    counted = Counter(_key(each.value, dimension) for each in present)
    return [(key, name, count) for (key, name), count in counted.most_common()]


def _order(visitor: LiveVisitor) -> tuple[datetime, UUID]:
    return visitor.active_at, visitor.id


def _key(visitor: LiveVisitor, dimension: Dimension) -> tuple[str, str]:
    match dimension:
        case "region":
            region = visitor.region
            return f"{region.country}/{region.province}".strip("/"), region.province or region.country
        case "page":
            parts = urlsplit(visitor.page.url)
            return f"{parts.netloc}{parts.path}", visitor.page.title
        case "source":
            return visitor.source.kind, visitor.source.kind
        case "device":
            kind = str(visitor.device.get("kind", ""))
            return kind, kind
        case "site":
            return str(visitor.site_id), ""
