"""Figures come out the same from raw rows and from roll-ups, in the workspace's days."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import sign_in
from tests.visits.conftest import Tracked, tracked
from yingke.conversations.posting import Draft, post_from_visitor
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.traffic import roll_up_days
from yingke.visitors import visitor_by_token

__all__ = ["tracked"]


async def a_day(tracked: Tracked, clock: FixedClock) -> None:
    """Two visitors of 20 November in Shanghai: one reads two pages and writes, one leaves at once."""
    asking, passing = tracked.browser(), tracked.browser()
    first = await asking.look("https://shop.example/?s=1", referrer="https://www.baidu.com/s?wd=%3D1%2B1")
    clock.advance(timedelta(seconds=60))
    await asking.read(first, open=60_000, visible=30_000, scroll=50, left=True)
    await asking.look("https://shop.example/p/1")
    await passing.look("https://shop.example/p/1")
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        visitor = await visitor_by_token(work, tracked.site.id, asking.token or "")
        assert visitor
        await post_from_visitor(work, visitor, None, Draft(client_id=new_id(), text="在吗", kind="incoming"), None)
    await tracked.services.tracking.recorder.settle()


@pytest.fixture
async def desk(tracked: Tracked) -> httpx.AsyncClient:
    await sign_in(tracked.services.ground, tracked.http, tracked.company.owner)
    return tracked.http


async def read(desk: httpx.AsyncClient, path: str = "", **more: Any) -> Any:
    answer = await desk.get(f"/api/v1/traffic{path}", params={"from": "2026-11-20", "to": "2026-11-20"} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_day_of_a_shop_is_counted(tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock) -> None:
    await a_day(tracked, clock)
    whole = await read(desk)
    totals = whole["totals"]
    assert whole["time_zone"] == "Asia/Shanghai" and whole["days"][0]["day"] == "2026-11-20"
    assert (totals["visits"], totals["visitors"], totals["new_visitors"], totals["page_views"]) == (2, 2, 2, 3)
    assert (totals["bounces"], totals["inquiries"], totals["inquiry_rate"]) == (1, 1, 0.5)
    assert (totals["average_duration"], totals["average_visible"], totals["pages_per_visit"]) == (30.0, 15.0, 1.5)
    assert whole["hours"][10]["visits"] == 2, "two o'clock in UTC is ten in Shanghai"
    assert whole["before"]["visits"] == 0 and whole["before"]["inquiry_rate"] is None
    assert set(totals) >= set(whole["definitions"])


@pytest.mark.parametrize("rolled", [False, True])
async def test_breakdowns_are_the_same_from_raw_rows_and_from_roll_ups(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock, rolled: bool
) -> None:
    await a_day(tracked, clock)
    if rolled:
        clock.advance(timedelta(days=1, hours=6))
        await roll_up_days(tracked.services.ground)
        assert len(await tracked.rows("traffic_rolled")) == 1
        await tracked.connection.execute("DELETE FROM visits")
        await tracked.connection.execute("DELETE FROM page_views")
    assert (await read(desk))["totals"]["visits"] == 2
    by = {
        dimension: [
            (row["key"], row["visits"] or row["page_views"]) for row in (await read(desk, f"/by/{dimension}"))["items"]
        ]
        for dimension in ("source", "engine", "keyword", "landing", "exit", "page", "device", "region", "language")
    }
    assert by["source"] == [("search", 1), ("direct", 1)]
    assert by["engine"] == [("baidu", 1)] and by["keyword"] == [("=1+1", 1)]
    assert by["landing"] == [("shop.example/", 1), ("shop.example/p/1", 1)] and by["exit"] == [("shop.example/p/1", 2)]
    assert by["page"] == [("shop.example/p/1", 2), ("shop.example/", 1)]
    assert by["device"] == [("desktop", 2)] and by["region"] == [("", 2)] and by["language"] == [("zh", 2)]
    page = next(row for row in (await read(desk, "/by/page"))["items"] if row["key"] == "shop.example/")
    assert (page["entries"], page["exits"], page["average_visible"], page["average_scroll"]) == (1, 0, 30.0, 50.0)
    searching = (await read(desk, "/by/source"))["items"][0]
    assert (searching["inquiries"], searching["inquiry_rate"], searching["bounces"]) == (1, 1.0, 0)


async def test_rolling_up_again_changes_nothing(tracked: Tracked, clock: FixedClock) -> None:
    await a_day(tracked, clock)
    clock.advance(timedelta(days=1, hours=6))
    await roll_up_days(tracked.services.ground)
    before = await tracked.rows("traffic_days")
    await roll_up_days(tracked.services.ground)
    assert await tracked.rows("traffic_days") == before and before


async def test_a_visit_after_midnight_in_shanghai_belongs_to_the_next_day(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    clock.advance(datetime(2026, 11, 20, 16, 30, tzinfo=UTC) - clock.now())
    await tracked.browser().look()
    assert (await read(desk))["totals"]["visits"] == 0
    assert (await read(desk, **{"from": "2026-11-21", "to": "2026-11-21"}))["totals"]["visits"] == 1


async def test_an_export_opens_in_a_spreadsheet_and_runs_no_formula(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    await a_day(tracked, clock)
    range = {"from": "2026-11-20", "to": "2026-11-20", "dimension": "keyword"}
    as_csv = await desk.get("/api/v1/traffic/export", params=range)
    lines = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert lines[0][:2] == ["项目", "访问次数"] and lines[1][:2] == ["'=1+1", "1"]
    as_xlsx = await desk.get("/api/v1/traffic/export", params=range | {"format": "xlsx", "language": "en"})
    book = zipfile.ZipFile(io.BytesIO(as_xlsx.content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml") and b"=1+1" in book.read("xl/sharedStrings.xml")


async def test_keys_are_exported_and_found_by_the_names_people_give_them(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    await a_day(tracked, clock)

    async def exported(dimension: str, language: str) -> set[str]:
        range = {"from": "2026-11-20", "to": "2026-11-20", "dimension": dimension, "language": language}
        answer = await desk.get("/api/v1/traffic/export", params=range)
        return {line[0] for line in list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]}

    assert await exported("source", "zh-CN") == {"搜索引擎", "直接访问"}
    assert await exported("engine", "en") == {"Baidu"}
    for asked in ("百度", "baidu", "Bai"):
        found = await read(desk, "/by/engine", q=asked)
        assert [row["key"] for row in found["items"]] == ["baidu"], asked


async def test_agents_do_not_read_figures_and_a_range_has_an_order(tracked: Tracked, desk: httpx.AsyncClient) -> None:
    from tests.people import hire

    answer = await desk.get("/api/v1/traffic", params={"from": "2026-11-20", "to": "2026-11-19"})
    assert (answer.status_code, answer.json()["field"]) == (422, "to")
    agent = await hire(tracked.services.ground, tracked.workspace_id)
    await sign_in(tracked.services.ground, desk, agent)
    assert (await desk.get("/api/v1/traffic")).status_code == 403
