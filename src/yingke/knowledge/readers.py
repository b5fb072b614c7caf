"""Who is shown an entry, and when: one rule, on values and in SQL."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true

from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.values import EntryAudience


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """`member`: the shop signed who he is. `returning`: not his first visit. Staff see what visitors of the site see, and
    what is for staff only."""

    site_id: UUID | None = None
    """None: every site's entries."""
    member: bool = False
    returning: bool = False
    staff: bool = False
    only_site_ids: frozenset[UUID] | None = None
    """Of somebody of the staff who is limited to them."""

    @property
    def audiences(self) -> frozenset[EntryAudience]:
        if self.staff:
            return frozenset({"everyone", "members", "new_visitors", "returning_visitors", "staff"})
        known: EntryAudience = "returning_visitors" if self.returning else "new_visitors"
        return frozenset({"everyone", known, "members"} if self.member else {"everyone", known})


@dataclass(frozen=True, slots=True)
class Shown:
    """For whom an entry is, and when."""

    audience: str
    site_ids: frozenset[UUID]
    valid_from: datetime | None
    valid_until: datetime | None

    def to(self, reader: Reader, now: datetime) -> bool:
        return (
            self.audience in reader.audiences
            and (not self.site_ids or reader.site_id is None or reader.site_id in self.site_ids)
            and (
                not self.site_ids or reader.only_site_ids is None or not self.site_ids.isdisjoint(reader.only_site_ids)
            )
            and (self.valid_from is None or self.valid_from <= now)
            and (self.valid_until is None or now < self.valid_until)
        )


def shown_to(reader: Reader, now: datetime) -> ColumnElement[bool]:
    """The same for a query; published entries only."""
    entry = KnowledgeEntry
    conditions = [
        entry.live.is_not(None),
        entry.deleted_at.is_(None),
        entry.audience.in_(sorted(reader.audiences)),
        or_(entry.valid_from.is_(None), entry.valid_from <= now),
        or_(entry.valid_until.is_(None), entry.valid_until > now),
    ]
    if reader.site_id is not None:
        conditions.append(or_(entry.site_ids == [], entry.site_ids.contains([reader.site_id])))
    return and_(within(reader.only_site_ids), *conditions)


def within(only_site_ids: Collection[UUID] | None) -> ColumnElement[bool]:
    """Entries of one of these sites, and of every site; None: all there are."""
    if only_site_ids is None:
        return true()
    return or_(KnowledgeEntry.site_ids == [], KnowledgeEntry.site_ids.overlap(list(only_site_ids)))
