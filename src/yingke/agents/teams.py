"""Teams, and who is in them. What visitors see as a department."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from yingke.agents.errors import AgentUnknown, TeamNameTaken, TeamUnknown
from yingke.agents.facts import TeamChanged, TeamDeleted
from yingke.agents.models import Agent, Team, TeamMember
from yingke.agents.presence import tell_agent_changed
from yingke.agents.queries import team_value
from yingke.agents.values import TeamValue
from yingke.identity import forget_team
from yingke.kit.ids import new_id
from yingke.kit.work import Work


async def create_team(
    work: Work, *, name: str, public_name: str, color: str, agent_ids: Sequence[UUID] = ()
) -> TeamValue:
    """Raises TeamNameTaken, AgentUnknown."""
    await _require_free(work, name)
    team = Team(id=new_id(), name=name, public_name=public_name, color=color)
    work.add(team)
    await work.rows.flush()
    await _set_members(work, team.id, agent_ids)
    return await _tell_changed(work, team.id)


async def change_team(
    work: Work,
    team_id: UUID,
    *,
    name: str | None = None,
    public_name: str | None = None,
    color: str | None = None,
    agent_ids: Sequence[UUID] | None = None,
) -> TeamValue:
    """Raises Missing, TeamNameTaken, AgentUnknown."""
    team = await work.get(Team, team_id, lock=True)
    if name is not None and name != team.name:
        await _require_free(work, name)
        team.name = name
    team.public_name = team.public_name if public_name is None else public_name
    team.color = color or team.color
    if agent_ids is not None:
        await _set_members(work, team_id, agent_ids)
    return await _tell_changed(work, team_id)


async def delete_team(work: Work, team_id: UUID) -> None:
    """Its members stay; nobody's limits speak of it any more. Raises Missing."""
    team = await work.get(Team, team_id, lock=True)
    members = await _members(work, team_id)
    await forget_team(work, team_id)
    await work.rows.delete(team)
    await work.rows.flush()
    work.tell(TeamDeleted(workspace_id=work.workspace_id, team_id=team_id))
    for agent_id in sorted(members):
        await tell_agent_changed(work, agent_id)


async def teams_there(work: Work, ids: Sequence[UUID], *, lenient: bool = False) -> list[UUID]:
    """Those of `ids` that are teams of the workspace. Raises TeamUnknown for another one, unless `lenient`."""
    rows = await work.scalars(select(Team.id).where(Team.workspace_id == work.workspace_id, Team.id.in_(ids)))
    there = sorted(rows.all())
    if not lenient and len(there) < len(set(ids)):
        raise TeamUnknown(field="team_ids")
    return there


async def set_teams_of(work: Work, agent_id: UUID, team_ids: Sequence[UUID]) -> None:
    """Tells the teams that changed; that the agent changed is the caller's to tell."""
    mine = select(TeamMember.team_id).where(
        TeamMember.workspace_id == work.workspace_id, TeamMember.agent_id == agent_id
    )
    before, after = set((await work.scalars(mine)).all()), set(team_ids)
    await work.rows.execute(
        delete(TeamMember).where(
            TeamMember.workspace_id == work.workspace_id,
            TeamMember.agent_id == agent_id,
            TeamMember.team_id.in_(before - after),
        )
    )
    await _enter(work, [(team_id, agent_id) for team_id in sorted(after - before)])
    for team_id in sorted(before ^ after):
        await _tell_changed(work, team_id)


async def _set_members(work: Work, team_id: UUID, agent_ids: Sequence[UUID]) -> None:
    before, after = await _members(work, team_id), set(agent_ids)
    there = await work.scalars(select(Agent.id).where(Agent.workspace_id == work.workspace_id, Agent.id.in_(after)))
    if after - set(there.all()):
        raise AgentUnknown(field="agent_ids")
    await work.rows.execute(
        delete(TeamMember).where(
            TeamMember.workspace_id == work.workspace_id,
            TeamMember.team_id == team_id,
            TeamMember.agent_id.in_(before - after),
        )
    )
    await _enter(work, [(team_id, agent_id) for agent_id in sorted(after - before)])
    for agent_id in sorted(before ^ after):
        await tell_agent_changed(work, agent_id)


async def _enter(work: Work, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    if not pairs:
        return
    rows = [{"workspace_id": work.workspace_id, "team_id": team, "agent_id": agent} for team, agent in pairs]
    await work.rows.execute(insert(TeamMember).on_conflict_do_nothing(), rows)


async def _members(work: Work, team_id: UUID) -> set[UUID]:
    rows = await work.scalars(
        select(TeamMember.agent_id).where(TeamMember.workspace_id == work.workspace_id, TeamMember.team_id == team_id)
    )
    return set(rows.all())


async def _require_free(work: Work, name: str) -> None:
    taken = await work.rows.scalar(
        select(Team.id).where(Team.workspace_id == work.workspace_id, Team.name == name).limit(1)
    )
    if taken is not None:
        raise TeamNameTaken(field="name")


async def _tell_changed(work: Work, team_id: UUID) -> TeamValue:
    value = await team_value(work, team_id)
    work.tell(TeamChanged(workspace_id=work.workspace_id, team=value))
    return value
