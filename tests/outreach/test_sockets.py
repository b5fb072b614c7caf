"""A real server: the desk sees what becomes of an invitation, and the panel finds the conversation that it opened."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import sign_in_token
from tests.outreach.conftest import Page
from tests.realtime.conftest import Client, Shop, server, shop
from yingke.identity.authentication import COOKIE
from yingke.visits.live import roster

__all__ = ["server", "shop"]


@pytest.fixture
async def door(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=shop.server.url, timeout=30) as http:
        yield http


async def on_site(shop: Shop, door: httpx.AsyncClient, desk: Client) -> tuple[Page, str]:
    """A visitor whose page listens, and its id as the desk sees it."""
    page = Page(door, shop.site)
    await desk.ask("watch_visitors")
    await page.open()
    frame = await desk.wait_for(lambda f: f.get("op") == "visitors" and bool(f["items"]))
    return page, str(frame["items"][0]["id"])


async def invite(shop: Shop, door: httpx.AsyncClient, visitor_id: str, **more: Any) -> dict[str, Any]:
    cookies = {COOKIE: await sign_in_token(shop.server.services.ground, shop.agent)}
    url = f"{shop.server.url}/api/v1/visitors/{visitor_id}/invitations"
    async with httpx.AsyncClient(cookies=cookies, headers={"origin": shop.server.url}, timeout=30) as desk:
        answer = await desk.post(url, json={"text": "您好，需要帮忙吗？"} | more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def state(invitation: dict[str, Any], wanted: str) -> Any:
    return lambda data: data["invitation"]["id"] == invitation["id"] and data["invitation"]["state"] == wanted


async def test_the_desk_sees_an_invitation_shown_and_accepted_and_the_panel_finds_the_conversation(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    desk = await shop.desk()
    page, visitor_id = await on_site(shop, door, desk)
    waiting = asyncio.create_task(page.hears())
    await asyncio.sleep(0.3)
    made = await invite(shop, door, visitor_id)
    assert (await waiting)["invitation"]["id"] == made["id"]
    await page.answers(made["id"], "shown")
    await desk.fact("invitation.changed", state(made, "shown"))
    await desk.wait_for(lambda f: f.get("op") == "visitors" and any(i["invitation"] == "shown" for i in f["items"]))
    panel, _ = await shop.visitor(token=page.token)
    accepted = (await page.answers(made["id"], "accepted")).json()["accepted"]
    told = await desk.fact("invitation.changed", state(made, "accepted"))
    assert told["invitation"]["conversation_id"] == accepted["conversation"]
    mine = await desk.fact("conversation.changed", lambda data: data["change"] == "assigned")
    assert mine["conversation"]["agent_id"] == str(shop.agent.agent_id)
    # A panel that is connected hears of it.
    await panel.fact("message.posted", lambda data: data["message"].get("text") == "您好，需要帮忙吗？")
    _, welcome = await shop.visitor(token=page.token)
    assert welcome["conversation"]["id"] == accepted["conversation"]
    assert welcome["conversation"]["agent"]["id"] == str(shop.agent.agent_id)


async def test_an_anonymous_visitor_accepts_with_the_token_that_the_panel_will_use(
    shop: Shop, door: httpx.AsyncClient
) -> None:
    desk = await shop.desk()
    page, token = Page(door, shop.site), Page(door, shop.site).token
    page.token = None
    await desk.ask("watch_visitors")
    await page.open()
    frame = await desk.wait_for(lambda f: f.get("op") == "visitors" and bool(f["items"]))
    made = await invite(shop, door, frame["items"][0]["id"])
    page.token = token
    accepted = (await page.answers(made["id"], "accepted")).json()["accepted"]
    _, welcome = await shop.visitor(token=token)
    assert welcome["conversation"]["id"] == accepted["conversation"]


async def test_who_closes_a_listening_page_without_a_word_leaves_the_live_view_early(
    shop: Shop, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "LOST", timedelta(seconds=0.5))
    desk = await shop.desk()
    page, visitor_id = await on_site(shop, door, desk)
    assert await page.hears(timeout=0.5) == {}  # the connection is closed under the waiting answer
    await desk.wait_for(lambda f: f.get("op") == "visitors" and visitor_id in f["gone"])


async def test_a_server_that_stops_lets_nobody_wait(shop: Shop, door: httpx.AsyncClient) -> None:
    desk = await shop.desk()
    page, _ = await on_site(shop, door, desk)
    waiting = asyncio.create_task(page.hears())
    await asyncio.sleep(0.3)
    shop.server.services.outreach.held.close()
    assert await waiting == {}
