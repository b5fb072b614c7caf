"""Which visitors a desk wants to see. Pure."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta

from yingke.visits.goal_patterns import address_matches
from yingke.visits.values import LiveVisitor

Word = Annotated[str, Meta(max_length=200)]
Seconds = Annotated[int, Meta(ge=0, le=7 * 86400)]


class Filter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is given must hold."""

    site_id: UUID | None = None
    q: Word | None = None
    """Anywhere in name, page, keyword, referrer's host and region."""
    source: Word | None = None
    """The kind of source."""
    engine: Word | None = None
    keyword: Word | None = None
    page: Word | None = None
    """Part of the address; with `*`, the whole of it."""
    region: Word | None = None
    device: Word | None = None
    """Its kind."""
    language: Word | None = None
    """How it begins."""
    returning: bool | None = None
    hidden: bool | None = None
    known: bool | None = None
    """Has a contact."""
    tag_id: UUID | None = None
    min_dwell: Seconds | None = None
    """Seconds on the site."""
    max_dwell: Seconds | None = None
    segment_id: UUID | None = None
    only_site_ids: Annotated[frozenset[UUID], Meta(max_length=200)] | None = None
    """The sites that whoever looks is limited to: set here, whatever is asked for."""

    @property
    def moves(self) -> bool:
        """Passing time alone changes who matches."""
        return self.min_dwell is not None or self.max_dwell is not None


def matches(filter: Filter, visitor: LiveVisitor, now: datetime) -> bool:
    """Of all but the segment, which needs more than the visitor."""
    exact = (
        (filter.site_id, visitor.site_id),
        (filter.source, visitor.source.kind),
        (filter.engine, visitor.source.engine),
        (filter.device, visitor.device.get("kind")),
        (filter.returning, visitor.returning),
        (filter.hidden, visitor.hidden),
        (filter.known, visitor.contact_id is not None),
    )
    if any(wanted is not None and wanted != is_ for wanted, is_ in exact):
        return False
    if filter.only_site_ids is not None and visitor.site_id not in filter.only_site_ids:
        return False
    if filter.tag_id is not None and filter.tag_id not in visitor.tag_ids:
        return False
    return _dwells(filter, visitor, now) and _says(filter, visitor)


def _dwells(filter: Filter, visitor: LiveVisitor, now: datetime) -> bool:
    if not filter.moves:
        return True
    dwell = (now - visitor.started_at).total_seconds()
    return (filter.min_dwell or 0) <= dwell and (filter.max_dwell is None or dwell <= filter.max_dwell)


def _says(filter: Filter, visitor: LiveVisitor) -> bool:
    if filter.language and not visitor.language.lower().startswith(filter.language.lower()):
        return False
    if filter.keyword and not _in(filter.keyword, visitor.source.keyword):
        return False
    if filter.region and not _in(filter.region, *_region(visitor)):
        return False
    if filter.page and not _on_page(filter.page, visitor.page.url):
        return False
    return not filter.q or _in(
        filter.q,
        visitor.name or "",
        visitor.page.url,
        visitor.page.title,
        visitor.source.keyword,
        visitor.source.name,
        visitor.source.referrer_host,
        *_region(visitor),
    )


def _on_page(wanted: str, url: str) -> bool:
    if "*" in wanted:
        return address_matches(wanted, url)
    return _in(wanted, url) or (wanted.startswith("/") and urlsplit(url).path == wanted)


def _region(visitor: LiveVisitor) -> tuple[str, str, str]:
    return visitor.region.country, visitor.region.province, visitor.region.city


def _in(wanted: str, *texts: str) -> bool:
    wanted = wanted.casefold()
    return any(wanted in text.casefold() for text in texts if text)
