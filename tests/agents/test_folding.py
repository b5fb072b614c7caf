"""State and facts together are the state that is read afresh: what a desk holds never drifts from the database."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from tests.agents.people import hire
from tests.conftest import Company
from yingke.agents import (
    Agent,
    AgentChanged,
    AgentValue,
    TeamChanged,
    TeamDeleted,
    TeamValue,
    agent_values,
    note_connected,
    note_disconnected,
    set_availability,
    team_values,
)
from yingke.agents.profiles import Profile, change_profile, set_avatar
from yingke.agents.staff import AgentChange, change_agent
from yingke.agents.teams import change_team, create_team, delete_team
from yingke.identity.facts import WorkspaceChanged
from yingke.identity.workspaces import WorkspaceChange, WorkspaceSettings, change_workspace, workspace_value
from yingke.kit.facts import Fact, decode_fact, encode_fact, registry
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work


class Held:
    """What a client holds, changed by facts only, as they come over the wire."""

    def __init__(self, agents: Sequence[AgentValue], teams: Sequence[TeamValue]) -> None:
        self.agents = {agent.id: agent for agent in agents}
        self.teams = {team.id: team for team in teams}

    def fold(self, facts: Sequence[Fact]) -> None:
        for told in facts:
            match decode_fact(told.name, encode_fact(told)):
                case AgentChanged(agent=agent):
                    self.agents[agent.id] = agent
                case TeamChanged(team=team):
                    self.teams[team.id] = team
                case TeamDeleted(team_id=id):
                    self.teams.pop(id, None)


async def read(ground: Ground, company: Company) -> tuple[dict[UUID, AgentValue], dict[UUID, TeamValue]]:
    async with ground.work_in(company.workspace_id) as work:
        agents, teams = await agent_values(work), await team_values(work)
    return {agent.id: agent for agent in agents}, {team.id: team for team in teams}


async def test_everything_that_happens_to_agents_and_teams_can_be_folded(ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        work.add(Agent(id=company.owner.agent_id, name="陈晨", availability_since=work.now))
    li, han = await hire(ground, company, "李雷"), await hire(ground, company, "韩梅梅")
    agents, teams = await read(ground, company)
    held = Held(list(agents.values()), list(teams.values()))
    ground.outbox.push = held.fold
    made: list[UUID] = []

    async def make_team(work: Work) -> None:
        team = await create_team(work, name="售后", public_name="", color="#1f6f5c", agent_ids=[li.agent_id])
        made.append(team.id)

    steps = [
        make_team,
        lambda work: change_team(work, made[0], name="物流", agent_ids=[han.agent_id]),
        lambda work: change_agent(work, company.owner, li.agent_id, AgentChange(team_ids=[made[0]], capacity=9)),
        lambda work: note_connected(work, [li.agent_id, han.agent_id]),
        lambda work: set_availability(work, li.agent_id, "busy", "盘点"),
        lambda work: change_profile(work, li.agent_id, Profile(nickname="小李")),
        lambda work: set_avatar(work, li.agent_id, new_id()),
        lambda work: change_agent(work, company.owner, han.agent_id, AgentChange(role="supervisor", disabled=True)),
        lambda work: note_disconnected(work, li.agent_id),
        lambda work: delete_team(work, made[0]),
    ]
    for number, step in enumerate(steps):
        async with ground.work_in(company.workspace_id) as work:
            await step(work)
        agents, teams = await read(ground, company)
        assert held.agents == agents, f"after step {number}"
        assert held.teams == teams, f"after step {number}"


async def test_a_changed_workspace_is_told_whole(ground: Ground, company: Company) -> None:
    facts: list[Fact] = []
    ground.outbox.push = facts.extend
    change = WorkspaceChange(name="松果", settings=WorkspaceSettings(visible_to_agents="all"))
    async with ground.work_in(company.workspace_id) as work:
        await change_workspace(work, change)
    async with ground.work_in(company.workspace_id) as work:
        fresh = await workspace_value(work, company.workspace_id)
    [told] = [fact for fact in facts if isinstance(fact, WorkspaceChanged)]
    assert told.workspace == fresh


@pytest.mark.parametrize(
    "name", ["agent.changed", "team.changed", "team.deleted", "session.ended", "workspace.changed"]
)
def test_every_fact_of_people_has_its_name_on_the_wire(name: str) -> None:
    assert registry[name].name == name
