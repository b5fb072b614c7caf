"""The versions of an entry, and what differs between two of them."""

import difflib
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from yingke.kit.errors import Missing
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.answers import plain_text
from yingke.knowledge.content import content_of
from yingke.knowledge.models import EntryVersion, KnowledgeEntry
from yingke.knowledge.values import Difference, DiffLine, EntryContent, VersionValue


class VersionPage(Value, frozen=True, kw_only=True):
    items: list[VersionValue]
    next_cursor: str | None


async def list_versions(work: Work, entry_id: UUID, *, limit: int, cursor: str | None) -> VersionPage:
    """Newest first. Raises Missing."""
    await work.get(KnowledgeEntry, entry_id)
    query = select(EntryVersion).where(
        EntryVersion.workspace_id == work.workspace_id, EntryVersion.entry_id == entry_id
    )
    if cursor:
        query = query.where(EntryVersion.version < read_cursor(cursor, int)[0])
    rows = await work.all(query.order_by(EntryVersion.version.desc()).limit(limit + 1))
    more = len(rows) > limit
    return VersionPage(
        items=[_value(row) for row in rows[:limit]],
        next_cursor=write_cursor(rows[limit - 1].version) if more else None,
    )


async def compare_versions(work: Work, entry_id: UUID, before: int, after: int) -> list[Difference]:
    """Raises Missing for a version that never was."""
    held = [await work.rows.get(EntryVersion, (work.workspace_id, entry_id, version)) for version in (before, after)]
    if held[0] is None or held[1] is None:
        raise Missing
    return [*differences(content_of(held[0].content), content_of(held[1].content))]


def differences(before: EntryContent, after: EntryContent) -> Iterator[Difference]:
    """The fields that differ, line by line. Pure."""
    for field in EntryContent.__struct_fields__:
        one, other = _lines(before, field), _lines(after, field)
        if one != other or getattr(before, field) != getattr(after, field):
            told = [each for each in difflib.ndiff(one, other) if each[0] in " -+"]
            yield Difference(field=field, lines=[DiffLine(op=each[0], text=each[2:]) for each in told])  # type: ignore[arg-type]


def _lines(content: EntryContent, field: str) -> list[str]:
    value = getattr(content, field)
    match field:
        case "answer_html":
            return plain_text(value).splitlines()
        case "cards":
            return [" · ".join(filter(None, (card.title, card.text, card.url))) for card in value]
        case "buttons":
            return [f"{button.label} → {button.url or button.entry_id or button.action}" for button in value]
    return value.splitlines() if isinstance(value, str) else [str(each) for each in value]


def _value(row: EntryVersion) -> VersionValue:
    return VersionValue(
        version=row.version,
        created_at=row.created_at,
        agent_id=row.agent_id,
        action=row.action,  # type: ignore[arg-type] # the column holds nothing else
        note=row.note,
        content=content_of(row.content),
    )
