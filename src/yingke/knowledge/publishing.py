"""From draft to published and back: propose, publish, return, archive, restore an earlier version."""

from uuid import UUID

from yingke.identity import Actor
from yingke.kit.errors import Missing
from yingke.kit.work import Work
from yingke.knowledge.content import checked, content_of, require_publishable
from yingke.knowledge.editing import (
    locked_entry,
    put_content,
    put_live,
    record,
    require_may_change_live,
    tell_changed,
)
from yingke.knowledge.errors import PublishingNotAllowed, WrongStatus
from yingke.knowledge.models import EntryVersion, KnowledgeEntry
from yingke.knowledge.values import Action, EntryValue


async def propose_entry(work: Work, actor: Actor, id: UUID, note: str = "") -> EntryValue:
    """Ask a supervisor to publish the draft. Raises WrongStatus, AnswerMissing."""
    row = await locked_entry(work, id)
    if row.status != "draft":
        raise WrongStatus
    require_publishable(content_of(row.content))
    row.status = "review"
    return await _next(work, actor, row, "proposed", note)


async def publish_entry(work: Work, actor: Actor, id: UUID, note: str = "") -> EntryValue:
    """Raises PublishingNotAllowed, AnswerMissing."""
    row = await locked_entry(work, id)
    if row.status == "published" and row.live_version == row.version:
        return await tell_changed(work, row)
    row.version += 1
    put_live(work, actor, row)
    return await _stored(work, actor, row, "published", note)


async def return_entry(work: Work, actor: Actor, id: UUID, note: str = "") -> EntryValue:
    """Give a proposed draft back to who wrote it. Raises WrongStatus."""
    row = await locked_entry(work, id)
    if row.status != "review":
        raise WrongStatus
    row.status = "draft"
    return await _next(work, actor, row, "returned", note)


async def archive_entry(work: Work, actor: Actor, id: UUID, note: str = "") -> EntryValue:
    """Answer with it no more, and keep it. Raises PublishingNotAllowed."""
    row = await locked_entry(work, id)
    require_may_change_live(actor, row)
    row.status, row.live, row.live_version = "archived", None, None
    return await _next(work, actor, row, "archived", note)


async def restore_version(work: Work, actor: Actor, id: UUID, version: int) -> EntryValue:
    """Make an earlier version the newest draft. Raises Missing for one that never was."""
    row = await locked_entry(work, id)
    kept = await work.rows.get(EntryVersion, (work.workspace_id, id, version))
    if kept is None:
        raise Missing
    put_content(work, actor, row, checked(content_of(kept.content)))
    row.status = "draft"
    return await _stored(work, actor, row, "restored", str(version))


async def add_similar(
    work: Work, actor: Actor | None, id: UUID, question: str, *, action: Action = "edited", note: str = ""
) -> EntryValue:
    """One more wording. It counts at once when the entry is live without other changes and the actor may publish; else what is
    in review stays there, and what is archived stays so. Without an actor it is added by a setting.

    Raises EntryMissing, and what `content.checked` refuses.
    """
    row = await locked_entry(work, id)
    content = content_of(row.content)
    content.similar.append(question)
    told = checked(content)
    clean_before = row.live_version == row.version
    put_content(work, actor, row, told)
    if row.status == "published":
        row.status = "draft"
    if clean_before and (actor is None or actor.may("knowledge.manage")):
        put_live(work, actor, row)
    return await _stored(work, actor, row, action, note)


async def _next(work: Work, actor: Actor, row: KnowledgeEntry, action: Action, note: str) -> EntryValue:
    was_newest = row.live_version == row.version
    row.version += 1
    if was_newest and row.live is not None:
        row.live_version = row.version
    return await _stored(work, actor, row, action, note)


async def _stored(work: Work, actor: Actor | None, row: KnowledgeEntry, action: Action, note: str) -> EntryValue:
    row.updated_at, row.updated_by = work.now, actor.agent_id if actor else None
    record(work, row, actor, action, note)
    return await tell_changed(work, row)


__all__ = [
    "PublishingNotAllowed",
    "add_similar",
    "archive_entry",
    "propose_entry",
    "publish_entry",
    "restore_version",
    "return_entry",
]
