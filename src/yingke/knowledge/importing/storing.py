"""Storing what was planned, in one transaction: categories, entries, versions, links between them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import insert

from yingke.identity import Actor
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.categories import locked_categories
from yingke.knowledge.content import content_of
from yingke.knowledge.editing import put_content, require_room
from yingke.knowledge.facts import CategoriesChanged, KnowledgeChanged
from yingke.knowledge.heads import next_revision
from yingke.knowledge.importing.judging import Wanted
from yingke.knowledge.importing.planning import Plan, merged
from yingke.knowledge.models import Category, EntryVersion, KnowledgeEntry
from yingke.knowledge.tree import DEEPEST, depth_of

_AT_ONCE = 500
Told = Callable[[int], Awaitable[None]]


async def store(work: Work, actor: Actor | None, planned: Plan, under: UUID | None, told: Told) -> None:
    """`under`: the category that all stand in. Raises TooManyEntries."""
    await require_room(work, len(planned.create))
    rows = [*planned.create, *(row for _, row in planned.update)]
    shelves = await _shelves(work, {row.category for row in rows}, under)
    revision = await next_revision(work)
    ids: dict[str, UUID] = {}
    for start in range(0, len(planned.create), _AT_ONCE):
        await _create(work, actor, planned.create[start : start + _AT_ONCE], shelves, revision, ids)
        await told(start)
    for done, (id, row) in enumerate(planned.update, start=1):
        await _update(work, actor, id, row, shelves, revision)
        ids[str(row.id or id)] = id
        if done % _AT_ONCE == 0:
            await told(len(planned.create) + done)
    await _link(work, rows, ids)
    work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=None))


async def _create(
    work: Work,
    actor: Actor | None,
    rows: Sequence[Wanted],
    shelves: Mapping[tuple[str, ...], UUID | None],
    revision: int,
    ids: dict[str, UUID],
) -> None:
    entries, versions = [], []
    for row in rows:
        id = new_id()
        ids[str(row.id or id)] = id
        content = msgspec.to_builtins(row.content)
        common = {"workspace_id": work.workspace_id, "content": content, "created_at": work.now}
        entries.append(
            common
            | {
                "id": id,
                "language": row.language,
                "question": row.content.question,
                "words": row.words,
                "live": content if row.publish else None,
                "live_version": 1 if row.publish else None,
                "status": "published" if row.publish else "draft",
                "version": 1,
                "category_id": shelves[row.category],
                "audience": row.audience,
                "revision": revision,
                "updated_at": work.now,
                "updated_by": actor.agent_id if actor else None,
                "published_at": work.now if row.publish else None,
            }
        )
        versions.append(
            common | {"entry_id": id, "version": 1, "action": "imported", "agent_id": actor.agent_id if actor else None}
        )
    await work.rows.execute(insert(KnowledgeEntry), entries)
    await work.rows.execute(insert(EntryVersion), versions)


async def _update(
    work: Work,
    actor: Actor | None,
    id: UUID,
    row: Wanted,
    shelves: Mapping[tuple[str, ...], UUID | None],
    revision: int,
) -> None:
    entry = await work.get(KnowledgeEntry, id, lock=True)
    put_content(work, actor, entry, merged(content_of(entry.content), row))
    entry.status = "published" if row.publish else "draft"
    if row.publish:
        entry.live, entry.live_version, entry.published_at = entry.content, entry.version, work.now
    if row.category:
        entry.category_id = shelves[row.category]
    entry.revision = revision
    work.add(
        EntryVersion(
            entry_id=id, version=entry.version, action="imported", content=entry.content, created_at=work.now,
            agent_id=actor.agent_id if actor else None,
        )
    )  # fmt: skip
    await work.flush()


async def _shelves(work: Work, paths: set[tuple[str, ...]], under: UUID | None) -> dict[tuple[str, ...], UUID | None]:
    """The category of each path, made where it is missing. A path that would be too deep under `under` stands at the top."""
    rows = await locked_categories(work)
    parents: dict[UUID, UUID | None] = {row.id: row.parent_id for row in rows.values()}
    known = {(row.parent_id, name.lower()): row.id for row in rows.values() for name in row.names.values()}
    deep = depth_of(parents, under)
    shelves: dict[tuple[str, ...], UUID | None] = {(): under}
    for path in sorted(paths):
        here = under if deep + len(path) <= DEEPEST else None
        for name in path:
            found = known.get((here, name.lower()))
            if found is None:
                row = Category(
                    id=new_id(), parent_id=here, names=_named(name), position=len(known), created_at=work.now
                )
                work.add(row)
                await work.flush()
                work.tell(CategoriesChanged(workspace_id=work.workspace_id))
                found = known[(here, name.lower())] = row.id
            here = found
        shelves[path] = here
    return shelves


def _named(name: str) -> dict[str, str]:
    chinese = any("\u3400" <= character <= "\u9fff" for character in name)
    return {"zh-CN" if chinese else "en": name}


async def _link(work: Work, rows: Sequence[Wanted], ids: Mapping[str, UUID]) -> None:
    """Related entries by the ids of the file, wherever these are now; circles do no harm."""
    for row in rows:
        related = [ids[each] for each in row.related if each in ids]
        if not related:
            continue
        own = ids.get(str(row.id))
        entry = await work.find(KnowledgeEntry, own) if own else None
        if entry is None:
            continue
        linked = {"related_ids": [str(each) for each in related if each != own]}
        entry.content = entry.content | linked
        entry.live = entry.live | linked if entry.live else None
