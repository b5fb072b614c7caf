"""What lists of words do to messages."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.conftest import sign_in_token
from tests.contracts.steps import say
from tests.people import hire
from tests.realtime.conftest import Client, Shop, server, shop
from yingke.identity import Role
from yingke.kit.ids import new_id

__all__ = ["server", "shop"]


@pytest.fixture
async def boss(shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    ground = shop.server.services.ground
    cookie = await sign_in_token(ground, await hire(ground, shop.workspace_id, "主管", role=Role.supervisor))
    headers = {"Cookie": f"yingke_session={cookie}"}
    async with httpx.AsyncClient(base_url=shop.server.url + "/api/v1", headers=headers, timeout=20) as http:
        yield http


async def listed(http: httpx.AsyncClient, side: str, action: str, *words: str) -> dict[str, Any]:
    body = {"name": f"{side} {action}", "side": side, "action": action, "words": list(words)}
    answer = await http.post("/stop-lists", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def holding(shop: Shop) -> tuple[Client, Client, str]:
    """An agent who has a conversation, the visitor of it, and its id."""
    agent = await hire(shop.server.services.ground, shop.workspace_id, "王芳")
    desk = await shop.desk(agent)
    visitor, _ = await shop.visitor()
    id = (await say(visitor, "在吗"))["conversation"]
    async with httpx.AsyncClient(base_url=shop.server.url + "/api/v1", timeout=20) as http:
        http.headers["Cookie"] = f"yingke_session={await sign_in_token(shop.server.services.ground, agent)}"
        assert (await http.post(f"/conversations/{id}/accept")).status_code in (200, 409)
    return desk, visitor, id


async def settled(shop: Shop, side: Any, text: str, *, found: bool = True) -> None:
    """Until this process knows the lists as they are."""
    guard = shop.server.services.words
    await shop.desk(await hire(shop.server.services.ground, shop.workspace_id, "路人"))
    assert bool(guard.find(shop.workspace_id, side, text)) is found


async def test_a_blocked_word_is_not_sent_and_the_agent_is_told_which(shop: Shop, boss: httpx.AsyncClient) -> None:
    desk, _, id = await holding(shop)
    kept = await listed(boss, "agent", "block", "~微信")
    await settled(shop, "agent", "微信")
    refused = await desk.ask("send", conversation=id, client_id=str(new_id()), kind="outgoing", text="加我威 信")
    assert (refused["op"], refused["code"]) == ("error", "words_blocked")
    note = await desk.ask("send", conversation=id, client_id=str(new_id()), kind="note", text="他要加微信")
    assert note["op"] == "ack"
    checked = (await boss.post("/words/check", json={"text": "加我微信"})).json()["items"]
    assert [(each["word"], each["begin"], each["end"], each["action"]) for each in checked] == [("微信", 2, 4, "block")]
    body = {"client_id": str(new_id()), "kind": "outgoing", "text": "微信"}
    assert (await boss.post(f"/conversations/{id}/messages", json=body)).json()["code"] == "words_blocked"
    await boss.patch(f"/stop-lists/{kept['id']}", json={"enabled": False})
    await settled(shop, "agent", "微信", found=False)
    sent = await desk.ask("send", conversation=id, client_id=str(new_id()), kind="outgoing", text="加我微信")
    assert sent["op"] == "ack"


async def test_what_visitors_write_is_masked_and_supervisors_are_told(shop: Shop, boss: httpx.AsyncClient) -> None:
    await listed(boss, "visitor", "mask", "傻瓜")
    await listed(boss, "visitor", "alert", "投诉")
    ground = shop.server.services.ground
    chief = await shop.desk(await hire(ground, shop.workspace_id, "值班主管", role=Role.supervisor))
    desk, visitor, id = await holding(shop)
    await say(visitor, "你们这些傻 瓜，我要投诉", id)
    seen = await desk.fact("message.posted", lambda d: "投诉" in d["message"]["text"])
    assert seen["message"]["text"] == "你们这些* *，我要投诉"
    alert = await chief.fact("words.alerted")
    assert (alert["conversation_id"], alert["words"]) == (id, ["投诉"])
    await desk.ask("ping")
    assert "words.alerted" not in str(desk.frames)


async def test_lists_are_tried_changed_and_removed_by_those_who_may(shop: Shop, boss: httpx.AsyncClient) -> None:
    kept = await listed(boss, "agent", "warn", "返现", "返现", " 刷单 ", "")
    assert kept["words"] == ["返现", "刷单"]
    wrong = await boss.post("/stop-lists", json={"name": "错", "side": "agent", "action": "mask"})
    assert wrong.json()["code"] == "action_of_other_side"
    tried = (await boss.post("/stop-lists/try", json={"text": "👍好评返　现"})).json()["items"]
    assert [(each["begin"], each["end"]) for each in tried] == [(4, 7)]
    assert (await boss.get("/words/watched")).json()["sides"] == ["agent"]
    assert (await boss.delete(f"/stop-lists/{kept['id']}")).status_code == 204
    assert (await boss.get("/stop-lists")).json()["items"] == []
    ground = shop.server.services.ground
    boss.headers["Cookie"] = (
        f"yingke_session={await sign_in_token(ground, await hire(ground, shop.workspace_id, '客服'))}"
    )
    assert (await boss.get("/stop-lists")).status_code == 403
