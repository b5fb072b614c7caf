"""What a person may do changes while their desk is open."""

import asyncio

import asyncpg
import httpx

from tests.conftest import sign_in_token
from tests.people import hire
from tests.realtime.conftest import Shop
from yingke.identity import Role
from yingke.identity.actors import permissions_of
from yingke.identity.memberships import limit_to_teams


async def test_a_changed_role_closes_the_desks_of_those_who_have_it(shop: Shop) -> None:
    ground = shop.server.services.ground
    owner = await hire(ground, shop.workspace_id, "店主", role=Role.owner)
    clerk = await hire(ground, shop.workspace_id, "店员")
    cookie = {"Cookie": f"yingke_session={await sign_in_token(ground, owner)}"}
    async with httpx.AsyncClient(base_url=shop.server.url, headers=cookie, timeout=20) as http:
        body = {"name": "收银", "based_on": "agent", "permissions": sorted(permissions_of(Role.agent))}
        role = (await http.post("/api/v1/roles", json=body)).json()["id"]
        for change, path in (
            ({"role_id": role}, f"/api/v1/agents/{clerk.agent_id}"),
            ({"permissions": ["contacts.read"]}, f"/api/v1/roles/{role}"),
            ({"only_team_ids": []}, f"/api/v1/agents/{clerk.agent_id}"),
        ):
            desk, bystander = await shop.desk(clerk), await shop.desk(owner)
            assert (await http.patch(path, json=change)).status_code == 200
            await desk.fact("rights.changed")
            bye = await desk.wait_for(lambda frame: frame["op"] == "bye")
            assert bye["code"] == "rights_changed"
            assert (await bystander.ask("ping"))["op"] in ("ack", "pong")
            assert "rights.changed" not in str(bystander.frames)


async def test_rights_that_change_while_a_desk_opens_are_not_kept_by_it(
    shop: Shop, connection: asyncpg.Connection
) -> None:
    ground = shop.server.services.ground
    clerk = await hire(ground, shop.workspace_id, "店员")
    async with connection.transaction():  # the desk waits for the lists of words, after it was read who comes
        await connection.execute("LOCK TABLE stop_lists IN ACCESS EXCLUSIVE MODE")
        opening = asyncio.create_task(shop.desk(clerk))
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'stop_lists'::regclass AND NOT granted"
        while not await connection.fetchval(waiting):
            await asyncio.sleep(0.02)
        async with ground.work_in(shop.workspace_id) as work:
            await limit_to_teams(work, shop.company.owner, clerk.agent_id, [])
    desk = await opening
    bye = await desk.wait_for(lambda frame: frame["op"] == "bye")
    assert bye["code"] == "rights_changed"
