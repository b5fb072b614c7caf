"""Goals that a report reaches."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from yingke.kit.work import Ground
from yingke.visits.facts import GoalReached
from yingke.visits.incoming import Incoming

_CONVERT = """
INSERT INTO conversions (workspace_id, goal_id, visit_id, visitor_id, site_id, at)
SELECT t.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[])
  AS t (workspace_id, goal_id, visit_id, visitor_id, site_id, at)
WHERE EXISTS (SELECT FROM goals g WHERE g.workspace_id = t.workspace_id AND g.id = t.goal_id)
ON CONFLICT DO NOTHING RETURNING workspace_id, goal_id, visit_id, visitor_id, site_id, at
"""


async def convert(ground: Ground, batch: Sequence[Incoming]) -> None:
    """Store which goals `batch` reaches, and tell those that are reached for the first time in a visit."""
    rows = {row[:3]: row for item in batch for row in _reached(item)}
    if not rows:
        return
    columns = [list(column) for column in zip(*rows.values(), strict=True)]
    async with ground.work_everywhere() as work:
        for record in await (await work.raw()).fetch(_CONVERT, *columns):
            work.tell(GoalReached(**dict(record)))


def _reached(item: Incoming) -> Iterator[tuple[UUID, UUID, UUID, UUID, UUID, datetime]]:
    if not item.site.goals or item.known is None or item.known.visit_id is None:
        return
    for goal in item.site.goals:
        moments = [page.at for page in item.pages if goal.reached_by_page(page.url)]
        moments += [done.at for done in item.events if goal.reached_by_event(done.name)]
        if moments:
            known = item.known
            assert known.visit_id is not None
            yield item.site.workspace_id, goal.goal_id, known.visit_id, known.visitor_id, item.site.id, min(moments)
