"""Agents whose desk is not open yet."""

from tests.conftest import Company
from yingke.agents.founding import welcome_agent
from yingke.identity.actors import Actor, Role
from yingke.identity.workspaces import make_login
from yingke.kit.ids import new_id
from yingke.kit.work import Ground


async def hire(ground: Ground, company: Company, name: str = "王芳", *, role: Role = Role.agent) -> Actor:
    async with ground.work_in(company.workspace_id) as work:
        login = await make_login(work, f"{new_id().hex}@example.com", "-")
        agent_id = await welcome_agent(work, login.id, role, name)
    return Actor(company.workspace_id, agent_id, role, sees_all=role >= Role.supervisor)
