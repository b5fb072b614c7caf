"""Arrivals that were: the conversations of the last days, as they came."""

from collections.abc import Sequence
from datetime import timedelta, timezone, tzinfo
from random import Random
from typing import Any

from sqlalchemy import text

from yingke.conversations.queries import limits_of
from yingke.identity import Actor, zone_of
from yingke.kit.work import Ground, Work
from yingke.routing.replay.arrivals import Arrival

CHINA = timezone(timedelta(hours=8))
LONGEST = 2 * 3600.0
"""Seconds: a conversation that is left open over night has not kept its agent busy."""
_PAST = text(
    """
SELECT opened_at, team_id, priority, resolve_reason, first_replied_at,
       extract(epoch FROM coalesce(resolved_at, last_message_at) - coalesce(first_replied_at, opened_at)) AS took,
       extract(epoch FROM resolved_at - opened_at) AS stayed
FROM conversations WHERE kind = 'chat' AND channel <> 'colleague' AND opened_at > :since
  AND (CAST(:workspace AS uuid) IS NULL OR workspace_id = :workspace)
  AND (CAST(:teams AS uuid[]) IS NULL OR team_id = ANY(:teams))
  AND (CAST(:sites AS uuid[]) IS NULL OR site_id = ANY(:sites)) ORDER BY opened_at DESC LIMIT :most
"""
)
_ALL = {"workspace": None, "teams": None, "sites": None, "most": None}


async def past_arrivals(ground: Ground, days: int) -> list[Arrival]:
    """Of all workspaces. Who was never answered and left was that patient; nobody knows how patient the others were:
    they get the patience of a chance one who left, and at least as long as they did wait."""
    async with ground.work_everywhere() as work:
        bound = _ALL | {"since": work.now - timedelta(days=days)}
        return _arrivals((await work.rows.execute(_PAST, bound)).all(), CHINA)


async def arrivals_within(work: Work, actor: Actor, days: int, most: int) -> list[Arrival]:
    """Like `past_arrivals`, the newest `most` of the actor's workspace, and within his limits."""
    bound = {
        "workspace": actor.workspace_id,
        "since": work.now - timedelta(days=days),
        "most": most,
        **limits_of(actor),
    }
    return _arrivals((await work.rows.execute(_PAST, bound)).all(), await zone_of(work))


def _arrivals(newest_first: Sequence[Any], zone: tzinfo) -> list[Arrival]:
    """In `zone`, by whose hours the shifts of a roster go."""
    rows = newest_first[::-1]
    left = [float(row.stayed) for row in rows if row.first_replied_at is None and row.stayed] or [240.0]
    random = Random(1)  # noqa: S311 - no secret
    arrivals = []
    for row in rows:
        waited = (row.first_replied_at - row.opened_at).total_seconds() if row.first_replied_at else 0.0
        gone = row.first_replied_at is None and row.stayed
        arrivals.append(
            Arrival(
                at=row.opened_at.astimezone(zone),
                team_id=row.team_id,
                priority=row.priority,
                patience=float(row.stayed) if gone else max(random.choice(left), waited),
                handling=min(LONGEST, max(10.0, float(row.took or 0))),
            )
        )
    return arrivals
