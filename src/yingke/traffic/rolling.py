"""Rolling up days that are over, so that reports of months are read from few rows."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import text

from yingke.kit.days import begin_of, day_at, days_between
from yingke.kit.work import Ground
from yingke.traffic.counting import COUNT, DIMENSIONS, OTHER, bound
from yingke.traffic.values import SUMS

log = structlog.get_logger()

SETTLED_AFTER = timedelta(hours=3)
"""A visit that began before midnight may still be going on."""
KEYS_AT_MOST = 1000
"""Of one dimension, site and day; the rarest share one row."""

_WORKSPACES = text("SELECT id, time_zone FROM workspaces ORDER BY id")
_FIRST_VISIT = "SELECT started_at FROM visits WHERE workspace_id = $1 ORDER BY id LIMIT 1"
_ROLLED = "SELECT day FROM traffic_rolled WHERE workspace_id = $1"
_CLEAR = "DELETE FROM traffic_days WHERE workspace_id = $1 AND day = $2"
_DONE = "INSERT INTO traffic_rolled (workspace_id, day, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_ADDED = ", ".join(f"sum({name})" for name in SUMS)
_COLUMNS = ", ".join(SUMS)
_ROLL = f"""
INSERT INTO traffic_days (workspace_id, day, dimension, site_id, key, {_COLUMNS})
SELECT $1, $7::date, dimension, site_id, shown, {_ADDED} FROM (
  SELECT counted.*, CASE WHEN row_number() OVER (PARTITION BY dimension, site_id ORDER BY visits + page_views DESC, key)
    <= $8 THEN left(key, 500) ELSE '{OTHER}' END AS shown
  FROM ({COUNT}) counted) ranked
GROUP BY dimension, site_id, shown
"""  # noqa: S608 - constants only


async def roll_up_days(ground: Ground) -> None:
    """Roll up every day that is over and is not rolled up yet, in every workspace; a day at a time."""
    async with ground.work_everywhere() as work:
        workspaces = [(row.id, row.time_zone) for row in await work.rows.execute(_WORKSPACES)]
    for workspace_id, zone in workspaces:
        try:
            for day in await _due(ground, workspace_id, ZoneInfo(zone)):
                await _roll(ground, workspace_id, day, zone)
        except Exception:
            log.exception("a day was not rolled up", workspace=str(workspace_id))


async def _due(ground: Ground, workspace_id: UUID, zone: ZoneInfo) -> list[date]:
    async with ground.work_in(workspace_id) as work:
        connection = await work.raw()
        first = await connection.fetchval(_FIRST_VISIT, workspace_id)
        rolled = {row["day"] for row in await connection.fetch(_ROLLED, workspace_id)}
        last = day_at(work.now - SETTLED_AFTER, zone) - timedelta(days=1)
    if first is None:
        return []
    return [day for day in days_between(day_at(first, zone), last) if day not in rolled]


async def _roll(ground: Ground, workspace_id: UUID, day: date, zone: str) -> None:
    place = ZoneInfo(zone)
    begin, end = begin_of(day, place), begin_of(day + timedelta(days=1), place)
    async with ground.work_in(workspace_id) as work:
        connection = await work.raw()
        await connection.execute(_CLEAR, workspace_id, day)
        await connection.execute(
            _ROLL, *bound(workspace_id, begin, end, zone, DIMENSIONS, None), day, KEYS_AT_MOST, timeout=300
        )
        await connection.execute(_DONE, workspace_id, day, work.now)
