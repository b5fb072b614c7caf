"""Making, changing and deleting entries. What is edited is a draft; what is published goes on answering meanwhile."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update

from yingke.agents import Agent
from yingke.files import File
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.content import checked, content_of, require_publishable, search_words
from yingke.knowledge.errors import (
    CategoryMissing,
    EntryChanged,
    EntryMissing,
    PublishingNotAllowed,
    TooManyEntries,
    UnknownReference,
)
from yingke.knowledge.facts import KnowledgeChanged
from yingke.knowledge.heads import next_revision
from yingke.knowledge.languages import Language
from yingke.knowledge.models import Category, EntryVersion, KnowledgeEntry
from yingke.knowledge.rows import entry_value
from yingke.knowledge.values import Action, EntryAudience, EntryContent, EntryValue

MOST_ENTRIES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What holds at once, whatever version is published."""

    category_id: UUID | None = None
    audience: EntryAudience = "everyone"
    site_ids: Sequence[UUID] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    owner_id: UUID | None = None
    review_on: date | None = None


SEEN_BY = frozenset({"category_id", "audience", "site_ids", "valid_from", "valid_until", "pinned", "position"})
"""Changes of a published entry that visitors notice."""


async def create_entry(
    work: Work,
    actor: Actor,
    language: Language,
    content: EntryContent,
    placement: Placement = Placement(),
    *,
    publish: bool = False,
    action: Action = "created",
) -> EntryValue:
    """Raises what `content.checked` refuses, UnknownReference, PublishingNotAllowed, AnswerMissing, TooManyEntries."""
    await require_room(work, 1)
    await _check_placement(work, placement)
    row = new_entry(work, actor, language, checked(content), placement)
    await require_known(work, content_of(row.content))
    work.add(row)
    await work.flush()
    record(work, row, actor, action)
    if publish:
        put_live(work, actor, row)
    return await tell_changed(work, row)


async def change_entry(
    work: Work, actor: Actor, id: UUID, changes: dict[str, Any], *, version: int | None = None, note: str = ""
) -> EntryValue:
    """`changes` names fields of EntryContent and Placement, `pinned` and `position`. A changed content is a new draft.

    Raises EntryMissing, EntryChanged when `version` is not the newest, PublishingNotAllowed, and what `create_entry` raises.
    """
    row = await locked_entry(work, id)
    if version is not None and version != row.version:
        raise EntryChanged
    placed = {name: value for name, value in changes.items() if name not in EntryContent.__struct_fields__}
    if placed:
        await _place(work, actor, row, placed)
    said = {name: value for name, value in changes.items() if name in EntryContent.__struct_fields__}
    content = checked(msgspec.structs.replace(content_of(row.content), **said))
    if msgspec.to_builtins(content) != row.content:
        await require_known(work, content, before=content_of(row.content))
        put_content(work, actor, row, content)
        row.status = "draft"
        record(work, row, actor, "edited", note)
    return await tell_changed(work, row)


async def delete_entry(work: Work, actor: Actor, id: UUID) -> None:
    """It can be brought back for thirty days. Raises EntryMissing, PublishingNotAllowed for a live one."""
    row = await locked_entry(work, id)
    require_may_change_live(actor, row)
    row.deleted_at = work.now
    await tell_changed(work, row, deleted=True)


async def undelete_entry(work: Work, actor: Actor, id: UUID) -> EntryValue:
    row = await locked_entry(work, id, deleted=True)
    require_may_change_live(actor, row)
    row.deleted_at = row.merged_into = None
    return await tell_changed(work, row)


async def locked_entry(work: Work, id: UUID, *, deleted: bool = False) -> KnowledgeEntry:
    """Raises EntryMissing; with `deleted` also a deleted one is found."""
    row = await work.find(KnowledgeEntry, id, lock=True)
    if row is None or (row.deleted_at is not None and not deleted):
        raise EntryMissing
    return row


def new_entry(
    work: Work, actor: Actor | None, language: Language, content: EntryContent, placement: Placement
) -> KnowledgeEntry:
    """A draft that was not added yet; `content` is checked."""
    row = KnowledgeEntry(
        id=new_id(), workspace_id=work.workspace_id, language=language, status="draft", version=0, created_at=work.now,
        revision=0,
    )  # fmt: skip
    for name in Placement.__dataclass_fields__:
        value = getattr(placement, name)
        setattr(row, name, list(value) if name == "site_ids" else value)
    put_content(work, actor, row, content)
    return row


def put_content(work: Work, actor: Actor | None, row: KnowledgeEntry, content: EntryContent) -> None:
    """Make the checked `content` the newest version of `row`."""
    row.version += 1
    row.content = msgspec.to_builtins(content)
    row.question = content.question
    row.words = search_words(content)
    row.updated_at = work.now
    row.updated_by = actor.agent_id if actor else None


def put_live(work: Work, actor: Actor | None, row: KnowledgeEntry) -> None:
    """Publish the newest version; without an actor by a setting. Raises PublishingNotAllowed, AnswerMissing."""
    if actor and not actor.may("knowledge.manage"):
        raise PublishingNotAllowed
    require_publishable(content_of(row.content))
    row.live, row.live_version = row.content, row.version
    row.status = "published"
    row.published_at = work.now


def record(work: Work, row: KnowledgeEntry, actor: Actor | None, action: Action, note: str = "") -> None:
    """Keep the newest version of `row` for its history."""
    work.add(
        EntryVersion(
            entry_id=row.id, version=row.version, action=action, note=note, content=row.content, created_at=work.now,
            agent_id=actor.agent_id if actor else None,
        )
    )  # fmt: skip


def require_may_change_live(actor: Actor, row: KnowledgeEntry) -> None:
    """Raises PublishingNotAllowed when the entry is live and the actor may not publish."""
    if row.live_version is not None and not actor.may("knowledge.manage"):
        raise PublishingNotAllowed


async def tell_changed(work: Work, row: KnowledgeEntry, *, deleted: bool = False) -> EntryValue:
    row.revision = await next_revision(work)
    await work.flush()
    work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=[row.id], deleted=deleted))
    return await entry_value(work, row)


async def require_room(work: Work, more: int) -> None:
    """Raises TooManyEntries."""
    there = select(func.count()).where(KnowledgeEntry.workspace_id == work.workspace_id)
    if (await work.scalars(there)).one() + more > MOST_ENTRIES:
        raise TooManyEntries


async def require_known(work: Work, content: EntryContent, before: EntryContent | None = None) -> None:
    """That entries and files named for the first time are there; the files are shown to everybody from here on.

    Raises UnknownReference.
    """
    linked = [*content.related_ids, *(button.entry_id for button in content.buttons if button.entry_id)]
    held = {*before.related_ids, *(button.entry_id for button in before.buttons)} if before else set()
    await _require_all(work, KnowledgeEntry, [id for id in linked if id not in held], "related_ids")
    files = [id for id in content.attachment_ids if before is None or id not in before.attachment_ids]
    if files:
        ours = update(File).where(
            File.workspace_id == work.workspace_id,
            File.id.in_(files),
            File.uploader_kind == "agent",
            File.conversation_id.is_(None),
        )
        shown = await work.rows.execute(ours.values(public=True).returning(File.id))
        if len(shown.all()) != len(files):
            raise UnknownReference(field="attachment_ids")


async def _place(work: Work, actor: Actor, row: KnowledgeEntry, placed: dict[str, Any]) -> None:
    if SEEN_BY & placed.keys():
        require_may_change_live(actor, row)
    known = {name: placed.get(name, getattr(row, name)) for name in Placement.__dataclass_fields__}
    await _check_placement(work, Placement(**known))
    for name, value in placed.items():
        setattr(row, name, list(value) if name == "site_ids" else value)
    row.updated_at, row.updated_by = work.now, actor.agent_id


async def _check_placement(work: Work, placement: Placement) -> None:
    if placement.category_id is not None and await work.find(Category, placement.category_id) is None:
        raise CategoryMissing(field="category_id")
    if placement.owner_id is not None and await work.find(Agent, placement.owner_id) is None:
        raise UnknownReference(field="owner_id")
    await _require_all(work, Site, placement.site_ids, "site_ids")
    if placement.valid_from and placement.valid_until and placement.valid_until <= placement.valid_from:
        raise Invalid("The last day is before the first one.", field="valid_until")


async def _require_all(work: Work, model: Any, ids: Collection[UUID], field: str) -> None:
    if ids:
        found = select(func.count()).where(model.workspace_id == work.workspace_id, model.id.in_(ids))
        if (await work.scalars(found)).one() != len(set(ids)):
            raise UnknownReference(field=field)
