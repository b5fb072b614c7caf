"""Storing what was planned, in one transaction: categories, entries, versions, links between them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert

from yingke.identity import Actor
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.categories import locked_categories
from yingke.knowledge.content import content_of
from yingke.knowledge.editing import put_content, record, require_room
from yingke.knowledge.errors import TooDeep
from yingke.knowledge.facts import CategoriesChanged, KnowledgeChanged
from yingke.knowledge.heads import next_revision
from yingke.knowledge.importing.judging import Wanted
from yingke.knowledge.importing.planning import Plan, merged, names_of
from yingke.knowledge.models import Category, EntryVersion, KnowledgeEntry
from yingke.knowledge.tree import DEEPEST, depth_of

_AT_ONCE = 500
_NOT_SAID: dict[str, Any] = {
    "audience": "everyone", "site_ids": [], "valid_from": None, "valid_until": None, "review_on": None, "pinned": False,
    "group_id": None,
}  # fmt: skip
Told = Callable[[int], Awaitable[None]]


async def store(work: Work, actor: Actor | None, planned: Plan, under: UUID | None, told: Told) -> None:
    """`under`: the category that all stand in. Raises TooManyEntries."""
    await require_room(work, len(planned.create))
    shelves = await _shelves(work, {row.category for _, row in (*planned.create, *planned.update)}, under)
    revision = await next_revision(work)
    for start in range(0, len(planned.create), _AT_ONCE):
        await _create(work, actor, planned.create[start : start + _AT_ONCE], shelves, revision)
        await told(start)
    for done, (id, row) in enumerate(planned.update, start=1):
        await _update(work, actor, id, row, shelves, revision)
        if done % _AT_ONCE == 0:
            await told(len(planned.create) + done)
    work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=None))


async def _create(
    work: Work,
    actor: Actor | None,
    rows: Sequence[tuple[UUID, Wanted]],
    shelves: Mapping[tuple[str, ...], UUID | None],
    revision: int,
) -> None:
    entries, versions = [], []
    for id, row in rows:
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
                "revision": revision,
                "updated_at": work.now,
                "updated_by": actor.agent_id if actor else None,
                "published_at": work.now if row.publish else None,
            }
            | _NOT_SAID
            | dict(row.placed)
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
    content = merged(content_of(entry.content), row)
    rewritten = msgspec.to_builtins(content) != entry.content
    if rewritten or (row.says_published and entry.live_version != entry.version):
        put_content(work, actor, entry, content)
        entry.status = "published" if row.publish else "draft"
        if row.publish:
            entry.live, entry.live_version, entry.published_at = entry.content, entry.version, work.now
        record(work, entry, actor, "imported")
    for name, value in row.placed.items():
        setattr(entry, name, value)
    if row.category:
        entry.category_id = shelves[row.category]
    entry.updated_at, entry.updated_by = work.now, actor.agent_id if actor else None
    entry.revision = revision
    await work.flush()


async def _shelves(work: Work, paths: set[tuple[str, ...]], under: UUID | None) -> dict[tuple[str, ...], UUID | None]:
    """The category of each path, made where it is missing. Raises TooDeep should `under` have been moved meanwhile."""
    rows = await locked_categories(work)
    known = names_of(rows.values())
    if depth_of({row.id: row.parent_id for row in rows.values()}, under) + max(map(len, paths), default=0) > DEEPEST:
        raise TooDeep(field="category_id")
    shelves: dict[tuple[str, ...], UUID | None] = {(): under}
    for path in sorted(paths):
        here = under
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
