"""Visitor and agent over real sockets."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.people import hire
from tests.realtime.conftest import Shop
from yingke.kit.ids import new_id
from yingke.kit.rates import Rates
from yingke.realtime.arrivals import Arrivals
from yingke.realtime.desk import Desk, SocketRates


def says(text: str) -> Any:
    return lambda data: data["message"].get("text") == text


async def test_what_a_visitor_writes_reaches_the_desk_and_the_answer_comes_back(shop: Shop) -> None:
    desk = await shop.desk()
    visitor, welcome = await shop.visitor()
    assert welcome["conversation"] is None and welcome["token"]
    ack = await visitor.ask("send", client_id=new_id(), conversation=None, text="在吗？")
    assert ack["op"] == "ack" and ack["seq"] >= 1
    got = await desk.fact("message.posted", says("在吗？"))
    assert got["conversation"]["unread"] == 1
    assigned = await desk.fact(
        "conversation.changed", lambda d: d["conversation"]["agent_id"] == str(shop.agent.agent_id)
    )
    assert assigned["conversation"]["status"] == "open"
    answer = await desk.ask("send", client_id=new_id(), conversation=ack["conversation"], text="在的，请说")
    assert answer["op"] == "ack"
    seen = await visitor.fact("message.posted", says("在的，请说"))
    assert seen["conversation"]["agent"]["name"] == "王芳"
    assert "who" not in seen["conversation"]


async def test_a_note_never_reaches_the_visitor_but_keeps_its_place(shop: Shop) -> None:
    desk = await shop.desk()
    visitor, _ = await shop.visitor()
    ack = await visitor.ask("send", client_id=new_id(), conversation=None, text="在吗？")
    await desk.fact("conversation.changed", lambda d: d["conversation"]["agent_id"] == str(shop.agent.agent_id))
    note = await desk.ask(
        "send", client_id=new_id(), conversation=ack["conversation"], kind="note", text="老客户，小心"
    )
    hidden = await visitor.fact("message.posted", lambda d: d["message"]["seq"] == note["seq"])
    assert hidden["message"] == {"seq": note["seq"], "hidden": True}
    subscribed = await visitor.ask("subscribe", conversation=ack["conversation"], after_seq=0)
    history = await visitor.wait_for(lambda f: f["op"] == "messages")
    assert [m["seq"] for m in history["items"]] == list(range(1, subscribed["last_seq"] + 1))
    assert "老客户" not in str(visitor.frames)


async def test_a_visitor_sees_that_the_message_reached_a_desk(shop: Shop) -> None:
    visitor, _ = await shop.visitor()
    ack = await visitor.ask("send", client_id=new_id(), conversation=None, text="有人吗？")
    alone = await visitor.fact("message.posted", says("有人吗？"))
    assert alone["conversation"]["agent_delivered_seq"] == 0
    await shop.desk()
    ack = await visitor.ask("send", client_id=new_id(), conversation=ack["conversation"], text="现在呢？")
    seen = await visitor.fact("message.posted", says("现在呢？"))
    assert seen["conversation"]["agent_delivered_seq"] >= ack["seq"]


async def test_a_visitor_who_comes_back_with_the_token_finds_the_conversation(shop: Shop) -> None:
    visitor, welcome = await shop.visitor()
    ack = await visitor.ask("send", client_id=new_id(), conversation=None, text="稍后回来")
    await visitor.connection.close()
    again = await shop._connect("visitor", shop.server.url)
    await again.send(op="hello", v=1, site=shop.site.key, token=welcome["token"])
    back = await again.wait_for(lambda f: f["op"] == "welcome")
    assert back["conversation"]["id"] == ack["conversation"]
    assert back["visitor_id"] == welcome["visitor_id"]


async def test_typing_is_shown_to_the_other_side_only_while_it_has_the_conversation_open(shop: Shop) -> None:
    desk = await shop.desk()
    visitor, _ = await shop.visitor()
    ack = await visitor.ask("send", client_id=new_id(), conversation=None, text="在吗？")
    await desk.ask("subscribe", conversation=ack["conversation"], after_seq=0)
    await visitor.send(op="typing", conversation=ack["conversation"], text="还有没有")
    shown = await desk.wait_for(lambda f: f["op"] == "signal" and f["name"] == "typing")
    assert shown["data"]["from"]["kind"] == "visitor"
    assert "text" not in shown["data"]  # the site shows no preview


async def test_an_agent_of_another_company_sees_nothing(shop: Shop) -> None:
    from tests.conftest import found_company

    other = await found_company(shop.server.services.ground, "别家")
    spy = await shop.desk(await hire(shop.server.services.ground, other.workspace_id))
    visitor, _ = await shop.visitor()
    ack = await visitor.ask("send", client_id=new_id(), conversation=None, text="悄悄话")
    answer = await spy.ask("subscribe", conversation=ack["conversation"], after_seq=0)
    assert answer["code"] == "conversation_not_found"
    assert (await spy.ask("send", client_id=new_id(), conversation=ack["conversation"], text="嗨"))["op"] == "error"
    assert "悄悄话" not in str(spy.frames)


async def test_a_foreign_origin_is_refused(shop: Shop) -> None:
    client = await shop._connect("visitor", "https://evil.example")
    await client.send(op="hello", v=1, site=shop.site.key)
    assert (await client.wait_for(lambda f: f["op"] == "error"))["code"] == "origin_refused"


async def test_rubbish_gets_a_clear_error_and_the_socket_goes_on(shop: Shop) -> None:
    visitor, _ = await shop.visitor()
    for rubbish in (
        '{"op":"dance","ref":"1"}',
        "[]",
        '{"op":"send"}',
        "\x00",
        '{"op":"read","conversation":"x","seq":-1}',
    ):
        await visitor.connection.send(rubbish)
    await visitor.send(op="ping", ref="still here")
    await visitor.wait_for(lambda f: f.get("ref") == "still here" and f["op"] == "ack")
    assert sum(f["op"] == "error" and f["code"] == "bad_frame" for f in visitor.frames) == 5


async def test_a_flood_is_refused_with_the_time_to_wait(shop: Shop) -> None:
    visitor, _ = await shop.visitor()
    first = await visitor.ask("send", client_id=new_id(), conversation=None, text="0")
    for n in range(80):
        await visitor.send(op="send", ref=f"n{n}", client_id=new_id(), conversation=first["conversation"], text=str(n))
    refused = await visitor.wait_for(lambda f: f["op"] == "error" and f["code"] == "too_many_requests")
    assert refused["retry_after"] > 0


@pytest.fixture
def one_message_every_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingke.worker.SocketRates", lambda: SocketRates(send=Rates(per_second=0.5, burst=1)))


@pytest.mark.usefixtures("one_message_every_two_seconds")
async def test_who_goes_on_although_told_when_to_come_again_is_not_listened_to_until_then(shop: Shop) -> None:
    visitor, _ = await shop.visitor()
    other, _ = await shop.visitor()
    conversation = (await visitor.ask("send", client_id=new_id(), conversation=None, text="0"))["conversation"]
    refused = await visitor.ask("send", client_id=new_id(), conversation=conversation, text="1")
    told_at = asyncio.get_running_loop().time()
    assert refused["code"] == "too_many_requests" and 1 < refused["retry_after"] <= 2

    early = await visitor.ask("send", client_id=new_id(), conversation=conversation, text="1")
    assert early["code"] == "too_many_requests" and 0 < early["retry_after"] <= refused["retry_after"] + 0.1
    asked = asyncio.create_task(visitor.ask("ping"))
    assert (await other.ask("ping"))["op"] == "ack"
    assert not asked.done()
    assert (await asked)["op"] == "ack"
    assert asyncio.get_running_loop().time() - told_at > refused["retry_after"] - 0.1
    stored = await visitor.ask("send", client_id=new_id(), conversation=conversation, text="1")
    assert stored["op"] == "ack"


@pytest.fixture
def one_arrival_at_once(monkeypatch: pytest.MonkeyPatch) -> Arrivals:
    arrivals = Arrivals(at_once=1)
    monkeypatch.setattr("yingke.worker.Desk", partial(Desk, arrivals=arrivals))
    return arrivals


async def test_who_goes_while_waiting_to_be_welcomed_leaves_the_line(one_arrival_at_once: Arrivals, shop: Shop) -> None:
    arrivals = one_arrival_at_once
    async with arrivals.turn():
        came = [asyncio.create_task(shop.visitor()) for _ in range(3)]
        await _until(lambda: arrivals.in_line == 4)
        await shop.stack.aclose()  # their sockets
        await _until(lambda: arrivals.in_line == 1)
    await asyncio.wait(came)
    _, welcome = await shop.visitor()
    assert welcome["op"] == "welcome"


async def test_the_queue_position_is_told_and_moves_up(shop: Shop) -> None:
    await shop.desk()
    ground = shop.server.services.ground
    async with ground.work_in(shop.workspace_id) as work:
        from yingke.agents import set_availability

        await set_availability(work, shop.agent.agent_id, "away", "吃饭")
    first, _ = await shop.visitor()
    second, _ = await shop.visitor()
    await first.ask("send", client_id=new_id(), conversation=None, text="第一")
    await second.ask("send", client_id=new_id(), conversation=None, text="第二")
    await second.wait_for(lambda f: f["op"] == "signal" and f["name"] == "position" and f["data"]["position"] == 2)
    async with ground.work_in(shop.workspace_id) as work:
        await set_availability(work, shop.agent.agent_id, "online")
    got = await asyncio.gather(
        *(v.fact("conversation.changed", lambda d: d["conversation"]["status"] == "open") for v in (first, second))
    )
    assert all(data["conversation"]["agent"]["name"] == "王芳" for data in got)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)
