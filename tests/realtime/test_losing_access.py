"""A socket lives no longer than the right it was opened with."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.people import found_team
from tests.realtime.conftest import Client, Shop
from yingke.agents.staff import AgentChange, change_agent
from yingke.identity.models import LoginSession
from yingke.identity.sessions import end_all_sessions
from yingke.identity.workspaces import WorkspaceChange, WorkspaceSettings, change_workspace


def bye(code: str) -> Any:
    return lambda frame: frame["op"] == "bye" and frame["code"] == code


@pytest.fixture
async def desk(shop: Shop) -> Client:
    return await shop.desk()


async def test_who_is_signed_out_is_cut_off_at_once(shop: Shop, desk: Client) -> None:
    async with shop.server.services.ground.work_everywhere() as work:
        rows = await work.scalars(select(LoginSession.login_id).where(LoginSession.agent_id == shop.agent.agent_id))
        await end_all_sessions(work, rows.one())
    await desk.wait_for(bye("signed_out"))


@pytest.mark.parametrize("change", [AgentChange(disabled=True), AgentChange(role="supervisor")])
async def test_who_leaves_or_gets_another_role_is_cut_off(shop: Shop, desk: Client, change: AgentChange) -> None:
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await change_agent(work, shop.company.owner, shop.agent.agent_id, change)
    await desk.wait_for(lambda frame: frame["op"] == "bye")


async def test_who_changes_teams_connects_anew(shop: Shop, desk: Client) -> None:
    team = await found_team(shop.server.services.ground, shop.workspace_id)
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await change_agent(work, shop.company.owner, shop.agent.agent_id, AgentChange(team_ids=[team]))
    await desk.wait_for(bye("rights_changed"))


async def test_who_sees_more_or_less_of_the_workspace_from_now_on_connects_anew(shop: Shop, desk: Client) -> None:
    change = WorkspaceChange(settings=WorkspaceSettings(visible_to_agents="all"))
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await change_workspace(work, change)
    await desk.wait_for(bye("rights_changed"))
