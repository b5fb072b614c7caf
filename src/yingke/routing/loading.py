"""Everybody who could answer, and the first of every lane, from the database: what one round of decisions needs."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text

from yingke.agents.queries import SILENT_AFTER
from yingke.kit.work import Work
from yingke.routing.choosing import Candidate
from yingke.routing.models import QueuePlace
from yingke.routing.rules import Rules

# The lanes are found by stepping from one to the next through the index: a lane costs the same however long it is.
_FIRSTS = text(
    """
WITH RECURSIVE lanes AS (
  (SELECT lane FROM queue_places WHERE workspace_id = :workspace AND state = 'waiting' ORDER BY lane LIMIT 1)
  UNION ALL
  SELECT (SELECT t.lane FROM queue_places t WHERE t.workspace_id = :workspace AND t.state = 'waiting'
          AND t.lane > lanes.lane ORDER BY t.lane LIMIT 1) FROM lanes WHERE lanes.lane IS NOT NULL
)
SELECT first.* FROM lanes CROSS JOIN LATERAL (
  SELECT * FROM queue_places t WHERE t.workspace_id = :workspace AND t.state = 'waiting' AND t.lane = lanes.lane
  ORDER BY t.place_at, t.conversation_id LIMIT :at_once) first
"""
)
_CANDIDATES = text(
    """
WITH held AS (
  SELECT agent_id, json_agg(json_build_array(team_id, kind, channel, quiet, n)) AS loads FROM (
    SELECT agent_id, team_id, kind, channel, last_message_at < :quiet_since AS quiet, count(*) AS n FROM conversations
    WHERE workspace_id = :workspace AND status = 'open' AND channel <> 'colleague' AND agent_id IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5) counted GROUP BY agent_id)
SELECT a.id, a.capacity, a.availability = 'online' AND a.disconnected_at IS NULL
       AND coalesce(a.last_beat_at > :heard_after, false) AND m.disabled_at IS NULL AS available, m.only_site_ids,
       ARRAY(SELECT team_id FROM team_members t WHERE t.workspace_id = a.workspace_id AND t.agent_id = a.id) AS team_ids,
       (SELECT json_agg(json_build_array(s.skill_id, s.level)) FROM agent_skills s
        WHERE s.workspace_id = a.workspace_id AND s.agent_id = a.id) AS skills,
       (SELECT count(*) FROM wrap_ups w WHERE w.workspace_id = a.workspace_id AND w.agent_id = a.id
        AND w.until > :now) AS wrapping,
       held.loads, CASE WHEN turns.day = :today THEN turns.given ELSE 0 END AS given, turns.last_at
FROM agents a JOIN memberships m ON m.workspace_id = a.workspace_id AND m.id = a.id
LEFT JOIN held ON held.agent_id = a.id
LEFT JOIN routing_turns turns ON turns.workspace_id = a.workspace_id AND turns.agent_id = a.id
WHERE a.workspace_id = :workspace AND m.disabled_at IS NULL
"""
)


async def firsts(work: Work, at_once: int) -> list[QueuePlace]:
    """The first `at_once` of every lane."""
    read = select(QueuePlace).from_statement(_FIRSTS).execution_options(populate_existing=True)
    rows = await work.rows.scalars(read, {"workspace": work.workspace_id, "at_once": at_once})
    return list(rows.all())


async def candidates(work: Work, rules: Rules) -> list[Candidate]:
    """Everybody of the workspace who has not left, with what he holds."""
    settings = rules.settings
    quiet_after = timedelta(minutes=settings.inactive_after) if settings.inactive_after else timedelta(days=36_500)
    bound = {
        "workspace": work.workspace_id,
        "heard_after": work.now - SILENT_AFTER,
        "now": work.now,
        "quiet_since": work.now - quiet_after,
        "today": work.now.date(),
    }
    return [_candidate(row, rules) for row in (await work.rows.execute(_CANDIDATES, bound)).mappings()]


def _candidate(row: RowMapping, rules: Rules) -> Candidate:
    by_team: dict[UUID | None, float] = {}
    count = 0
    for team_id, kind, channel, quiet, number in _plain(row["loads"]):
        weight = rules.settings.weights.get("offline" if kind == "offline" else channel, 1.0)
        team = UUID(team_id) if team_id else None
        by_team[team] = by_team.get(team, 0.0) + number * weight * (rules.settings.inactive_weight if quiet else 1.0)
        count += number
    return Candidate(
        agent_id=row["id"],
        team_ids=frozenset(row["team_ids"]),
        only_site_ids=None if row["only_site_ids"] is None else frozenset(map(UUID, _plain(row["only_site_ids"]))),
        load=sum(by_team.values()) + row["wrapping"],
        capacity=row["capacity"],
        available=row["available"],
        open=count,
        team_loads=by_team,
        skills=_skills(row),
        assigned=row["given"],
        last_assigned_at=row["last_at"].timestamp() if row["last_at"] else 0.0,
    )


def _skills(row: RowMapping) -> Mapping[UUID, int]:
    return {UUID(skill_id): level for skill_id, level in _plain(row["skills"])}


def _plain(value: Any) -> list[Any]:
    if value is None:
        return []
    plain: list[Any] = json.loads(value) if isinstance(value, str) else value
    return plain
