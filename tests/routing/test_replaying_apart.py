"""A replay takes a core of its own, for a minute at most, and only while somebody waits for it."""

import asyncio
from multiprocessing import active_children
from signal import SIGKILL

import httpx
import pytest

from tests.conftest import sign_in_token
from tests.realtime.conftest import Shop, server, shop
from yingke.routing.replay import apart

__all__ = ["server", "shop"]

MANY = {"history": False, "arrivals": 30_000, "days": 1, "plans": [{"agents": 500, "capacity": 1}] * 4}
FEW = {"history": False, "arrivals": 100, "days": 1, "plans": [{"agents": 1, "capacity": 1}]}
PATH = "/api/v1/routing/replay"


async def test_a_replay_ends_when_whoever_asked_goes_away_or_when_it_takes_too_long(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await sign_in_token(shop.server.services.ground, shop.company.owner)
    headers = {"Cookie": f"yingke_session={token}"}
    async with httpx.AsyncClient(base_url=shop.server.url, headers=headers, timeout=30) as http:
        long = asyncio.create_task(http.post(PATH, json=MANY))
        while not (begun := active_children()):
            await asyncio.sleep(0.02)
        goes_on = await http.post(PATH, json=FEW)
        assert (goes_on.status_code, goes_on.json()["code"]) == (429, "replay_goes_on")
        long.cancel()
        async with asyncio.timeout(5):
            while active_children():
                await asyncio.sleep(0.02)
        assert begun[0].exitcode == -SIGKILL
        monkeypatch.setattr(apart, "LONGEST", 0.5)
        slow = await http.post(PATH, json=MANY)
        assert (slow.status_code, slow.json()["code"], slow.json()["field"]) == (422, "replay_too_long", "plans")
        assert not active_children()
        monkeypatch.undo()
        assert (await http.post(PATH, json=FEW)).status_code == 200
