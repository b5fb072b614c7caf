"""How far pages were read: kept in memory, written together.

A page says so again and again while it is open; only the newest word counts. What was left is written within seconds,
what is open about once a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yingke.kit.work import Direct
from yingke.visits.incoming import Known, Read

WRITE_OPEN_EVERY = timedelta(seconds=60)
SEEN_EVERY = timedelta(minutes=5)
LEFT_FOR = timedelta(seconds=1)
"""Who leaves a page looks at the next one at once, and that changes the same visit: nobody is to wait for the other."""
TOGETHER_AT_MOST = 100
"""Pages in one transaction, for the same reason: it holds up those who look at another page of these visits."""
_MOST = 100_000
"""Pages whose times wait. More cannot be open in one process; what comes beyond them is a flood and is forgotten."""

# Nobody read a page longer than it has been open, whatever the browser says.
_WRITE = """
WITH given AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::int[], $6::int[], $7::int[], $8::bool[])
    AS t (workspace_id, visit_id, id, at, open_ms, visible_ms, scroll, gone)),
pages AS (
  UPDATE page_views p SET
    open_ms = greatest(p.open_ms, least(g.open_ms, extract(epoch FROM g.at - p.at) * 1000 + 2000)::int),
    visible_ms = greatest(p.visible_ms,
                          least(g.visible_ms, g.open_ms, extract(epoch FROM g.at - p.at) * 1000 + 2000)::int),
    scroll = greatest(p.scroll, g.scroll),
    left_at = CASE WHEN g.gone THEN g.at ELSE p.left_at END
  FROM given g WHERE p.workspace_id = g.workspace_id AND p.visit_id = g.visit_id AND p.id = g.id AND g.at >= p.at
  RETURNING p.workspace_id, p.visit_id)
UPDATE visits v SET active_at = greatest(v.active_at, s.at)
FROM (SELECT workspace_id, visit_id, max(at) AS at FROM given GROUP BY 1, 2) s
WHERE v.workspace_id = s.workspace_id AND v.id = s.visit_id
  AND EXISTS (SELECT FROM pages p WHERE p.workspace_id = v.workspace_id AND p.visit_id = v.id)
"""
_SEEN = """
UPDATE visitors v SET last_seen_at = greatest(v.last_seen_at, t.at)
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS t (workspace_id, id, at)
WHERE v.workspace_id = t.workspace_id AND v.id = t.id
"""


@dataclass(slots=True)
class _Waiting:
    known: Known
    visit_id: UUID
    read: Read
    written_at: datetime | None
    changed: bool


class ReadingTimes:
    def __init__(self) -> None:
        self._waiting: dict[tuple[UUID, UUID], _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def note(self, known: Known, read: Read) -> None:
        """Remember how far `known` read a page of the visit under way; never less than before."""
        visit_id = known.visit_id
        if visit_id is None:
            return
        key = (visit_id, read.page_id)
        held = self._waiting.get(key)
        if held is None:
            if len(self._waiting) < _MOST:
                self._waiting[key] = _Waiting(known, visit_id, read, None, changed=True)
        elif read.at >= held.read.at:
            held.read, held.changed = read, True

    def due(self, now: datetime, *, all_of_them: bool = False) -> list[_Waiting]:
        """What is to be written now; pages that are gone are forgotten with it."""
        due = []
        for key, each in list(self._waiting.items()):
            if each.read.left and not all_of_them and now - each.read.at < LEFT_FOR:
                continue
            settled = each.read.left or each.read.hidden or all_of_them
            late = now - (each.written_at or each.read.at) > WRITE_OPEN_EVERY
            if each.changed and (settled or each.written_at is None or late):
                due.append(each)
                each.changed, each.written_at = False, now
            if each.read.left or now - each.read.at > 4 * WRITE_OPEN_EVERY:
                del self._waiting[key]
        return due


async def write(direct: Direct, due: list[_Waiting], now: datetime) -> None:
    due = sorted(due, key=lambda each: (each.visit_id, each.read.page_id))
    for start in range(0, len(due), TOGETHER_AT_MOST):
        await _write(direct, due[start : start + TOGETHER_AT_MOST], now)


async def _write(direct: Direct, due: list[_Waiting], now: datetime) -> None:
    rows = [
        (w.known.workspace_id, w.visit_id, w.read.page_id, w.read.at, w.read.open_ms, w.read.visible_ms, w.read.scroll,
         w.read.left)
        for w in due
    ]  # fmt: skip
    await direct.fetch(_WRITE, *[list(column) for column in zip(*rows, strict=True)])
    seen = {}
    for each in due:
        written = each.known.seen_written_at
        if written is None or now - written > SEEN_EVERY:
            each.known.seen_written_at = now
            seen[each.known.visitor_id] = (each.known.workspace_id, each.known.visitor_id, each.read.at)
    if seen:
        ordered = [seen[id] for id in sorted(seen)]
        await direct.fetch(_SEEN, *[list(column) for column in zip(*ordered, strict=True)])
