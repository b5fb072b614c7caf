"""From rows of entries to values."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select

from yingke.files import file_values
from yingke.kit.work import Work
from yingke.knowledge.answers import plain_text
from yingke.knowledge.content import content_of
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.values import EntryLink, EntryRow, EntryValue

_PLAIN = tuple(
    name for name in EntryRow.__struct_fields__ if name not in ("live", "changed_since_live", "similar_count")
)
_COLUMNS = [KnowledgeEntry.__table__.c[name] for name in _PLAIN]
_SIMILAR = func.jsonb_array_length(KnowledgeEntry.content["similar"]).label("similar_count")


def select_rows() -> Select[Any]:
    """Plain columns of the entries of every workspace in sight, as `entry_row` takes them."""
    return select(*_COLUMNS, _SIMILAR)


def entry_row(row: Sequence[Any]) -> EntryRow:
    told: dict[str, Any] = dict(zip((*_PLAIN, "similar_count"), row, strict=False))
    return msgspec.convert(told | _state(told["version"], told["live_version"]), EntryRow)


async def entry_value(work: Work, row: KnowledgeEntry) -> EntryValue:
    content = content_of(row.content)
    told = {name: getattr(row, name) for name in _PLAIN} | _state(row.version, row.live_version)
    shown = msgspec.to_builtins(content) | told | {"similar_count": len(content.similar)}
    return msgspec.convert(
        {
            **{name: value for name, value in shown.items() if name in EntryValue.__struct_fields__},
            "answer_text": plain_text(content.answer_html),
            "attachments": await file_values(work, content.attachment_ids),
            "related": await links_to(work, content.related_ids),
            "translations": await _translations(work, row),
            "created_at": row.created_at,
            "published_at": row.published_at,
        },
        EntryValue,
        from_attributes=True,
    )


async def links_to(work: Work, ids: Iterable[UUID]) -> list[EntryLink]:
    """The entries that are still there, in the order of `ids`."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    rows = await work.rows.execute(
        _links().where(KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.id.in_(wanted))
    )
    found = {row.id: EntryLink(entry_id=row.id, language=row.language, question=row.question) for row in rows}
    return [found[id] for id in wanted if id in found]


async def _translations(work: Work, row: KnowledgeEntry) -> list[EntryLink]:
    if row.group_id is None:
        return []
    same = _links().where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.group_id == row.group_id,
        KnowledgeEntry.id != row.id,
    )
    found = await work.rows.execute(same.order_by(KnowledgeEntry.language))
    return [EntryLink(entry_id=each.id, language=each.language, question=each.question) for each in found]


def _links() -> Select[UUID, str, str]:
    return select(KnowledgeEntry.id, KnowledgeEntry.language, KnowledgeEntry.question).where(
        KnowledgeEntry.deleted_at.is_(None)
    )


def _state(version: int, live_version: int | None) -> dict[str, bool]:
    return {
        "live": live_version is not None,
        "changed_since_live": live_version is not None and live_version != version,
    }
