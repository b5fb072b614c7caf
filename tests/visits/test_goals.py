"""What counts as reaching a goal, and what it is worth."""

from typing import Any

import pytest

from tests.conftest import sign_in
from tests.visits.conftest import Browser, Tracked, tracked
from yingke.kit.ids import new_id
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
