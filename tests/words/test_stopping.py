"""What lists of words do to messages."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.conftest import sign_in_token
from tests.contracts.steps import say
from tests.people import hire
from tests.realtime.conftest import Client, Shop, server, shop
from yingke.conversations.handlers import pause_who_abuses
from yingke.identity import Role
from yingke.inboxes.editing import change_site
from yingke.kit.ids import new_id
from yingke.service_requests.first_forms import FIRST
from yingke.service_requests.forms import RequestForm, change_form
from yingke.words import WordGuard, WordsAlerted
from yingke.words.models import StopList

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


async def test_words_for_visitors_stop_no_colleagues_unless_the_list_says_so(
    shop: Shop, boss: httpx.AsyncClient
) -> None:
    kept = await listed(boss, "agent", "block", "微信")
    await settled(shop, "agent", "微信")
    mate = await hire(shop.server.services.ground, shop.workspace_id, "同事")
    room = (await boss.post("/colleague-rooms", json={"agent_ids": [str(mate.agent_id)]})).json()
    desk = await shop.desk(mate)
    text = {"client_id": str(new_id()), "kind": "outgoing", "text": "客户要加微信"}
    assert (await desk.ask("send", conversation=room["id"], **text))["op"] == "ack"
    for_colleagues = {"text": "微信", "among_colleagues": True}
    assert (await boss.post("/words/check", json=for_colleagues)).json()["items"] == []
    await boss.patch(f"/stop-lists/{kept['id']}", json={"colleagues": True})
    await settled(shop, "agent", "微信")
    refused = await desk.ask("send", conversation=room["id"], **{**text, "client_id": str(new_id())})
    assert refused["code"] == "words_blocked"
    answer = await boss.post(f"/conversations/{room['id']}/messages", json={**text, "client_id": str(new_id())})
    assert answer.json()["code"] == "words_blocked"
    assert len((await boss.post("/words/check", json=for_colleagues)).json()["items"]) == 1


async def test_words_are_stopped_in_what_is_written_beside_messages(shop: Shop, boss: httpx.AsyncClient) -> None:
    await listed(boss, "visitor", "mask", "傻瓜")
    await listed(boss, "visitor", "alert", "投诉")
    chief = await shop.desk(await hire(shop.server.services.ground, shop.workspace_id, "主管", role=Role.supervisor))
    visitor, _ = await shop.visitor()
    left = await visitor.ask(
        "leave_message", client_id=str(new_id()), text="傻瓜，我要投诉", channel="email", reply_to="a@example.com",
        name="傻瓜",
    )  # fmt: skip
    alert = await chief.fact("words.alerted")
    assert (alert["conversation_id"], alert["words"]) == (left["conversation"], ["投诉"])
    _, guest, id = await holding(shop)
    assert (await guest.ask("contact", name="大傻瓜"))["op"] == "ack"
    assert (await boss.post(f"/conversations/{id}/resolve", json={"reason": "no_answer_needed"})).is_success
    assert (await guest.ask("rate", conversation=id, stars=1, comment="傻瓜客服"))["op"] == "ack"
    kept = (await boss.get(f"/conversations/{id}")).text + (await boss.get("/conversations?view=all")).text
    assert "**客服" in kept
    assert "傻瓜" not in kept


async def test_however_many_wait_for_lists_they_are_read_once(
    shop: Shop, boss: httpx.AsyncClient, connection: asyncpg.Connection
) -> None:
    await listed(boss, "agent", "block", "微信")
    guard = WordGuard(shop.server.services.ground)
    waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'stop_lists'::regclass AND NOT granted"
    async with connection.transaction():
        await connection.execute("LOCK TABLE stop_lists IN ACCESS EXCLUSIVE MODE")
        loads = [asyncio.create_task(guard.load(shop.workspace_id)) for _ in range(20)]
        while not await connection.fetchval(waiting):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        assert await connection.fetchval(waiting) == 1
    await asyncio.gather(*loads)
    assert guard.find(shop.workspace_id, "agent", "微信")


async def test_lists_are_read_again_when_facts_may_have_been_missed(shop: Shop, boss: httpx.AsyncClient) -> None:
    await settled(shop, "agent", "微信", found=False)
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:  # nobody is told of it
        work.add(StopList(name="名单", side="agent", action="block", enabled=True, words=["微信"], created_at=work.now))
    shop.server.services.hub.resync()
    await settled(shop, "agent", "微信")


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


async def take_requests(shop: Shop) -> None:
    form = RequestForm.model_validate(FIRST["access"] | {"enabled": True})
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await change_site(work, shop.site.id, settings={"requests": {"enabled": True}})
        await change_form(work, "access", form)


async def apply(shop: Shop, token: str, path: str = "", **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    given = body if path else {"client_id": str(new_id()), "kind": "access"} | body
    async with httpx.AsyncClient(base_url=shop.server.url, headers=headers) as http:
        return await http.post(f"/w/{shop.site.key}/service-requests{path}", json=given)


async def test_words_in_the_fields_and_the_name_of_a_request_are_masked_and_told_like_those_of_its_text(
    shop: Shop, boss: httpx.AsyncClient
) -> None:
    await listed(boss, "visitor", "mask", "傻瓜")
    await listed(boss, "visitor", "alert", "投诉")
    chief = await shop.desk(await hire(shop.server.services.ground, shop.workspace_id, "主管", role=Role.supervisor))
    await take_requests(shop)
    visitor, welcome = await shop.visitor()
    id = (await say(visitor, "在吗"))["conversation"]
    body = {"name": "大傻瓜", "fields": {"what": "傻瓜，我要投诉"}, "conversation_id": id}
    filed = await apply(shop, welcome["token"], **body)
    assert filed.status_code == 201, filed.text
    alert = await chief.fact("words.alerted")
    assert (alert["conversation_id"], alert["words"]) == (id, ["投诉"])
    (kept,) = (await boss.get("/service-requests")).json()["items"]
    assert (kept["name"], kept["answers"][0]["value"]) == ("大**", "**，我要投诉")


async def test_who_uses_a_word_of_a_list_that_says_so_has_to_stop_for_a_while(
    shop: Shop, boss: httpx.AsyncClient
) -> None:
    desk, visitor, id = await holding(shop)
    kept = await listed(boss, "visitor", "pause", "混蛋")
    await settled(shop, "visitor", "混蛋")
    assert (await say(visitor, "你这个混蛋", id))["op"] == "ack"
    bye = await visitor.wait_for(lambda frame: frame["op"] == "bye")
    assert bye["code"] == "blocked"
    await desk.fact("message.posted", lambda d: d["message"]["text"] == "你这个**")
    paused = await desk.fact("message.posted", lambda d: (d["message"]["activity"] or {}).get("type") == "paused")
    assert paused["message"]["activity"]["list"] == kept["name"] and paused["message"]["audience"] == "staff"
    (block,) = (await boss.get("/blocks")).json()["items"]
    assert (block["reason"], block["agent_id"]) == (kept["name"], None) and block["until"]
    fact = WordsAlerted(workspace_id=shop.workspace_id, conversation_id=UUID(id), team_id=None, words=["混蛋"])
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await pause_who_abuses(work, fact)
    again = (await boss.get("/blocks")).json()["items"]
    assert [(each["id"], each["until"]) for each in again] == [(block["id"], block["until"])]
    assert (await boss.delete(f"/visitors/{block['visitor']['id']}/block")).status_code == 200
    assert (await boss.get("/blocks")).json()["items"] == []


async def test_who_abuses_in_a_request_without_a_conversation_has_to_stop_too(
    shop: Shop, boss: httpx.AsyncClient
) -> None:
    chief = await shop.desk(await hire(shop.server.services.ground, shop.workspace_id, "主管", role=Role.supervisor))
    await take_requests(shop)
    kept = await listed(boss, "visitor", "pause", "混蛋")
    await settled(shop, "visitor", "混蛋")
    visitor, welcome = await shop.visitor()
    filed = await apply(shop, welcome["token"], fields={"what": "查看订单"})
    said = await apply(shop, welcome["token"], f"/{filed.json()['id']}/words", text="快点，你们这些混蛋")
    assert said.status_code == 200 and said.json()["steps"][-1]["text"] == "快点，你们这些**"
    alert = await chief.fact("words.alerted")
    assert (alert["conversation_id"], alert["request_number"]) == (None, filed.json()["number"])
    assert (await visitor.wait_for(lambda frame: frame["op"] == "bye"))["code"] == "blocked"
    (block,) = (await boss.get("/blocks")).json()["items"]
    assert (block["visitor"]["id"], block["reason"]) == (alert["visitor_id"], kept["name"]) and block["until"]
    for refused in (
        await apply(shop, welcome["token"], fields={"what": "再来一次"}),
        await apply(shop, welcome["token"], f"/{filed.json()['id']}/words", text="再来一次"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "visitor_blocked")
