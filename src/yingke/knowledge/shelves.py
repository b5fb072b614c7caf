"""Knowledge as visitors read it: published, meant for them, in the order of what is asked most."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, cast, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from yingke.files import FileValue, file_values
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.answers import plain_text
from yingke.knowledge.categories import category_rows, shown_name
from yingke.knowledge.content import content_of
from yingke.knowledge.errors import CategoryMissing, EntryMissing
from yingke.knowledge.languages import LANGUAGES, Language
from yingke.knowledge.models import Category, EntryVote, KnowledgeEntry
from yingke.knowledge.ordering import warm
from yingke.knowledge.queries import SHELF_ORDER
from yingke.knowledge.readers import Reader, shown_to
from yingke.knowledge.tree import below, line_of
from yingke.knowledge.values import Button, Card, EntryLink

_QUESTION = KnowledgeEntry.live["question"].astext.label("question")
_HOT = (-KnowledgeEntry.heat, KnowledgeEntry.id)


class ShelfCategory(Value, frozen=True, kw_only=True):
    """`count` is of all that stands in it and below."""

    id: UUID
    name: str
    count: int
    children: list["ShelfCategory"]


class PathPart(Value, frozen=True, kw_only=True):
    id: UUID
    name: str


class Shelf(Value, frozen=True, kw_only=True):
    top: list[EntryLink]
    categories: list[ShelfCategory]


class CategoryShelf(Value, frozen=True, kw_only=True):
    path: list[PathPart]
    """From the top to the category itself."""
    children: list[ShelfCategory]
    items: list[EntryLink]
    next_cursor: str | None


class PublicEntry(Value, frozen=True, kw_only=True):
    id: UUID
    language: Language
    question: str
    html: str
    text: str
    short_answer: str
    cards: list[Card]
    buttons: list[Button]
    files: list[FileValue]
    path: list[PathPart]
    related: list[EntryLink]
    translations: list[EntryLink]
    updated_at: datetime
    votes_up: int
    votes_down: int


async def top_questions(
    work: Work, language: Language, reader: Reader, *, limit: int, category_id: UUID | None = None
) -> list[EntryLink]:
    """Pins first, then what is asked most."""
    query = _links(work, reader).where(KnowledgeEntry.language == language)
    if category_id is not None:
        query = query.where(KnowledgeEntry.category_id.in_(await _below(work, category_id)))
    pinned = -cast(KnowledgeEntry.pinned, Integer)
    return _read(await work.rows.execute(query.order_by(pinned, *_HOT).limit(limit)))


async def home_shelf(work: Work, language: Language, reader: Reader, *, top: int = 8) -> Shelf:
    return Shelf(
        top=await top_questions(work, language, reader, limit=top),
        categories=await _categories(work, language, reader, None),
    )


async def category_shelf(
    work: Work, language: Language, reader: Reader, category_id: UUID, *, limit: int = 50, cursor: str | None = None
) -> CategoryShelf:
    """What stands right in a category. Raises CategoryMissing."""
    rows = await category_rows(work)
    if category_id not in rows:
        raise CategoryMissing
    keys = [key.label(f"key_{place}") for place, key in enumerate(SHELF_ORDER)]
    query = _links(work, reader).add_columns(*keys)
    query = query.where(KnowledgeEntry.language == language, KnowledgeEntry.category_id == category_id)
    if cursor:
        query = query.where(tuple_(*SHELF_ORDER) > read_cursor(cursor, int, int, float, UUID))
    found = (await work.rows.execute(query.order_by(*SHELF_ORDER).limit(limit + 1))).all()
    more = len(found) > limit
    return CategoryShelf(
        path=_path(rows, category_id, language),
        children=await _categories(work, language, reader, category_id),
        items=_read(found[:limit]),
        next_cursor=write_cursor(*found[limit - 1][-len(keys) :]) if more else None,
    )


async def read_public_entry(work: Work, reader: Reader, entry_id: UUID) -> PublicEntry:
    """That of another id where this one was merged into it. Raises EntryMissing for what this reader may not see."""
    row = await visible_entry(work, reader, entry_id)
    if row is None:
        raise EntryMissing
    content = content_of(row.live or {})
    rows = await category_rows(work)
    return PublicEntry(
        id=row.id,
        language=row.language,  # type: ignore[arg-type] # the column holds nothing else
        question=content.question,
        html=content.answer_html,
        text=plain_text(content.answer_html),
        short_answer=content.short_answer,
        cards=content.cards,
        buttons=await usable_buttons(work, reader, content.buttons),
        files=await file_values(work, content.attachment_ids),
        path=_path(rows, row.category_id, row.language) if row.category_id else [],
        related=await links_for(work, reader, content.related_ids),
        translations=await _translations(work, reader, row),
        updated_at=row.published_at or row.updated_at,
        votes_up=row.votes_up,
        votes_down=row.votes_down,
    )


async def visible_entry(work: Work, reader: Reader, entry_id: UUID) -> KnowledgeEntry | None:
    """The entry, or the one it was merged into: addresses and buttons outlive a merge."""
    became = select(KnowledgeEntry.merged_into).where(
        KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.id == entry_id
    )
    rows = await work.all(
        select(KnowledgeEntry).where(
            KnowledgeEntry.workspace_id == work.workspace_id,
            KnowledgeEntry.id == func.coalesce(became.scalar_subquery(), entry_id),
            shown_to(reader, work.now),
        )
    )
    return rows[0] if rows else None


async def links_for(work: Work, reader: Reader, ids: Sequence[UUID]) -> list[EntryLink]:
    """Those of `ids` that this reader may see, in their order."""
    if not ids:
        return []
    found = {
        link.entry_id: link
        for link in _read(await work.rows.execute(_links(work, reader).where(KnowledgeEntry.id.in_(ids))))
    }
    return [found[id] for id in ids if id in found]


async def usable_buttons(work: Work, reader: Reader, buttons: Sequence[Button]) -> list[Button]:
    """Those of `buttons` that lead this reader somewhere: not to an entry that was taken back, or is for others."""
    ids = [button.entry_id for button in buttons if button.entry_id]
    there = {link.entry_id for link in await links_for(work, reader, ids)}
    return [button for button in buttons if button.entry_id is None or button.entry_id in there]


async def all_links(work: Work, reader: Reader) -> list[EntryLink]:
    """Everything this reader may see, for a sitemap."""
    return _read(await work.rows.execute(_links(work, reader).order_by(KnowledgeEntry.id)))


async def reading_languages(work: Work, reader: Reader) -> list[Language]:
    query = select(KnowledgeEntry.language).where(
        KnowledgeEntry.workspace_id == work.workspace_id, shown_to(reader, work.now)
    )
    there = set((await work.scalars(query.distinct())).all())
    return [language for language in LANGUAGES if language in there]


async def count_view(work: Work, entry_id: UUID) -> None:
    """Somebody read it. Reading tells less of demand than asking."""
    seen = update(KnowledgeEntry).where(KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.id == entry_id)
    await work.rows.execute(seen.values(views=KnowledgeEntry.views + 1))
    await warm(work, entry_id, weight=0.25)


async def vote_entry(work: Work, reader: Reader, entry_id: UUID, *, voter: str, useful: bool) -> None:
    """What the reader known as `voter` (any stable text; a hash of it is kept) thinks of it; the last word counts.

    Raises EntryMissing.
    """
    row = await visible_entry(work, reader, entry_id)
    if row is None:
        raise EntryMissing
    entry_id = row.id
    key = hashlib.sha256(f"{work.workspace_id} {entry_id} {voter}".encode()).hexdigest()[:32]
    said = insert(EntryVote).values(
        workspace_id=work.workspace_id, entry_id=entry_id, voter=key, useful=useful, created_at=work.now
    )
    said = said.on_conflict_do_update(
        index_elements=["workspace_id", "entry_id", "voter"], set_={"useful": useful, "created_at": work.now}
    )
    await work.rows.execute(said)
    votes = select(func.count().filter(EntryVote.useful), func.count().filter(~EntryVote.useful)).where(
        EntryVote.workspace_id == work.workspace_id, EntryVote.entry_id == entry_id
    )
    up, down = (await work.rows.execute(votes)).one()
    counted = update(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.id == entry_id
    )
    await work.rows.execute(counted.values(votes_up=up, votes_down=down))


def _links(work: Work, reader: Reader) -> Select[Any]:
    shown: Select[Any] = select(KnowledgeEntry.id, KnowledgeEntry.language, _QUESTION)
    return shown.where(KnowledgeEntry.workspace_id == work.workspace_id, shown_to(reader, work.now))


def _read(rows: Iterable[Any]) -> list[EntryLink]:
    return [EntryLink(entry_id=row.id, language=row.language, question=row.question) for row in rows]


async def _below(work: Work, category_id: UUID) -> list[UUID]:
    rows = await category_rows(work)
    return below({row.id: row.parent_id for row in rows.values()}, category_id) if category_id in rows else []


def _path(rows: dict[UUID, Category], id: UUID, language: str) -> list[PathPart]:
    parents = {row.id: row.parent_id for row in rows.values()}
    return [PathPart(id=each, name=shown_name(rows[each].names, language)) for each in line_of(parents, id)[::-1]]


async def _categories(work: Work, language: Language, reader: Reader, parent_id: UUID | None) -> list[ShelfCategory]:
    """The categories in `parent_id` that have something for this reader."""
    rows = await category_rows(work)
    query = select(KnowledgeEntry.category_id, func.count()).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.language == language,
        shown_to(reader, work.now),
    )
    counts = {id: count for id, count in await work.rows.execute(query.group_by(KnowledgeEntry.category_id)) if id}

    def standing_in(parent: UUID | None) -> list[ShelfCategory]:
        inside = sorted(
            (row for row in rows.values() if row.parent_id == parent), key=lambda row: (row.position, row.id)
        )
        shown = []
        for row in inside:
            children = standing_in(row.id)
            count = counts.get(row.id, 0) + sum(child.count for child in children)
            if count:
                shown.append(
                    ShelfCategory(id=row.id, name=shown_name(row.names, language), count=count, children=children)
                )
        return shown

    return standing_in(parent_id)


async def _translations(work: Work, reader: Reader, row: KnowledgeEntry) -> list[EntryLink]:
    if row.group_id is None:
        return []
    same = _links(work, reader).where(KnowledgeEntry.group_id == row.group_id, KnowledgeEntry.id != row.id)
    return _read(await work.rows.execute(same.order_by(KnowledgeEntry.language)))
