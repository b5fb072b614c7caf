"""What storing the wanted rows means for the entries there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.kit.search_text import folded
from yingke.kit.work import Work
from yingke.knowledge.content import content_of
from yingke.knowledge.importing.judging import Wanted
from yingke.knowledge.importing.values import PreviewRow
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.values import EntryContent

_PREVIEWED = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """Each wanted row with the entry it changes; None makes one."""

    create: Sequence[Wanted]
    update: Sequence[tuple[UUID, Wanted]]
    unchanged: Sequence[Wanted]

    @property
    def preview(self) -> list[PreviewRow]:
        rows = [
            *((row, "create") for row in self.create),
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


async def plan(work: Work, wanted: Sequence[Wanted]) -> Plan:
    """A row changes the entry with its id, else the one with its question in its language."""
    entry = KnowledgeEntry
    there = select(entry.id, entry.language, entry.question, entry.content).where(
        entry.workspace_id == work.workspace_id, entry.deleted_at.is_(None)
    )
    by_id: dict[UUID, Any] = {}
    by_question: dict[tuple[str, str], Any] = {}
    for row in await work.rows.execute(there.order_by(entry.id)):
        by_id[row.id] = row
        by_question.setdefault((row.language, folded(row.question)), row)
    create: list[Wanted] = []
    update: list[tuple[UUID, Wanted]] = []
    unchanged: list[Wanted] = []
    taken: set[UUID] = set()
    for one in wanted:
        found = by_id.get(one.id) if one.id else None
        found = found or by_question.get(one.key)
        if found is None or found.id in taken:
            create.append(one)
            continue
        taken.add(found.id)
        content = merged(content_of(found.content), one)
        if msgspec.to_builtins(content) == found.content:
            unchanged.append(one)
        else:
            update.append((found.id, one))
    return Plan(create, update, unchanged)


def merged(before: EntryContent, row: Wanted) -> EntryContent:
    """What the row says in place of what was there; of what it does not speak of (files, links) nothing changes."""
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
        related_ids=before.related_ids,
    )
