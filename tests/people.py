"""People that tests need besides the owner."""

from collections.abc import Sequence
from uuid import UUID

from tests.conftest import Company
from yingke.agents import Agent, Team, TeamMember
from yingke.identity.actors import Actor, Role
from yingke.identity.models import Login, Membership
from yingke.kit.ids import new_id
from yingke.kit.work import Ground


async def hire(
    ground: Ground, company: Company, name: str = "王芳", *, role: str = "agent", team_ids: Sequence[UUID] = ()
) -> Actor:
    """An agent of `company` with a login."""
    id = new_id()
    async with ground.work_in(company.workspace_id) as work:
        login = Login(email=f"{id}@example.com", password_hash="-", created_at=work.now)
        work.add(login)
        await work.rows.flush()
        work.add(Membership(id=id, login_id=login.id, role=role))
        await work.rows.flush()
        work.add(Agent(id=id, name=name, availability="online", availability_since=work.now))
        await work.rows.flush()
        for team_id in team_ids:
            work.add(TeamMember(team_id=team_id, agent_id=id))
    rank = Role[role]
    return Actor(company.workspace_id, id, rank, frozenset(team_ids), sees_all=rank >= Role.supervisor)


async def found_team(ground: Ground, company: Company, name: str = "售后") -> UUID:
    id = new_id()
    async with ground.work_in(company.workspace_id) as work:
        work.add(Team(id=id, name=name))
    return id
