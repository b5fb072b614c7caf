"""Visitors who are there are told when the shop opens and closes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.contracts.steps import Frame
from tests.realtime.conftest import Client, Shop
from yingke.agents import Agent, note_connected, set_availability
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground
from yingke.realtime import openings


async def told(visitor: Client) -> Frame:
    """The next sign that is told; what came before it is forgotten."""
    frame = await visitor.wait_for(lambda f: f["op"] == "signal" and f["name"] == "open")
    del visitor.frames[: visitor.frames.index(frame) + 1]
    return dict(frame["data"])


async def say(shop: Shop, availability: str) -> None:
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await set_availability(work, shop.agent.agent_id, availability)  # type: ignore[arg-type]


async def counted(shop: Shop, opened_at: datetime) -> None:
    """Wait until the desk that was opened then has said that it is there."""
    for _ in range(600):
        async with shop.server.services.ground.work_in(shop.workspace_id) as work:
            agent = await work.get(Agent, shop.agent.agent_id)
            if agent.disconnected_at is None and agent.last_beat_at and agent.last_beat_at > opened_at:
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the desk does not count")


async def test_visitors_are_told_when_the_last_agent_leaves_and_the_first_comes_back(shop: Shop) -> None:
    opened_at = shop.server.services.ground.clock.now()
    await shop.desk()
    await counted(shop, opened_at)
    first, welcome = await shop.visitor()
    second, _ = await shop.visitor()
    assert welcome["open"] is True
    await say(shop, "away")
    for visitor in (first, second):
        assert await told(visitor) == {"open": False, "agents_online": 0, "reply_time": None, "next_open_at": None}
    await say(shop, "online")
    assert (await told(first))["open"] is True
    late, welcome = await shop.visitor()
    assert welcome["open"] is True
    await say(shop, "busy")
    await say(shop, "offline")
    assert (await told(late))["open"] is False
    assert not [frame for frame in late.frames if frame["op"] == "signal"]


async def test_visitors_are_told_when_business_hours_end_and_begin(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openings, "CLOCK_EVERY", 0.1)
    ground = shop.server.services.ground
    clock = FixedClock(datetime(2026, 11, 23, 17, 59, 50, tzinfo=UTC))  # a Monday
    monkeypatch.setattr(ground, "clock", clock)
    weekly = [{"day": 0, "from": "09:00", "to": "18:00"}, {"day": 0, "from": "18:01", "to": "20:00"}]
    async with ground.work_in(shop.workspace_id) as work:
        settings = {"hours": {"always": False, "time_zone": "UTC", "weekly": weekly}}
        (await work.get(Site, shop.site.id)).settings = settings
        await note_connected(work, [shop.agent.agent_id])
    visitor, welcome = await shop.visitor()
    assert (welcome["open"], welcome["next_open_at"]) == (True, None)
    clock.advance(timedelta(seconds=15))
    closed = await told(visitor)
    assert (closed["open"], closed["next_open_at"]) == (False, "2026-11-23T18:01:00Z")
    # The clock jumps over a minute of the agent's beats: the one at its end is noted before it does.
    ahead = FixedClock(clock.now() + timedelta(seconds=60))
    async with Ground(ground.engine, ground.outbox, ahead).work_in(shop.workspace_id) as work:
        await note_connected(work, [shop.agent.agent_id])
    clock.advance(timedelta(seconds=60))
    while not (await told(visitor))["open"]:
        pass
