"""What counts as reaching a goal, and what it is worth."""

import csv
import io
from typing import Any, Literal
from uuid import UUID

import pytest

from tests.conftest import sign_in
from tests.people import open_site
from tests.visits.conftest import Browser, Tracked, tracked
from yingke.kit.ids import new_id
from yingke.traffic.conversions import conversions_of_goal
from yingke.traffic.figures import range_of
from yingke.visits.recording.goals import order_of

__all__ = ["tracked"]


async def order_goal(tracked: Tracked, **more: Any) -> str:
    await sign_in(tracked.services.ground, tracked.http, tracked.company.owner)
    body = {"name": "下单", "kind": "order", "pattern": "order"} | more
    made = await tracked.http.post("/api/v1/goals", json=body)
    assert made.status_code == 201, made.text
    tracked.services.tracking.sites._kept.clear()
    return str(made.json()["id"])


async def buy(browser: Browser, **properties: Any) -> None:
    event = {"kind": "event", "id": str(new_id()), "name": "order", "properties": properties}
    assert (await browser.send(event)).status_code == 204


async def test_an_order_counts_once_by_its_number_with_its_amount(tracked: Tracked) -> None:
    goal = await order_goal(tracked, value=10)
    ours, theirs = tracked.browser(), tracked.browser()
    await ours.look("https://shop.example/?s=1", referrer="https://www.baidu.com/s?wd=%E5%9D%9A%E6%9E%9C")
    await theirs.look()
    await buy(ours, number="A-1", amount=199.9)
    await buy(ours, number="A-1", amount=199.9)
    await buy(ours, number="A-2", amount="50.1")
    await buy(theirs, number="A-1", amount=999)
    await buy(theirs, amount="free")
    await buy(theirs, amount=3)
    click = {"kind": "click", "id": str(new_id()), "name": "order", "properties": {"number": "A-9"}}
    await theirs.send(click)
    rows = {row["order_number"]: row["value"] for row in await tracked.rows("conversions")}
    assert rows == {"A-1": 199.9, "A-2": 50.1, "": 10.0}
    report = f"/api/v1/goals/{goal}/conversions"
    by_keyword = (await tracked.http.get(report, params={"by": "keyword"})).json()
    assert (by_keyword["total"], by_keyword["value"]) == (3, 260.0)
    found = {row["key"]: (row["conversions"], row["value"], row["rate"]) for row in by_keyword["items"]}
    assert found == {"坚果": (2, 250.0, 1.0), "": (1, 10.0, 1.0)}
    for by in ("source", "engine", "landing", "invitation", "conversation", "agent"):
        assert (await tracked.http.get(report, params={"by": by})).json()["value"] == 260.0, by
    by_source = (await tracked.http.get("/api/v1/traffic/by/source")).json()["items"]
    assert {row["key"]: (row["conversions"], row["value"]) for row in by_source} == {
        "search": (2, 250.0),
        "direct": (1, 10.0),
    }


async def test_two_shops_number_their_orders_alike(tracked: Tracked) -> None:
    await order_goal(tracked)
    other = await open_site(tracked.services.ground, tracked.workspace_id)
    for site in (tracked.site, other, other):
        browser = Browser(tracked.http, site)
        await browser.look()
        await buy(browser, number="1001", amount=5)
    assert {row["site_id"] for row in await tracked.rows("conversions")} == {tracked.site.id, other.id}
    assert len(await tracked.rows("conversions")) == 2


async def test_conversions_are_summed_beyond_the_lines_that_are_shown_and_exported(tracked: Tracked) -> None:
    goal = await order_goal(tracked)
    for number in range(3):
        browser = tracked.browser()
        await browser.look(f"https://shop.example/{number}", referrer="https://www.baidu.com/" if number else "")
        await buy(browser, number=f"A-{number}", amount=100 + number)
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        days = await range_of(work, tracked.company.owner, None, None, None)
        ways: list[Literal["landing", "conversation"]] = ["landing", "conversation"]
        for by in ways:
            found = await conversions_of_goal(work, UUID(goal), by, days, most=1)
            assert (len(found.items), found.total, found.value) == (1, 3, 303.0), by
    path = f"/api/v1/goals/{goal}/conversions/export"
    lines = [
        list(csv.reader(io.StringIO((await tracked.http.get(path, params=asked)).content.decode("utf-8-sig"))))
        for asked in ({"by": "source"}, {"by": "agent", "language": "en"})
    ]
    assert lines == [
        [
            ["项目", "达成", "价值", "访问次数", "转化率"],
            ["搜索引擎", "2", "203.0", "2", "1.0"],
            ["直接访问", "1", "100.0", "1", "1.0"],
        ],
        [["Item", "Reached", "Value"], ["No conversation", "3", "303.0"]],
    ]
    book = await tracked.http.get(path, params={"format": "xlsx"})
    assert "goal-source-" in book.headers["content-disposition"] and book.content.startswith(b"PK")


async def test_a_number_that_no_browser_can_hold_costs_nothing(tracked: Tracked) -> None:
    await order_goal(tracked, value=10)
    browser = tracked.browser()
    await browser.look()
    await buy(browser, number="A-1", amount=10**400)
    assert (await tracked.one("conversions"))["value"] == 10.0
    assert (await tracked.one("custom_events"))["properties"] == '{"amount": null, "number": "A-1"}'


@pytest.mark.parametrize(
    ("properties", "number", "value"),
    [
        ({}, "", 5),
        ({"number": 1187, "amount": 0}, "1187", 0),
        ({"number": " A\n1 ", "amount": True}, "A 1", 5),
        ({"number": "x" * 300, "amount": "nan"}, "x" * 80, 5),
        ({"amount": -1}, "", 5),
        ({"amount": 1e15}, "", 5),
        ({"number": None, "amount": None}, "", 5),
    ],
)
def test_what_is_no_amount_is_worth_what_the_goal_says(properties: dict[str, Any], number: str, value: float) -> None:
    assert order_of(properties, 5) == (number, value)
