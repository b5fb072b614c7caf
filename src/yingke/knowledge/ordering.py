"""In which order entries stand: by what is really asked for, unless a shelf has an order of its own."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, delete, null, update

from yingke.kit.work import Work
from yingke.knowledge.errors import CategoryMissing, EntryMissing
from yingke.knowledge.facts import KnowledgeChanged
from yingke.knowledge.heat import warmed_column
from yingke.knowledge.models import Category, KnowledgeEntry

DELETED_KEPT_FOR = timedelta(days=30)


async def order_shelf(work: Work, category_id: UUID, entry_ids: Sequence[UUID]) -> None:
    """These first and in this order, the others after them by demand. Raises CategoryMissing."""
    if await work.find(Category, category_id) is None:
        raise CategoryMissing(field="category_id")
    places = {id: place for place, id in enumerate(dict.fromkeys(entry_ids))}
    position = case(places, value=KnowledgeEntry.id, else_=null()) if places else null()
    moved = update(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.category_id == category_id,
        KnowledgeEntry.position.is_distinct_from(position),
    )
    await work.rows.execute(moved.values(position=position))
    work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=None))


async def warm(work: Work, entry_id: UUID, *, weight: float = 1.0) -> None:
    """Somebody asked for it. Too frequent and too small to be told."""
    asked = update(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.id == entry_id
    )
    await work.rows.execute(asked.values(heat=warmed_column(KnowledgeEntry.heat, work.now, weight)))  # type: ignore[arg-type]


async def count_use(work: Work, entry_id: UUID) -> None:
    """An agent answered with it. Raises EntryMissing."""
    used = update(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.id == entry_id,
        KnowledgeEntry.deleted_at.is_(None),
    )
    counted = await work.rows.execute(used.values(uses=KnowledgeEntry.uses + 1).returning(KnowledgeEntry.id))
    if counted.first() is None:
        raise EntryMissing
    await warm(work, entry_id)


async def remove_deleted(work: Work) -> None:
    """Those deleted long ago, in a work of every workspace. For a timer. The merged stay: their addresses lead on for good."""
    gone = delete(KnowledgeEntry).where(
        KnowledgeEntry.deleted_at < work.now - DELETED_KEPT_FOR, KnowledgeEntry.merged_into.is_(None)
    )
    await work.rows.execute(gone)
