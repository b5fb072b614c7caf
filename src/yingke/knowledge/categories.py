"""Making, moving and removing categories, and their tree with counts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from yingke.kit.errors import Invalid, Missing
from yingke.kit.ids import new_id
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.errors import CategoryMissing, NameTaken, TooManyCategories
from yingke.knowledge.facts import CategoriesChanged, KnowledgeChanged
from yingke.knowledge.heads import next_revision
from yingke.knowledge.languages import LANGUAGES
from yingke.knowledge.models import Category, KnowledgeEntry
from yingke.knowledge.tree import below, line_of, require_place
from yingke.knowledge.values import CategoryValue

MOST = 2_000
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def list_categories(work: Work) -> list[CategoryValue]:
    """The whole tree, each category before what stands in it."""
    rows = await category_rows(work)
    counts = await _counts(work)
    parents = {row.id: row.parent_id for row in rows.values()}
    lines = {id: line_of(parents, id)[::-1] for id in rows}
    order = sorted(rows, key=lambda one: [(rows[each].position, str(each)) for each in lines[one]])
    return [
        CategoryValue(
            id=id,
            parent_id=rows[id].parent_id,
            names=rows[id].names,
            position=rows[id].position,
            depth=len(lines[id]),
            entries=counts.get(id, 0),
            path=[shown_name(rows[each].names) for each in lines[id]],
        )
        for id in order
    ]


async def create_category(
    work: Work, *, parent_id: UUID | None, names: Mapping[str, str], position: int | None = None
) -> UUID:
    """Raises TooDeep, CategoryMissing, NameTaken, TooManyCategories."""
    rows = await locked_categories(work)
    if len(rows) >= MOST:
        raise TooManyCategories
    require_place({row.id: row.parent_id for row in rows.values()}, None, parent_id)
    row = Category(id=new_id(), parent_id=parent_id, names=_names(names), created_at=work.now)
    _require_free([*rows.values()], row)
    beside = [each.position for each in rows.values() if each.parent_id == parent_id]
    row.position = position if position is not None else max(beside, default=-1) + 1
    work.add(row)
    await work.flush()
    work.tell(CategoriesChanged(workspace_id=work.workspace_id))
    return row.id


async def change_category(work: Work, id: UUID, changes: dict[str, Any]) -> None:
    """`changes` names some of parent_id, names, position. Raises Missing, TooDeep, CategoryCycle, CategoryMissing, NameTaken."""
    rows = await locked_categories(work)
    row = rows.get(id)
    if row is None:
        raise Missing
    if "parent_id" in changes:
        require_place({each.id: each.parent_id for each in rows.values()}, id, changes["parent_id"])
        row.parent_id = changes["parent_id"]
    if changes.get("names"):
        row.names = _names(changes["names"])
    if changes.get("position") is not None:
        row.position = changes["position"]
    _require_free([each for each in rows.values() if each.id != id], row)
    work.tell(CategoriesChanged(workspace_id=work.workspace_id))


async def delete_category(work: Work, id: UUID) -> None:
    """What stands in it moves up to where it stood. Raises Missing, NameTaken when two would have one name there."""
    rows = await locked_categories(work)
    row = rows.get(id)
    if row is None:
        raise Missing
    for child in [each for each in rows.values() if each.parent_id == id]:
        child.parent_id = row.parent_id
        _require_free([each for each in rows.values() if each.id not in (id, child.id)], child)
    moved = update(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.category_id == id
    )
    await work.flush()
    await work.rows.execute(moved.values(category_id=row.parent_id, revision=await next_revision(work)))
    await work.rows.delete(row)
    work.tell(CategoriesChanged(workspace_id=work.workspace_id))
    work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=None))


async def category_rows(work: Work) -> dict[UUID, Category]:
    rows = await work.all(select(Category).where(Category.workspace_id == work.workspace_id))
    return {row.id: row for row in rows}


async def locked_categories(work: Work) -> dict[UUID, Category]:
    """Like `category_rows`; nobody else changes the tree until the commit."""
    await work.rows.execute(_ONE_AT_A_TIME, {"key": f"knowledge tree {work.workspace_id}"})
    return await category_rows(work)


async def ids_below(work: Work, id: UUID) -> list[UUID]:
    """The category and all that stands in it. Raises CategoryMissing."""
    rows = await category_rows(work)
    if id not in rows:
        raise CategoryMissing(field="category_id")
    return below({row.id: row.parent_id for row in rows.values()}, id)


def shown_name(names: Mapping[str, str], language: str = "zh-CN") -> str:
    """The name in `language`, else in the first one there is."""
    return next((names[each] for each in (language, *LANGUAGES) if names.get(each)), "")


def _names(given: Mapping[str, str]) -> dict[str, str]:
    names: dict[str, str] = {language: name for language in LANGUAGES if (name := one_line(given.get(language, "")))}
    if not names or any(len(name) > 80 for name in names.values()):
        raise Invalid("A category needs a name of at most 80 characters.", field="names")
    return names


def _require_free(others: Sequence[Category], row: Category) -> None:
    for other in others:
        shared = row.names.keys() & other.names.keys()
        if other.parent_id == row.parent_id and any(
            row.names[each].lower() == other.names[each].lower() for each in shared
        ):
            raise NameTaken(field="names")


async def _counts(work: Work) -> dict[UUID, int]:
    counted = (
        select(KnowledgeEntry.category_id, func.count())
        .where(
            KnowledgeEntry.workspace_id == work.workspace_id,
            KnowledgeEntry.deleted_at.is_(None),
            KnowledgeEntry.category_id.is_not(None),
        )
        .group_by(KnowledgeEntry.category_id)
    )
    return {id: count for id, count in await work.rows.execute(counted) if id}
