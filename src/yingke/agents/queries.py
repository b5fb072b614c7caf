"""Agents and teams as they leave the program."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, select, text

from yingke.agents.models import Agent
from yingke.agents.values import AgentValue, PublicAgent, TeamValue, avatar_url
from yingke.kit.errors import Missing
from yingke.kit.work import Work

SILENT_AFTER = timedelta(seconds=30)
"""Without a beat for so long, nobody is connected, whatever the last word was."""

_AGENTS = """
SELECT a.id, a.workspace_id, a.name, a.nickname, l.email, m.role, m.role_id, m.only_team_ids, m.only_site_ids, a.avatar_file_id, a.title, a.languages, a.capacity,
       a.availability, a.away_reason, m.disabled_at IS NOT NULL AS disabled, a.last_beat_at AS last_seen_at,
       a.disconnected_at IS NULL AND coalesce(a.last_beat_at > :heard_after, false) AS connected,
       ARRAY(SELECT t.team_id FROM team_members t WHERE t.workspace_id = a.workspace_id AND t.agent_id = a.id
             ORDER BY t.team_id) AS team_ids
FROM agents a JOIN memberships m ON m.workspace_id = a.workspace_id AND m.id = a.id JOIN logins l ON l.id = m.login_id
WHERE {condition} ORDER BY a.id
"""
_OF_WORKSPACE = text(_AGENTS.format(condition="a.workspace_id = :workspace"))
_OF_IDS = text(
    _AGENTS.format(condition="a.id = ANY(:ids) AND (CAST(:workspace AS uuid) IS NULL OR a.workspace_id = :workspace)")
)
_COLUMNS = [field.name for field in msgspec.structs.fields(AgentValue) if field.name != "avatar_url"]

_TEAMS = text(
    """
SELECT t.id, t.name, t.public_name, t.color,
       ARRAY(SELECT m.agent_id FROM team_members m WHERE m.workspace_id = t.workspace_id AND m.team_id = t.id
             ORDER BY m.agent_id) AS agent_ids
FROM teams t WHERE t.workspace_id = :workspace AND (CAST(:id AS uuid) IS NULL OR t.id = :id) ORDER BY t.id
"""
)


async def agent_values(work: Work, ids: Sequence[UUID] | None = None) -> list[AgentValue]:
    """All agents of the workspace, those who left (`disabled`) included, oldest first; or those with `ids`."""
    await work.rows.flush()
    bound: dict[str, Any] = {"workspace": work.workspace_id, "heard_after": work.now - SILENT_AFTER}
    if ids is None:
        rows = await work.rows.execute(_OF_WORKSPACE, bound)
    else:
        rows = await work.rows.execute(_OF_IDS, bound | {"ids": list(ids)})
    return [_agent_value(row) for row in rows.mappings()]


async def agent_values_everywhere(work: Work, ids: Sequence[UUID]) -> list[tuple[UUID, AgentValue]]:
    """(workspace id, agent) of those with `ids`, for the work of a process that serves every workspace."""
    await work.rows.flush()
    rows = await work.rows.execute(
        _OF_IDS, {"workspace": None, "ids": list(ids), "heard_after": work.now - SILENT_AFTER}
    )
    return [(row["workspace_id"], _agent_value(row)) for row in rows.mappings()]


async def agent_value(work: Work, id: UUID) -> AgentValue:
    """Raises Missing."""
    found = await agent_values(work, [id])
    if not found:
        raise Missing
    return found[0]


async def on_screen(work: Work, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these agents have a desk in sight: open, and not hidden behind something else."""
    seen = select(Agent.id).where(
        Agent.workspace_id == work.workspace_id,
        Agent.id.in_(ids),
        Agent.disconnected_at.is_(None),
        Agent.last_visible_at > work.now - SILENT_AFTER,
    )
    return set(await work.scalars(seen))


async def public_agent(work: Work, id: UUID) -> PublicAgent | None:
    """What visitors see of an agent, or None when there is none with `id`."""
    agent = await work.find(Agent, id)
    return public_face(agent) if agent else None


def public_face(agent: Agent) -> PublicAgent:
    return PublicAgent(
        id=agent.id,
        name=agent.nickname or agent.name,
        avatar_url=avatar_url(agent.avatar_file_id),
        title=agent.title,
    )


async def team_values(work: Work) -> list[TeamValue]:
    return await _teams(work, None)


async def team_value(work: Work, id: UUID) -> TeamValue:
    """Raises Missing."""
    found = await _teams(work, id)
    if not found:
        raise Missing
    return found[0]


async def _teams(work: Work, id: UUID | None) -> list[TeamValue]:
    await work.rows.flush()
    rows = await work.rows.execute(_TEAMS, {"workspace": work.workspace_id, "id": id})
    return [TeamValue(**row) for row in rows.mappings()]


def _agent_value(row: RowMapping) -> AgentValue:
    columns = {name: row[name] for name in _COLUMNS}
    for limit in ("only_team_ids", "only_site_ids"):
        columns[limit] = None if row[limit] is None else [UUID(each) for each in row[limit]]
    return AgentValue(avatar_url=avatar_url(row["avatar_file_id"]), **columns)
