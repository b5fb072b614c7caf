"""Whether a visitor's browser is connected: beats of those who have a conversation, written together."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text

from yingke.kit.work import Work
from yingke.visitors.models import Visitor

SILENT_AFTER = timedelta(seconds=35)

_BEAT = text(
    """
UPDATE visitors v SET last_beat_at = :now, last_seen_at = :now
FROM (SELECT workspace_id, id FROM visitors WHERE id = ANY(:ids) ORDER BY id FOR UPDATE) mine
WHERE v.workspace_id = mine.workspace_id AND v.id = mine.id
"""
)
_GONE = text("UPDATE visitors SET last_beat_at = NULL WHERE id = ANY(:ids)")


async def note_visitors_connected(work: Work, visitor_ids: Sequence[UUID]) -> None:
    """A beat for visitors whose sockets this process holds. For a work of every workspace."""
    await work.rows.execute(_BEAT, {"now": work.now, "ids": list(visitor_ids)})


async def note_visitors_disconnected(work: Work, visitor_ids: Sequence[UUID]) -> None:
    await work.rows.execute(_GONE, {"ids": list(visitor_ids)})


async def online_visitors(work: Work, visitor_ids: Collection[UUID]) -> set[UUID]:
    """Those of `visitor_ids` that are connected to any process."""
    if not visitor_ids:
        return set()
    connected = select(Visitor.id).where(
        Visitor.workspace_id == work.workspace_id,
        Visitor.id.in_(visitor_ids),
        Visitor.last_beat_at > work.now - SILENT_AFTER,
    )
    return set((await work.scalars(connected)).all())
