"""Reading entries for staff: lists with filters, search and paging."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, cast, func, or_, select, tuple_

from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.search_text import words
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.categories import ids_below
from yingke.knowledge.errors import EntryMissing
from yingke.knowledge.languages import Language
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.readers import within
from yingke.knowledge.rows import entry_row, entry_value, select_rows
from yingke.knowledge.values import EntryAudience, EntryRow, EntryStatus, EntryValue

Order = Literal["updated", "question", "heat", "shelf"]


class EntryPage(Value, frozen=True, kw_only=True):
    items: list[EntryRow]
    next_cursor: str | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """None means no matter. `below`: also what stands in the categories below."""

    q: str = ""
    language: Language | None = None
    category_id: UUID | None = None
    below: bool = True
    uncategorised: bool = False
    status: EntryStatus | None = None
    audience: EntryAudience | None = None
    site_id: UUID | None = None
    only_site_ids: frozenset[UUID] | None = None
    """The sites that whoever asks is limited to: what is for others only is left out."""
    owner_id: UUID | None = None
    pinned: bool | None = None
    stale: bool = False
    """Its review date has passed."""
    deleted: bool = False


async def list_entries(
    work: Work, chosen: EntryFilter, *, order: Order = "updated", limit: int, cursor: str | None
) -> EntryPage:
    conditions = await narrow(work, chosen)
    keys, types = _KEYS[order]
    falling = order == "updated"
    query = select_rows().where(*conditions).add_columns(*_labelled(keys)).limit(limit + 1)
    query = query.order_by(*(key.desc() if falling else key for key in keys))
    if cursor:
        place = read_cursor(cursor, *types)
        query = query.where(tuple_(*keys) < place if falling else tuple_(*keys) > place)
    rows = (await work.rows.execute(query)).all()
    shown = rows[:limit]
    more = len(rows) > limit
    total = (await work.scalars(select(func.count()).where(*conditions))).one()
    return EntryPage(
        items=[entry_row(row) for row in shown],
        next_cursor=write_cursor(*shown[-1][-len(keys) :]) if more else None,
        total=total,
    )


async def read_entry(work: Work, id: UUID) -> EntryValue:
    """Raises EntryMissing."""
    row = await work.find(KnowledgeEntry, id)
    if row is None or row.deleted_at is not None:
        raise EntryMissing
    return await entry_value(work, row)


async def narrow(work: Work, chosen: EntryFilter) -> list[ColumnElement[bool]]:
    entry = KnowledgeEntry
    conditions: list[ColumnElement[bool]] = [
        entry.workspace_id == work.workspace_id,
        entry.deleted_at.is_not(None) if chosen.deleted else entry.deleted_at.is_(None),
    ]
    if chosen.q.strip():
        conditions.append(_says(chosen.q))
    if chosen.category_id is not None:
        shelves = await ids_below(work, chosen.category_id) if chosen.below else [chosen.category_id]
        conditions.append(entry.category_id.in_(shelves))
    if chosen.uncategorised:
        conditions.append(entry.category_id.is_(None))
    if chosen.site_id is not None:
        conditions.append(or_(entry.site_ids == [], entry.site_ids.contains([chosen.site_id])))
    conditions.append(within(chosen.only_site_ids))
    if chosen.stale:
        conditions.append(entry.review_on < work.now.date())
    same = {"language": chosen.language, "status": chosen.status, "audience": chosen.audience,
            "owner_id": chosen.owner_id, "pinned": chosen.pinned}  # fmt: skip
    conditions += [getattr(entry, name) == value for name, value in same.items() if value is not None]
    return conditions


def _says(q: str) -> ColumnElement[bool]:
    """All words of `q`, or the letters as they stand in the question."""
    as_written = KnowledgeEntry.question.icontains(q.strip(), autoescape=True)
    found = words(q)
    return or_(as_written, KnowledgeEntry.words.contains(found)) if found else as_written


def _labelled(keys: tuple[Any, ...]) -> list[Any]:
    return [key.label(f"key_{place}") for place, key in enumerate(keys)]


# All but "updated" ascend, so that a page can begin after a tuple.
SHELF_ORDER: tuple[Any, ...] = (
    -cast(KnowledgeEntry.pinned, Integer),
    func.coalesce(KnowledgeEntry.position, 2**30),
    -KnowledgeEntry.heat,
    KnowledgeEntry.id,
)
"""As visitors see a shelf: pins, then the shelf's own order, then what is asked for most."""
_KEYS: dict[Order, tuple[tuple[Any, ...], tuple[type, ...]]] = {
    "updated": ((KnowledgeEntry.updated_at, KnowledgeEntry.id), (datetime, UUID)),
    "question": ((func.lower(KnowledgeEntry.question), KnowledgeEntry.id), (str, UUID)),
    "heat": ((-KnowledgeEntry.heat, KnowledgeEntry.id), (float, UUID)),
    "shelf": (SHELF_ORDER, (int, int, float, UUID)),
}
