"""One statement that counts the visits of a stretch of time by any dimension: for roll-ups and for days not rolled up.

A visit belongs to the day it began on, with all its pages. Pages are keyed by host and path: what stands behind `?`
is often about one person.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from yingke.kit.ids import first_id_at

OF_VISITS: Final = (
    "all", "hour", "source", "engine", "keyword", "campaign", "referrer", "region", "landing", "exit", "device",
    "system", "browser", "language",
)  # fmt: skip
DIMENSIONS: Final = (*OF_VISITS, "page", "goal")
"""By what can be counted. `all` has one key, the empty one."""

OTHER = "*"
"""Key of what is too rare to have a row of its own in a roll-up."""


def _page(url: str) -> str:
    return f"split_part(split_part(split_part({url}, '://', 2), '?', 1), '#', 1)"


_WROTE = """EXISTS (SELECT FROM conversations c WHERE c.workspace_id = x.workspace_id AND c.visitor_id = x.visitor_id
  AND c.opened_at >= x.started_at - interval '1 minute' AND c.opened_at <= x.active_at + interval '30 minutes')"""

_VISITS = f"""
visits_counted AS MATERIALIZED (
  SELECT x.id, x.site_id, x.visitor_id, x.number, x.page_views, x.started_at, x.source, x.region, x.device, x.language,
    x.landing_url, x.exit_url, greatest(extract(epoch FROM x.active_at - x.started_at), 0)::bigint AS duration,
    {_WROTE} AS wrote, coalesce(p.open_ms, 0) AS open_ms, coalesce(p.visible_ms, 0) AS visible_ms,
    coalesce(g.conversions, 0) AS conversions, coalesce(g.value, 0) AS value
  FROM visits x
  LEFT JOIN (SELECT visit_id, sum(open_ms) AS open_ms, sum(visible_ms) AS visible_ms FROM page_views
             WHERE workspace_id = $1 AND visit_id >= $2 AND visit_id < $3 GROUP BY visit_id) p ON p.visit_id = x.id
  LEFT JOIN (SELECT visit_id, count(*) AS conversions, sum(value) AS value FROM conversions
             WHERE workspace_id = $1 AND visit_id >= $2 AND visit_id < $3 GROUP BY visit_id) g ON g.visit_id = x.id
  WHERE x.workspace_id = $1 AND x.id >= $2 AND x.id < $3 AND ($6::uuid[] IS NULL OR x.site_id = ANY($6))
    AND (%s))
"""  # noqa: S608 - constants only

_BY_VISIT = f"""
SELECT d.dimension, v.site_id, d.key, count(*) AS visits, count(DISTINCT v.visitor_id) AS visitors,
  count(DISTINCT v.visitor_id) FILTER (WHERE v.number = 1) AS new_visitors, sum(v.page_views) AS page_views,
  count(*) FILTER (WHERE v.page_views <= 1 AND NOT v.wrote) AS bounces, sum(v.duration) AS duration,
  count(DISTINCT v.visitor_id) FILTER (WHERE v.wrote) AS inquiries, sum(v.conversions) AS conversions, sum(v.value) AS value,
  count(*) AS entries, count(*) AS exits, sum(v.open_ms) AS open_ms, sum(v.visible_ms) AS visible_ms, 0 AS scroll
FROM visits_counted v CROSS JOIN LATERAL (VALUES
  ('all', ''),
  ('hour', to_char(v.started_at AT TIME ZONE $4, 'HH24')),
  ('source', v.source->>'kind'),
  ('engine', nullif(v.source->>'engine', '')),
  ('keyword', nullif(v.source->>'keyword', '')),
  ('campaign', nullif(coalesce(nullif(v.source->'campaign'->>'name', ''), v.source->'campaign'->>'source'), '')),
  ('referrer', nullif(v.source->>'referrer_host', '')),
  ('region', trim(both '/' from concat(v.region->>'country', '/', v.region->>'province'))),
  ('landing', {_page("v.landing_url")}),
  ('exit', {_page("v.exit_url")}),
  ('device', v.device->>'kind'),
  ('system', v.device->>'os'),
  ('browser', v.device->>'browser'),
  ('language', lower(split_part(v.language, '-', 1)))) AS d (dimension, key)
WHERE d.dimension = ANY($5) AND d.key IS NOT NULL GROUP BY d.dimension, v.site_id, d.key
"""  # noqa: S608 - constants only

_BY_PAGE = f"""
SELECT 'page', coalesce(p.site_id, e.site_id), coalesce(p.key, e.key), 0, coalesce(p.visitors, 0), 0,
  coalesce(p.page_views, 0), coalesce(e.bounces, 0), 0, 0, 0, 0, coalesce(e.entries, 0), coalesce(e.exits, 0),
  coalesce(p.open_ms, 0), coalesce(p.visible_ms, 0), coalesce(p.scroll, 0)
FROM (SELECT site_id, {_page("url")} AS key, count(*) AS page_views, count(DISTINCT visitor_id) AS visitors,
        sum(open_ms) AS open_ms, sum(visible_ms) AS visible_ms, sum(scroll) AS scroll
      FROM page_views WHERE workspace_id = $1 AND visit_id >= $2 AND visit_id < $3
        AND ($6::uuid[] IS NULL OR site_id = ANY($6)) AND (%s) GROUP BY 1, 2) p
FULL JOIN (SELECT v.site_id, d.key, sum(d.entry) AS entries, sum(d.leaving) AS exits,
             count(*) FILTER (WHERE d.entry = 1 AND v.page_views <= 1 AND NOT v.wrote) AS bounces
           FROM visits_counted v CROSS JOIN LATERAL (VALUES ({_page("v.landing_url")}, 1, 0),
             ({_page("v.exit_url")}, 0, 1)) AS d (key, entry, leaving) GROUP BY 1, 2) e
  ON e.site_id = p.site_id AND e.key = p.key
WHERE 'page' = ANY($5)
"""  # noqa: S608 - constants only

_BY_GOAL = """
SELECT 'goal', site_id, goal_id::text, count(DISTINCT visit_id), count(DISTINCT visitor_id), 0, 0, 0, 0, 0, count(*),
  coalesce(sum(value), 0), 0, 0,  0, 0, 0
FROM conversions WHERE workspace_id = $1 AND visit_id >= $2 AND visit_id < $3 AND ($6::uuid[] IS NULL OR site_id = ANY($6))
  AND 'goal' = ANY($5) AND (%s) GROUP BY site_id, goal_id
"""


def _counting(visits: str = "") -> str:
    """`visits` is a condition on the rows `x` of visits that are counted, the others are left out."""
    of = "visit_id IN (SELECT id FROM visits_counted)" if visits else "true"
    parts = (f"WITH {_VISITS % (visits or 'true')} {_BY_VISIT}", _BY_PAGE % of, _BY_GOAL % of)
    return " UNION ALL ".join(parts)


COUNT = _counting()
COUNT_AMONG = _counting("x.id = ANY($7::uuid[])")
"""Counts these visits only."""


def bound(
    workspace_id: UUID, begin: datetime, end: datetime, zone: str, dimensions: Collection[str], sites: list[UUID] | None
) -> tuple[Any, ...]:
    """Parameters of `COUNT` for the visits that began from `begin` until before `end`."""
    return workspace_id, first_id_at(begin), first_id_at(end), zone, list(dimensions), sites


async def count(connection: asyncpg.Connection, *parameters: Any, statement: str = COUNT) -> list[asyncpg.Record]:
    """Rows of dimension, site_id, key and the sums. `parameters` as `bound` gives them, and those of `statement`."""
    return await connection.fetch(statement, *parameters)  # type: ignore[no-any-return]
