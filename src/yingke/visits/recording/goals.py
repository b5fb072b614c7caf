"""Goals that a report reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from yingke.visits.incoming import Incoming

_CONVERT = """
INSERT INTO conversions (workspace_id, goal_id, visit_id, visitor_id, site_id, at)
SELECT t.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[])
  AS t (workspace_id, goal_id, visit_id, visitor_id, site_id, at)
WHERE EXISTS (SELECT FROM goals g WHERE g.workspace_id = t.workspace_id AND g.id = t.goal_id)
ON CONFLICT DO NOTHING RETURNING workspace_id, goal_id, visit_id, visitor_id, at
"""


@dataclass(frozen=True, slots=True)
class Reached:
    workspace_id: UUID
    goal_id: UUID
    visit_id: UUID
    visitor_id: UUID
    at: datetime


async def convert(connection: asyncpg.Connection, batch: Sequence[Incoming]) -> list[Reached]:
    """Store what the newly stored page views and events of `batch` reach; those reached for the first time in a visit."""
    rows = {row[:3]: row for item in batch for row in _reached(item)}
    if not rows:
        return []
    columns = [list(column) for column in zip(*rows.values(), strict=True)]
    return [Reached(**dict(record)) for record in await connection.fetch(_CONVERT, *columns)]


def _reached(item: Incoming) -> Iterator[tuple[UUID, UUID, UUID, UUID, UUID, datetime]]:
    if not item.site.goals or item.known is None or item.known.visit_id is None:
        return
    for goal in item.site.goals:
        moments = [page.at for page in item.pages if page.id in item.stored and goal.reached_by_page(page.url)]
        moments += [done.at for done in item.events if done.id in item.stored and goal.reached_by_event(done.name)]
        if moments:
            known = item.known
            assert known.visit_id is not None
            yield item.site.workspace_id, goal.goal_id, known.visit_id, known.visitor_id, item.site.id, min(moments)
