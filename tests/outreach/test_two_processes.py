"""Two serving processes on one database: a page and a desk need not be connected to the same one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import sign_in_token
from tests.outreach.conftest import HOLDS_AT_ONCE, Page
from tests.realtime.conftest import Shop, free_port, server, shop
from yingke.identity import Actor
from yingke.identity.authentication import COOKIE
from yingke.kit.ids import new_id
from yingke.settings import Settings
from yingke.visitors import block_network
from yingke.worker import serve_on, services

__all__ = ["server", "shop"]

TWICE_IN_THE_CART = {"field": "event", "op": "at_least", "key": "add_to_cart", "value": 2, "within": 600}


@pytest.fixture
async def other(shop: Shop, dsn: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a second process."""
    port = free_port()
    settings = Settings(data=tmp_path / "other", port=port, public_url=f"http://127.0.0.1:{port}")
    async with services(settings, dsn) as all_services:
        ready = asyncio.Event()
        task = asyncio.create_task(serve_on(settings, dsn, all_services, ready.set))
        await asyncio.wait_for(ready.wait(), 60)
        await asyncio.wait_for(all_services.tracking.roster.ready.wait(), 30)
        yield settings.public_url
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@dataclass
class Two:
    shop: Shop
    here: httpx.AsyncClient
    there: httpx.AsyncClient
    """The same installation through its other process."""

    def page(self) -> Page:
        return Page(self.here, self.shop.site)

    def through_the_other(self, page: Page) -> Page:
        """The same tab, whose next connection came to the other process."""
        return Page(self.there, page.site, page.token, told=page.told, page=page.page)

    async def call(self, method: str, path: str, actor: Actor | None = None, **more: Any) -> httpx.Response:
        """What a desk that is connected to the other process asks."""
        cookie = await sign_in_token(self.shop.server.services.ground, actor or self.shop.agent)
        headers = {"cookie": f"{COOKIE}={cookie}", "origin": str(self.there.base_url).rstrip("/")}
        return await self.there.request(method, f"/api/v1{path}", headers=headers, **more)

    async def rule(self, *conditions: dict[str, Any], **more: Any) -> None:
        content = {"text": {"zh-CN": "您好，需要帮忙吗？"}}
        body = {
            "name": "欢迎",
            "conditions": {"match": "all", "items": list(conditions)},
            "action": {"kind": "message", "content": content},
        } | more
        made = await self.call("POST", "/outreach/rules", self.shop.company.owner, json=body)
        assert made.status_code == 201, made.text

    async def seen_by_the_other(self) -> str:
        """The id of the only visitor, as soon as the other process knows of him."""
        for _ in range(300):
            items = (await self.call("GET", "/visitors")).json()["items"]
            if items:
                return str(items[0]["id"])
            await asyncio.sleep(0.1)
        raise AssertionError("the other process does not know the visitor")

    async def invite(self, visitor_id: str) -> dict[str, Any]:
        made = await self.call("POST", f"/visitors/{visitor_id}/invitations", json={"text": "您好，需要帮忙吗？"})
        assert made.status_code == 201, made.text
        told: dict[str, Any] = made.json()
        return told

    async def invitations(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.call("GET", "/outreach/invitations")).json()["items"]
        return items


@pytest.fixture
async def two(shop: Shop, other: str) -> AsyncIterator[Two]:
    async with (
        httpx.AsyncClient(base_url=shop.server.url, timeout=30) as here,
        httpx.AsyncClient(base_url=other, timeout=30) as there,
    ):
        yield Two(shop, here, there)


async def listens(page: Page, **more: Any) -> dict[str, Any]:
    """What the page that is read on is told, within half a minute of answers that wait."""
    async with asyncio.timeout(30):
        while True:
            answer = await page.send({"kind": "read", "page": page.page} | more, listen=True)
            if answer.status_code == 200 and "invitation" in answer.json():
                told: dict[str, Any] = answer.json()["invitation"]
                return told


def state(wanted: str) -> Callable[[dict[str, Any]], bool]:
    return lambda data: data["invitation"]["state"] == wanted


async def test_a_rule_made_through_one_process_fires_in_the_other_and_a_page_listening_to_either_is_told(
    two: Two,
) -> None:
    desk = await two.shop.desk()
    await two.rule(HOLDS_AT_ONCE)
    page = two.page()
    await page.open()
    elsewhere = two.through_the_other(page)
    told = await listens(elsewhere)
    assert told["content"]["text"] == "您好，需要帮忙吗？"
    await elsewhere.answers(told["id"], "shown")
    accepted = (await page.answers(told["id"], "accepted")).json()["accepted"]
    assert (await elsewhere.answers(told["id"], "accepted")).json()["accepted"] == accepted
    fact = await desk.fact("invitation.changed", state("accepted"))
    assert fact["invitation"]["conversation_id"] == accepted["conversation"]
    assert [each["state"] for each in await two.invitations()] == ["accepted"], "it fired once, in one of them"


async def test_an_invitation_by_hand_reaches_a_page_that_listens_to_the_other_process(two: Two) -> None:
    desk = await two.shop.desk()
    await desk.ask("watch_visitors")
    page = two.page()
    await page.open()
    visitor_id = await two.seen_by_the_other()
    waiting = asyncio.create_task(listens(page))
    made = await two.invite(visitor_id)
    assert (await waiting)["id"] == made["id"]
    await two.through_the_other(page).answers(made["id"], "shown")
    await desk.wait_for(is_marked("shown"))
    await page.answers(made["id"], "declined")
    await desk.wait_for(is_marked("declined"))
    again = await two.call("POST", f"/visitors/{visitor_id}/invitations", json={"text": "再问一次"})
    assert (again.status_code, again.json()["code"]) == (409, "invitation_refused"), "a refusal holds everywhere"


async def test_an_address_is_blocked_for_invitations_made_in_the_other_process_too(two: Two) -> None:
    page = two.page()
    await page.open()
    visitor_id = await two.seen_by_the_other()
    async with two.shop.server.services.ground.work_in(two.shop.company.workspace_id) as work:
        await block_network(work, "127.0.0.1", by=None)
    made = await two.invite(visitor_id)
    for _ in range(300):
        answer = await page.send({"kind": "read", "page": page.page}, listen=True)
        assert "invitation" not in (answer.json() if answer.status_code == 200 else {})
        if (await two.invitations())[0]["state"] == "expired":
            break
        await asyncio.sleep(0.1)
    assert [(each["id"], each["state"]) for each in await two.invitations()] == [(made["id"], "expired")]


async def test_an_invitation_that_is_taken_back_leaves_the_page_that_listens_to_the_other_process(two: Two) -> None:
    page = two.page()
    await page.open()
    made = await two.invite(await two.seen_by_the_other())
    assert (await listens(page))["id"] == made["id"]
    waiting = asyncio.create_task(page.hears())
    assert (await two.call("DELETE", f"/outreach/invitations/{made['id']}")).status_code == 204
    assert (await waiting) == {"gone": made["id"]}


async def test_what_a_visitor_does_is_counted_over_both_processes(two: Two) -> None:
    await two.shop.desk()
    await two.rule(TWICE_IN_THE_CART)
    page = two.page()
    await page.open()
    elsewhere = two.through_the_other(page)
    await put_in_the_cart(page)
    await two.seen_by_the_other()
    await put_in_the_cart(elsewhere)
    assert (await listens(page))["content"]["text"] == "您好，需要帮忙吗？"


async def put_in_the_cart(page: Page) -> None:
    answer = await page.send({"kind": "event", "id": str(new_id()), "name": "add_to_cart", "page": page.page})
    assert answer.status_code == 204, answer.text


def is_marked(wanted: str) -> Callable[[dict[str, Any]], bool]:
    """A frame of the live view with somebody who was invited once."""
    return lambda frame: (
        frame.get("op") == "visitors"
        and any((each["invitation"], each["invited"]) == (wanted, 1) for each in frame["items"])
    )


async def test_what_one_process_hears_of_and_how_the_page_is_read_in_the_other_make_a_rule_fit_together(
    two: Two,
) -> None:
    await two.shop.desk()
    cart = {"field": "event", "op": "at_least", "key": "add_to_cart", "value": 1, "within": 600}
    await two.rule(cart, {"field": "time_on_page", "op": "at_least", "value": 30})
    page = two.page()
    await page.open()
    await two.seen_by_the_other()
    await page.says(visible=40_000, open=40_000)
    await two.through_the_other(page).send({"kind": "event", "id": str(new_id()), "name": "add_to_cart"})
    assert "invitation" in await page.hears(30), "nothing more is reported, and the moment is not missed"
