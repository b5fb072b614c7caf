"""Roles, teams and profiles: who may change what, and who is told."""

import asyncio
import io

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from tests.agents.people import hire
from tests.conftest import Company, found_company, sign_in
from tests.people import found_team
from yingke.agents import Agent, agent_value, public_agent
from yingke.identity.actors import Actor, Role
from yingke.identity.models import LoginSession
from yingke.kit.work import Ground


@pytest.fixture
async def desk(ground: Ground, company: Company, http: httpx.AsyncClient) -> httpx.AsyncClient:
    """The desk of the owner."""
    async with ground.work_in(company.workspace_id) as work:
        work.add(Agent(id=company.owner.agent_id, name="陈晨", availability_since=work.now))
    await sign_in(ground, http, company.owner)
    return http


async def change(http: httpx.AsyncClient, actor: Actor, **fields: object) -> httpx.Response:
    return await http.patch(f"/api/v1/agents/{actor.agent_id}", json=fields)


async def test_an_owner_promotes_and_demotes(desk: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    li = await hire(ground, company, "李雷")
    assert (await change(desk, li, role="administrator", capacity=8)).json()["role"] == "administrator"
    changed = (await change(desk, li, role="agent")).json()
    assert (changed["role"], changed["capacity"]) == ("agent", 8)


async def test_an_administrator_gives_no_role_above_and_changes_nobody_above(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    administrator = await hire(ground, company, "管理员", role=Role.administrator)
    li = await hire(ground, company, "李雷")
    await sign_in(ground, desk, administrator)
    for actor, fields in (
        (li, {"role": "owner"}),
        (company.owner, {"role": "agent"}),
        (company.owner, {"disabled": True}),
        (company.owner, {"capacity": 1}),
    ):
        answer = await change(desk, actor, **fields)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_above_yours")
    assert (await change(desk, li, role="administrator")).status_code == 200


async def test_an_agent_changes_no_colleague(desk: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    li = await hire(ground, company, "李雷")
    await sign_in(ground, desk, li)
    assert (await change(desk, li, role="owner")).status_code == 403
    assert (await change(desk, li, capacity=100)).status_code == 403


async def test_the_last_owner_neither_steps_down_nor_leaves(desk: httpx.AsyncClient, company: Company) -> None:
    for fields in ({"role": "administrator"}, {"disabled": True}):
        answer = await change(desk, company.owner, **fields)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


async def test_of_two_owners_who_step_down_at_once_one_stays(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    second = await hire(ground, company, "二老板", role=Role.owner)
    answers = await asyncio.gather(
        change(desk, company.owner, role="administrator"), change(desk, second, role=Role.administrator)
    )
    owners = [each for each in (await desk.get("/api/v1/agents")).json()["items"] if each["role"] == "owner"]
    assert len(owners) == 1
    assert 200 in {each.status_code for each in answers}


async def test_who_leaves_is_signed_out_at_once_and_stays_named(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    li = await hire(ground, company, "李雷")
    browser = httpx.AsyncClient(transport=desk._transport, base_url="http://desk.test")
    await sign_in(ground, browser, li)
    assert (await browser.get("/api/v1/agents")).status_code == 200
    assert (await change(desk, li, disabled=True)).json()["disabled"] is True
    assert (await browser.get("/api/v1/agents")).status_code == 401
    async with ground.work_everywhere() as work:
        assert not await work.all(select(LoginSession).where(LoginSession.agent_id == li.agent_id))
    listed = {each["id"]: each for each in (await desk.get("/api/v1/agents")).json()["items"]}
    assert listed[str(li.agent_id)]["name"] == "李雷"
    assert (await change(desk, li, disabled=False)).json()["disabled"] is False


async def test_a_colleague_of_another_workspace_is_not_there(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    other = await found_company(ground, "别家")
    stranger = await hire(ground, other, "别家的")
    assert (await change(desk, stranger, capacity=1)).status_code == 404
    team = await found_team(ground, other.workspace_id)
    li = await hire(ground, company, "李雷")
    answer = await change(desk, li, team_ids=[str(team)])
    assert (answer.status_code, answer.json()["code"]) == (422, "team_unknown")


async def test_a_profile_is_changed_field_by_field_and_cleaned(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    await desk.patch(
        "/api/v1/me", json={"nickname": " 小\u202e陈\u0000\n ", "title": "客服", "languages": ["zh-CN", "en"]}
    )
    changed = (await desk.patch("/api/v1/me", json={"title": "客服主管"})).json()
    assert (changed["nickname"], changed["title"], changed["languages"]) == ("小陈", "客服主管", ["zh-CN", "en"])
    async with ground.work_in(company.workspace_id) as work:
        face = await public_agent(work, company.owner.agent_id)
    assert face is not None
    assert (face.name, face.title) == ("小陈", "客服主管")


async def test_nobody_gives_themselves_a_role_or_capacity(desk: httpx.AsyncClient) -> None:
    for fields in ({"role": "owner"}, {"capacity": 100}, {"email": "other@example.com"}):
        assert (await desk.patch("/api/v1/me", json=fields)).status_code == 422


async def test_preferences_are_kept_one_by_one(desk: httpx.AsyncClient) -> None:
    await desk.patch("/api/v1/me", json={"preferences": {"theme": "dark", "shortcuts": {"take": "Alt+J"}}})
    await desk.patch("/api/v1/me", json={"preferences": {"enter_sends": False}})
    kept = (await desk.get("/api/v1/me/preferences")).json()
    assert kept == {"theme": "dark", "shortcuts": {"take": "Alt+J"}, "enter_sends": False}
    assert (await desk.patch("/api/v1/me", json={"preferences": {"theme": "pink"}})).status_code == 422


async def test_an_avatar_is_seen_by_anybody_and_removed(desk: httpx.AsyncClient) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "#1f6f5c").save(picture, "PNG")
    answer = await desk.put("/api/v1/me/avatar", files={"file": ("me.png", picture.getvalue(), "image/png")})
    assert answer.status_code == 200, answer.text
    url = answer.json()["avatar_url"]
    anybody = httpx.AsyncClient(transport=desk._transport, base_url="http://desk.test")
    seen = await anybody.get(url)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/png")
    assert (await desk.delete("/api/v1/me/avatar")).json()["avatar_url"] is None


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"not an image", b""])
async def test_an_avatar_that_is_no_picture_is_refused(desk: httpx.AsyncClient, content: bytes) -> None:
    answer = await desk.put("/api/v1/me/avatar", files={"file": ("me.png", content, "image/png")})
    assert answer.status_code in (415, 422)


async def test_availability_is_said_over_http(desk: httpx.AsyncClient) -> None:
    answer = await desk.put("/api/v1/me/availability", json={"availability": "away", "reason": "午饭"})
    assert (answer.json()["availability"], answer.json()["away_reason"]) == ("away", "午饭")
    assert (await desk.put("/api/v1/me/availability", json={"availability": "asleep"})).status_code == 422


async def test_members_of_a_team_are_set_from_either_side(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    li, han = await hire(ground, company, "李雷"), await hire(ground, company, "韩梅梅")
    team = (await desk.post("/api/v1/teams", json={"name": "物流", "agent_ids": [str(li.agent_id)]})).json()
    await desk.patch(f"/api/v1/teams/{team['id']}", json={"agent_ids": [str(han.agent_id)], "public_name": "配送"})
    changed = (await change(desk, li, team_ids=[team["id"]])).json()
    assert changed["team_ids"] == [team["id"]]
    [listed] = [each for each in (await desk.get("/api/v1/teams")).json()["items"] if each["id"] == team["id"]]
    assert set(listed["agent_ids"]) == {str(li.agent_id), str(han.agent_id)}
    assert listed["public_name"] == "配送"


async def test_a_team_with_an_unknown_member_is_not_made(desk: httpx.AsyncClient, company: Company) -> None:
    answer = await desk.post("/api/v1/teams", json={"name": "物流", "agent_ids": [str(company.workspace_id)]})
    assert (answer.status_code, answer.json()["code"]) == (422, "agent_unknown")
    assert "物流" not in [team["name"] for team in (await desk.get("/api/v1/teams")).json()["items"]]


async def test_a_deleted_team_lets_its_members_go(desk: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    team = await found_team(ground, company.workspace_id, "临时")
    li = await hire(ground, company, "李雷")
    await change(desk, li, team_ids=[str(team)])
    assert (await desk.delete(f"/api/v1/teams/{team}")).status_code == 204
    async with ground.work_in(company.workspace_id) as work:
        assert (await agent_value(work, li.agent_id)).team_ids == []


async def test_a_workspace_is_renamed_and_its_settings_merged(desk: httpx.AsyncClient) -> None:
    await desk.patch("/api/v1/workspace", json={"settings": {"visible_to_agents": "all"}})
    changed = (await desk.patch("/api/v1/workspace", json={"name": "松果", "time_zone": "Asia/Tokyo"})).json()
    assert (changed["name"], changed["time_zone"]) == ("松果", "Asia/Tokyo")
    assert changed["settings"].items() >= {"visible_to_agents": "all", "page_views_kept_days": 90}.items()
    assert (await desk.patch("/api/v1/workspace", json={"settings": {"colour": 1}})).status_code == 422


async def test_a_second_workspace_is_entered_and_left(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    made = await desk.post("/api/v1/workspaces", json={"name": "第二家店"})
    assert made.status_code == 201, made.text
    entered = (await desk.put("/api/v1/session/workspace", json={"workspace_id": made.json()["id"]})).json()
    assert entered["workspace"]["name"] == "第二家店"
    assert entered["agent"]["name"] == "陈晨"
    assert len(entered["workspaces"]) == 2
    assert [each["id"] for each in (await desk.get("/api/v1/agents")).json()["items"]] == [entered["agent"]["id"]]
    back = await desk.put("/api/v1/session/workspace", json={"workspace_id": str(company.workspace_id)})
    assert back.json()["agent"]["id"] == str(company.owner.agent_id)


async def test_nobody_enters_a_workspace_they_are_not_in(desk: httpx.AsyncClient, ground: Ground) -> None:
    other = await found_company(ground, "别家")
    answer = await desk.put("/api/v1/session/workspace", json={"workspace_id": str(other.workspace_id)})
    assert (answer.status_code, answer.json()["code"]) == (404, "workspace_not_found")
