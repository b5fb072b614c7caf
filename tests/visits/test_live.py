"""Desks see who is on the sites, as it happens."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.realtime.conftest import Client, Shop, server, shop
from tests.visits.conftest import Browser
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.visitors import block_network, block_visitor
from yingke.visitors.blocking import remove_block

__all__ = ["server", "shop"]


@pytest.fixture
async def door(shop: Shop) -> Any:
    async with httpx.AsyncClient(base_url=shop.server.url, timeout=20) as http:
        yield http


def shown(**wanted: Any) -> Any:
    """A `visitors` frame with somebody of whom `wanted` is true."""

    def has(frame: dict[str, Any]) -> bool:
        return frame.get("op") == "visitors" and any(
            all(item[name] == value for name, value in wanted.items()) for item in frame["items"]
        )

    return has


async def watching(shop: Shop, **filter: Any) -> Client:
    desk = await shop.desk()
    answer = await desk.ask("watch_visitors", filter=filter)
    assert answer["op"] == "ack", answer
    return desk


async def test_a_desk_sees_a_visitor_come_move_on_and_go(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop)
    await desk.wait_for(lambda f: f.get("op") == "visitors" and f.get("reset") is True)
    browser = Browser(door, shop.site)
    page = await browser.look("https://shop.example/p/1", "山核桃", referrer="https://www.so.com/s?q=nuts")
    frame = await desk.wait_for(shown(page_views=1))
    item = frame["items"][0]
    assert item["page"] == {"url": "https://shop.example/p/1", "title": "山核桃"}
    assert (item["source"]["engine"], item["source"]["keyword"], item["number"]) == ("360", "nuts", 1)
    assert frame["count"] == frame["online"] == 1
    await browser.look("https://shop.example/p/2", "开心果")
    await desk.wait_for(shown(page_views=2))
    await browser.read(page, hidden=True)
    second = (await desk.wait_for(shown(page_views=2)))["items"][0]
    assert second["page"]["title"] == "开心果", "the tab in front is what is looked at"


async def test_who_closed_the_last_tab_leaves_the_list(shop: Shop, door: httpx.AsyncClient, monkeypatch: Any) -> None:
    from datetime import timedelta

    from yingke.visits.live import roster

    monkeypatch.setattr(roster, "LEAVING", timedelta(seconds=0.2))
    desk = await watching(shop)
    browser = Browser(door, shop.site)
    page = await browser.look()
    item = (await desk.wait_for(shown(page_views=1)))["items"][0]
    await browser.read(page, left=True)
    await desk.wait_for(lambda f: f.get("op") == "visitors" and item["id"] in f["gone"])


async def test_the_server_decides_who_matches_a_filter(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop, source="search", page="*/sale/*")
    passing, searching = Browser(door, shop.site), Browser(door, shop.site)
    await passing.look("https://shop.example/sale/1")
    await searching.look("https://shop.example/p/1", referrer="https://www.baidu.com/s?wd=nuts")
    await searching.look("https://shop.example/sale/2")
    frame = await desk.wait_for(shown())
    assert [item["page"]["url"] for item in frame["items"]] == ["https://shop.example/sale/2"]
    assert frame["count"] == 1 and frame["online"] == 2
    await searching.look("https://shop.example/p/3")
    await desk.wait_for(lambda f: f.get("op") == "visitors" and f["gone"] == [frame["items"][0]["id"]])


async def test_passing_time_alone_brings_a_visitor_into_a_filter_by_dwell(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop, min_dwell=2)
    await Browser(door, shop.site).look()
    frame = await desk.wait_for(shown(page_views=1))
    assert frame["count"] == 1


async def test_a_long_list_comes_in_parts_with_the_newest_first(shop: Shop, door: httpx.AsyncClient) -> None:
    browsers = [Browser(door, shop.site) for _ in range(30)]
    for start in range(0, 30, 10):
        await asyncio.gather(
            *(each.look(f"https://shop.example/{n}") for n, each in enumerate(browsers[start : start + 10]))
        )
    from yingke.visits.live import watching as module

    before, module.TOGETHER_AT_MOST = module.TOGETHER_AT_MOST, 12
    try:
        desk = await watching(shop)
        frames = []
        while not frames or frames[-1]["more"]:
            frames.append(await desk.wait_for(lambda f: f.get("op") == "visitors" and f not in frames))
    finally:
        module.TOGETHER_AT_MOST = before
    assert [len(frame["items"]) for frame in frames] == [12, 12, 6]
    assert frames[0]["reset"] is True and "reset" not in frames[1]
    times = [item["active_at"] for frame in frames for item in frame["items"]]
    assert times == sorted(times, reverse=True) and frames[0]["count"] == 30


async def test_reports_go_over_an_open_socket_too(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop)
    visitor, welcome = await shop.visitor()
    page = {"kind": "page", "id": str(new_id()), "url": "https://shop.example/spa", "title": "换页"}
    assert (await visitor.ask("report", events=[page]))["op"] == "ack"
    frame = await desk.wait_for(shown(id=welcome["visitor_id"]))
    assert frame["items"][0]["page"]["title"] == "换页"
    assert (await visitor.ask("report", events=[{"kind": "nonsense"}]))["code"] == "bad_frame"


async def test_desks_of_another_company_see_nothing(shop: Shop, door: httpx.AsyncClient) -> None:
    from tests.conftest import found_company
    from tests.people import hire

    other = await found_company(shop.server.services.ground, "别的公司")
    stranger = await shop.desk(await hire(shop.server.services.ground, other.workspace_id))
    await stranger.ask("watch_visitors")
    desk = await watching(shop)
    await Browser(door, shop.site).look()
    await desk.wait_for(shown(page_views=1))
    await asyncio.sleep(0.6)
    await stranger.ask("ping")
    assert all(not frame["items"] for frame in stranger.frames if frame["op"] == "visitors")


async def test_a_name_that_is_given_is_shown_at_once(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop)
    browser = Browser(door, shop.site)
    await browser.look()
    visitor, _ = await shop.visitor(token=browser.token)
    await visitor.ask("contact", name="周敏", phone="13800000000")
    frame = await desk.wait_for(shown(name="周敏"))
    assert frame["items"][0]["contact_id"] is not None


async def test_another_process_shows_the_same_visitors(shop: Shop, door: httpx.AsyncClient, dsn: str) -> None:
    from yingke.visits.tracking import Tracking
    from yingke.worker import services

    async with services(shop.server.services.settings, dsn) as second:
        tracking: Tracking = second.tracking
        running = [asyncio.create_task(second.bus.run()), asyncio.create_task(tracking.run())]
        try:
            await asyncio.wait_for(tracking.roster.ready.wait(), 30)
            await asyncio.sleep(0.5)
            browser = Browser(door, shop.site)
            await browser.look("https://shop.example/p/9", "别的进程")
            for _ in range(300):
                if any(each.value.page.title == "别的进程" for each in tracking.roster.of(shop.workspace_id)):
                    break
                await asyncio.sleep(0.1)
            else:
                raise AssertionError("the other process does not know")
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


async def test_a_process_that_starts_knows_who_is_there(shop: Shop, door: httpx.AsyncClient, dsn: str) -> None:
    from yingke.worker import services

    browser = Browser(door, shop.site)
    await browser.look("https://shop.example/p/7", "早就在了")
    async with services(shop.server.services.settings, dsn) as second:
        await second.tracking.roster.rebuild()
        (present,) = second.tracking.roster.of(shop.workspace_id)
        assert present.value.page.title == "早就在了" and present.value.page_views == 1


async def becomes(desk: Client, change: Callable[[Work], Awaitable[Any]], shop: Shop, **wanted: Any) -> dict[str, Any]:
    """Who is shown so after `change`, which before it nobody was."""
    desk.frames.clear()
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await change(work)
    return dict((await desk.wait_for(shown(**wanted)))["items"][0])


async def test_whose_network_is_blocked_is_shown_so_until_that_ends(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop)
    await Browser(door, shop.site).look()
    first = (await desk.wait_for(shown(blocked=False)))["items"][0]["id"]
    blocks: list[UUID] = []

    async def block(work: Work) -> None:
        blocks.append(await block_network(work, "127.0.0.1", by=None))

    await becomes(desk, block, shop, id=first, blocked=True)
    await Browser(door, shop.site).look("https://shop.example/p/2")
    newcomer = (await desk.wait_for(shown(landing_url="https://shop.example/p/2", blocked=True)))["items"][0]
    await becomes(desk, lambda work: remove_block(work, blocks[0]), shop, id=newcomer["id"], blocked=False)


async def test_a_block_that_is_over_is_shown_no_longer(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await watching(shop)
    await Browser(door, shop.site).look()
    visitor_id = UUID((await desk.wait_for(shown(blocked=False)))["items"][0]["id"])
    await becomes(desk, lambda work: block_visitor(work, visitor_id, hours=2 / 3600, by=None), shop, blocked=True)
    desk.frames.clear()
    await desk.wait_for(shown(blocked=False))
