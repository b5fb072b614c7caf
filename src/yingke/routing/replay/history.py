"""Arrivals that were: the conversations of the last days, as they came."""

from datetime import timedelta
from random import Random

from sqlalchemy import text

from yingke.kit.work import Ground
from yingke.routing.replay.arrivals import Arrival

LONGEST = 2 * 3600.0
"""Seconds: a conversation that is left open over night has not kept its agent busy."""
_PAST = text(
    """
SELECT opened_at, team_id, priority, resolve_reason, first_replied_at,
       extract(epoch FROM coalesce(resolved_at, last_message_at) - coalesce(first_replied_at, opened_at)) AS took,
       extract(epoch FROM resolved_at - opened_at) AS stayed
FROM conversations WHERE kind = 'chat' AND channel <> 'colleague' AND opened_at > :since ORDER BY opened_at
"""
)


async def past_arrivals(ground: Ground, days: int) -> list[Arrival]:
    """Of all workspaces. Who was never answered and left was that patient; nobody knows how patient the others were:
    they get the patience of a chance one who left, and at least as long as they did wait."""
    async with ground.work_everywhere() as work:
        rows = (await work.rows.execute(_PAST, {"since": work.now - timedelta(days=days)})).all()
    left = [float(row.stayed) for row in rows if row.first_replied_at is None and row.stayed] or [240.0]
    random = Random(1)  # noqa: S311 - no secret
    arrivals = []
    for row in rows:
        waited = (row.first_replied_at - row.opened_at).total_seconds() if row.first_replied_at else 0.0
        gone = row.first_replied_at is None and row.stayed
        arrivals.append(
            Arrival(
                at=row.opened_at,
                team_id=row.team_id,
                priority=row.priority,
                patience=float(row.stayed) if gone else max(random.choice(left), waited),
                handling=min(LONGEST, max(10.0, float(row.took or 0))),
            )
        )
    return arrivals
