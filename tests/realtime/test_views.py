"""A view that somebody saves is at the desks of those it is for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from tests.conftest import sign_in_token
from tests.people import hire
from tests.realtime.conftest import Shop
from yingke.identity import Actor, Role


@asynccontextmanager
async def door(shop: Shop, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    cookie = {"Cookie": f"yingke_session={await sign_in_token(shop.server.services.ground, actor)}"}
    async with httpx.AsyncClient(base_url=f"{shop.server.url}/api/v1", headers=cookie, timeout=20) as http:
        yield http


async def test_a_shared_view_is_told_to_colleagues_and_ones_own_to_oneself(shop: Shop) -> None:
    supervisor = await hire(shop.server.services.ground, shop.workspace_id, "主管", role=Role.supervisor)
    colleague, own = await shop.desk(), await shop.desk(supervisor)
    async with door(shop, supervisor) as http:
        personal = (await http.post("/views", json={"name": "我的", "filter": {}})).json()["id"]
        assert (await own.fact("views.changed"))["agent_id"] == str(supervisor.agent_id)
        for method, body in (
            ("PATCH", {"shared": True}),
            ("PATCH", {"shared": False}),
            ("PATCH", {"shared": True}),
            ("DELETE", None),
        ):
            assert (await http.request(method, f"/views/{personal}", json=body)).is_success
            assert (await colleague.fact("views.changed"))["agent_id"] is None
            colleague.frames.clear()
