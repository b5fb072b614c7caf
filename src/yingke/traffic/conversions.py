"""Who reached a goal: by where the visit came from, and by the conversation, agent or invitation before it."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import asyncpg

from yingke.kit.ids import first_id_at
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.traffic.figures import Range
from yingke.visits.models import Goal

ConversionBy = Literal["source", "engine", "keyword", "landing", "agent", "conversation", "invitation"]
ATTRIBUTED_WITHIN = timedelta(days=3)
"""A conversation, or an invitation that was shown, counts for what its visitor did that long after it; the newest one gets it (measures: inquiry → order)."""
MOST = 500
"""Lines that are shown; all are summed."""
_WHOLE = """
SELECT *, sum(conversions) OVER () AS total, sum(value) OVER () AS worth FROM ({}) counted
ORDER BY conversions DESC, key LIMIT $5
"""

OF_VISIT = {
    "source": "x.source->>'kind'",
    "engine": "x.source->>'engine'",
    "keyword": "x.source->>'keyword'",
    "landing": "split_part(split_part(split_part(x.landing_url, '://', 2), '?', 1), '#', 1)",
}
_BY_VISIT = """
SELECT coalesce({key}, '') AS key, coalesce({key}, '') AS name, count(g.goal_id) AS conversions,
       coalesce(sum(g.value), 0) AS value, count(DISTINCT g.visit_id) AS reached, count(DISTINCT x.id) AS visits
FROM visits x LEFT JOIN conversions g ON g.workspace_id = x.workspace_id AND g.visit_id = x.id AND g.goal_id = $2
WHERE x.workspace_id = $1 AND x.id >= $3 AND x.id < $4 AND ($6::uuid[] IS NULL OR x.site_id = ANY($6)) GROUP BY 1 HAVING count(g.visit_id) > 0
"""
_BY_CONVERSATION = """
SELECT coalesce({key}, '') AS key, coalesce({name}, '') AS name, count(*) AS conversions,
       coalesce(sum(g.value), 0) AS value, count(*) AS reached, count(*) AS visits
FROM conversions g LEFT JOIN LATERAL (
  SELECT c.id, c.number, c.agent_id FROM conversations c WHERE c.workspace_id = g.workspace_id
    AND c.visitor_id = g.visitor_id AND c.opened_at <= g.at AND c.opened_at > g.at - $7::interval
  ORDER BY c.opened_at DESC LIMIT 1) c ON true
LEFT JOIN agents a ON a.workspace_id = g.workspace_id AND a.id = c.agent_id
WHERE g.workspace_id = $1 AND g.goal_id = $2 AND g.visit_id >= $3 AND g.visit_id < $4
  AND ($6::uuid[] IS NULL OR g.site_id = ANY($6)) GROUP BY 1, 2
"""
_BY_INVITATION = """
SELECT coalesce(i.rule_id::text, CASE WHEN i.by_hand THEN 'hand' END, '') AS key, coalesce(r.name, '') AS name,
       count(*) AS conversions, coalesce(sum(g.value), 0) AS value, count(*) AS reached, count(*) AS visits
FROM conversions g LEFT JOIN LATERAL (
  SELECT v.rule_id, v.by_hand FROM visitor_invitations v WHERE v.workspace_id = g.workspace_id
    AND v.visitor_id = g.visitor_id AND v.shown_at <= g.at AND v.shown_at > g.at - $7::interval
  ORDER BY v.id DESC LIMIT 1) i ON true
LEFT JOIN invitation_rules r ON r.workspace_id = g.workspace_id AND r.id = i.rule_id
WHERE g.workspace_id = $1 AND g.goal_id = $2 AND g.visit_id >= $3 AND g.visit_id < $4
  AND ($6::uuid[] IS NULL OR g.site_id = ANY($6)) GROUP BY 1, 2
"""


class Converted(Value, frozen=True, kw_only=True):
    key: str
    """Empty: nothing of the kind was there."""
    name: str
    conversions: int
    value: float
    """What they are worth together."""
    visits: int
    """By source, keyword and landing page: all visits of that key."""
    rate: float
    """Of the visits, the share that reached the goal."""


class Conversions(Value, frozen=True, kw_only=True):
    items: list[Converted]
    total: int
    value: float


async def conversions_of_goal(
    work: Work, goal_id: UUID, by: ConversionBy, range: Range, *, most: int = MOST
) -> Conversions:
    """The most first. Raises Missing."""
    await work.get(Goal, goal_id)
    begin, end = first_id_at(range.begin), first_id_at(range.end)
    connection = await work.raw()
    bound: tuple[Any, ...] = (work.workspace_id, goal_id, begin, end, most, range.sites)
    if by in OF_VISIT:
        statement = _BY_VISIT.format(key=OF_VISIT[by])
    else:
        key, name = ("a.id::text", "a.name") if by == "agent" else ("c.id::text", "c.number::text")
        statement = _BY_INVITATION if by == "invitation" else _BY_CONVERSATION.format(key=key, name=name)
        bound += (ATTRIBUTED_WITHIN,)
    rows = await connection.fetch(_WHOLE.format(statement), *bound)
    total, worth = (rows[0]["total"], rows[0]["worth"]) if rows else (0, 0)
    return Conversions(items=[_converted(row) for row in rows], total=int(total), value=round(worth, 2))


def _converted(row: asyncpg.Record) -> Converted:
    return Converted(
        key=row["key"],
        name=row["name"],
        conversions=row["conversions"],
        value=round(row["value"], 2),
        visits=row["visits"],
        rate=round(row["reached"] / row["visits"], 4),
    )
