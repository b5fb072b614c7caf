"""What storing the wanted rows means for the entries there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.kit.ids import new_id
from yingke.kit.search_text import folded
from yingke.kit.work import Work
from yingke.knowledge.categories import category_rows
from yingke.knowledge.content import MOST, content_of
from yingke.knowledge.importing.judging import Wanted
from yingke.knowledge.importing.values import PreviewRow
from yingke.knowledge.models import Category, KnowledgeEntry
from yingke.knowledge.values import EntryContent

_PREVIEWED = 50
_PLACED = ("audience", "site_ids", "valid_from", "valid_until", "review_on", "pinned", "group_id")
Names = Mapping[tuple[UUID | None, str], UUID]
"""The category by the one it stands in and any of its names, in small letters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Each wanted row with the id of the entry it makes or changes."""

    create: Sequence[tuple[UUID, Wanted]]
    update: Sequence[tuple[UUID, Wanted]]
    unchanged: Sequence[Wanted]

    @property
    def preview(self) -> list[PreviewRow]:
        rows = [
            *((row, "create") for _, row in self.create),
            *((row, "update") for _, row in self.update),
            *((row, "unchanged") for row in self.unchanged),
        ]
        rows.sort(key=lambda pair: pair[0].row)
        return [
            PreviewRow(
                row=row.row,
                question=row.content.question,
                language=row.language,
                category=list(row.category),
                action=action,  # type: ignore[arg-type] # one of the three
                publish=row.publish,
            )
            for row, action in rows[:_PREVIEWED]
        ]


async def plan(work: Work, wanted: Sequence[Wanted], under: UUID | None) -> Plan:
    """A row changes the entry with its id, else the one with its question in its language. `under`: the category that all
    stand in."""
    there = await _there(work)
    names = names_of((await category_rows(work)).values())
    by_question: dict[tuple[str, str], UUID] = {}
    for id, row in there.items():
        by_question.setdefault((row.language, folded(row.question)), id)
    ids: dict[UUID, Wanted] = {}
    for one in wanted:
        found = one.id if one.id in there else by_question.get(one.key)
        ids[found if found and found not in ids else new_id()] = one
    refs = {one.ref: id for id, one in ids.items() if one.ref}
    groups = _groups(ids, there)
    create: list[tuple[UUID, Wanted]] = []
    update: list[tuple[UUID, Wanted]] = []
    unchanged: list[Wanted] = []
    for id, one in ids.items():
        group = {"group_id": groups[id]} if id in groups else {}
        meant = replace(one, content=_led(one, refs, there), placed={**one.placed, **group})
        if id not in there:
            create.append((id, meant))
        elif _changes(meant, there[id], names, under):
            update.append((id, meant))
        else:
            unchanged.append(meant)
    return Plan(create, update, unchanged)


def merged(before: EntryContent, row: Wanted) -> EntryContent:
    """What the row says in place of what was there; of what it does not speak of (files) nothing changes."""
    said = row.content
    return EntryContent(
        question=said.question,
        similar=said.similar or before.similar,
        keywords=said.keywords or before.keywords,
        never=said.never or before.never,
        answer_html=said.answer_html or before.answer_html,
        short_answer=said.short_answer or before.short_answer,
        cards=said.cards or before.cards,
        buttons=said.buttons or before.buttons,
        attachment_ids=before.attachment_ids,
        related_ids=said.related_ids or before.related_ids,
    )


def names_of(categories: Iterable[Category]) -> dict[tuple[UUID | None, str], UUID]:
    return {(row.parent_id, name.lower()): row.id for row in categories for name in row.names.values()}


async def _there(work: Work) -> dict[UUID, Any]:
    entry = KnowledgeEntry
    rows = select(
        entry.id, entry.language, entry.question, entry.content, entry.category_id, entry.version, entry.live_version,
        *(getattr(entry, name) for name in _PLACED),
    ).where(entry.workspace_id == work.workspace_id, entry.deleted_at.is_(None))  # fmt: skip
    return {row.id: row for row in await work.rows.execute(rows.order_by(entry.id))}


def _changes(row: Wanted, entry: Any, names: Names, under: UUID | None) -> bool:
    shelf, known = under, True
    for name in row.category:
        known = known and (shelf, name.lower()) in names
        shelf = names.get((shelf, name.lower()))
    return (
        msgspec.to_builtins(merged(content_of(entry.content), row)) != entry.content
        or any(getattr(entry, name) != value for name, value in row.placed.items())
        or (bool(row.category) and not (known and shelf == entry.category_id))
        or (row.says_published and row.publish and entry.live_version != entry.version)
    )


def _led(row: Wanted, refs: Mapping[str, UUID], there: Mapping[UUID, Any]) -> EntryContent:
    """The content with its links to other entries by their ids here; to what is neither in the file nor here none leads."""

    def meant(ref: str) -> UUID | None:
        return refs.get(ref) or next((id for id in _ids([ref]) if id in there), None)

    related = [id for id in map(meant, row.related) if id and id != refs.get(row.ref)]
    buttons = [
        msgspec.structs.replace(button, entry_id=meant(str(button.entry_id))) if button.action == "entry" else button
        for button in row.content.buttons
    ]
    return msgspec.structs.replace(
        row.content,
        related_ids=list(dict.fromkeys(related))[: MOST["related_ids"]],
        buttons=[button for button in buttons if button.action != "entry" or button.entry_id],
    )


def _ids(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue


def _groups(ids: Mapping[UUID, Wanted], there: Mapping[UUID, Any]) -> dict[UUID, UUID]:
    """The group of each entry that a group of the file adds to one of languages linked to one another."""
    languages: dict[UUID, set[str]] = defaultdict(set)
    for row in there.values():
        if row.group_id:
            languages[row.group_id].add(row.language)
    members: dict[str, list[UUID]] = defaultdict(list)
    for id, one in ids.items():
        if one.group:
            members[one.group].append(id)
    found: dict[UUID, UUID] = {}
    for group in members.values():
        held = [there[id].group_id for id in group if id in there and there[id].group_id]
        told = min(held, default=None) or new_id()
        taken = languages[told]
        free = [id for id in group if id not in there or there[id].group_id is None]
        for id in free if held or len(free) > 1 else ():
            language = ids[id].language if id not in there else there[id].language
            if language not in taken:
                taken.add(language)
                found[id] = told
    return found
