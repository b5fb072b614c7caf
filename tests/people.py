"""People that most tests need: agents, teams, a site and its visitors."""

from uuid import UUID

from yingke.agents import Agent, Team, TeamMember
from yingke.identity import Actor, Role
from yingke.identity.models import Login, Membership
from yingke.inboxes import Site
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work
from yingke.visitors import Visitor, greet_visitor


async def hire(
    ground: Ground, workspace_id: UUID, name: str = "王芳", *, role: Role = Role.agent, teams: tuple[UUID, ...] = ()
) -> Actor:
    """An agent of the workspace who says online and is connected."""
    agent_id = new_id()
    async with ground.work_everywhere() as work:
        login = Login(email=f"{agent_id}@example.com", password_hash="-", created_at=work.now)
        work.add(login)
        await work.rows.flush()
        work.add(Membership(workspace_id=workspace_id, id=agent_id, login_id=login.id, role=role.name))
        await work.rows.flush()
        agent = Agent(
            workspace_id=workspace_id, id=agent_id, name=name, nickname=name, availability="online", capacity=5
        )
        agent.availability_since = agent.connected_at = agent.last_beat_at = work.now
        work.add(agent)
        await work.rows.flush()
        for team_id in teams:
            work.add(TeamMember(workspace_id=workspace_id, team_id=team_id, agent_id=agent_id))
    return Actor(workspace_id, agent_id, role, team_ids=frozenset(teams), sees_all=role >= Role.supervisor)


async def found_team(ground: Ground, workspace_id: UUID, name: str = "售前") -> UUID:
    async with ground.work_in(workspace_id) as work:
        team = Team(id=new_id(), name=name, public_name=name, color="#1f6f5c")
        work.add(team)
    return team.id


async def open_site(ground: Ground, workspace_id: UUID, name: str = "松果商店") -> Site:
    async with ground.work_in(workspace_id) as work:
        site = Site(
            id=new_id(),
            key=new_id().hex[:16],
            name=name,
            settings={},
            identity_secret="secret-of-" + name,
            created_at=work.now,
        )
        work.add(site)
    return site


async def arrive(work: Work, site: Site, name: str | None = None) -> Visitor:
    greeted = await greet_visitor(
        work, site, token=None, page_url="https://shop.example/p/1", page_title="山核桃", language="zh-CN"
    )
    greeted.visitor.name = name
    return greeted.visitor
