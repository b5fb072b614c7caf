"""Entries that say the same in different languages."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.editing import locked_entry
from yingke.knowledge.errors import SameLanguage, UnknownReference
from yingke.knowledge.facts import KnowledgeChanged
from yingke.knowledge.models import KnowledgeEntry


async def link_entries(work: Work, id: UUID, others: Sequence[UUID]) -> None:
    """Make `id` and `others`, with those they are linked to already, one group; no others: `id` leaves its group.

    Raises EntryMissing, UnknownReference, SameLanguage.
    """
    row = await locked_entry(work, id)
    if not others:
        row.group_id = None
        return
    rows = await _entries(work, [id, *others])
    if len(rows) != len({id, *others}):
        raise UnknownReference(field="entry_ids")
    groups = {each.group_id for each in rows.values() if each.group_id}
    rows |= await _of_groups(work, groups)
    if len({each.language for each in rows.values()}) != len(rows):
        raise SameLanguage(field="entry_ids")
    group_id = min(groups, default=new_id())
    for each in rows.values():
        each.group_id = group_id
    work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=sorted(rows)))


async def _entries(work: Work, ids: Sequence[UUID]) -> dict[UUID, KnowledgeEntry]:
    there = select(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.id.in_(ids),
        KnowledgeEntry.deleted_at.is_(None),
    )
    return {row.id: row for row in await work.all(there)}


async def _of_groups(work: Work, groups: set[UUID]) -> dict[UUID, KnowledgeEntry]:
    if not groups:
        return {}
    there = select(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.group_id.in_(groups),
        KnowledgeEntry.deleted_at.is_(None),
    )
    return {row.id: row for row in await work.all(there)}
