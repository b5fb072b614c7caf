"""How a socket begins, what keeps it true, and how it ends."""

import json
from uuid import UUID

import asyncpg
import pytest

from tests.contracts.steps import begin, history, op, return_with, say, talk
from tests.contracts.test_limits import closing
from tests.realtime.conftest import Shop
from yingke.realtime import connection as sockets
from yingke.realtime import heartbeats
from yingke.visitors import block_network, block_visitor


async def test_who_says_nothing_is_sent_away_after_the_time_for_hello(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "HELLO_WITHIN", 0.3)
    silent = await shop._connect("visitor", shop.server.url)
    last, code = await closing(silent)
    assert (last, code) == ({"op": "bye", "code": "hello_missing"}, 1008)


@pytest.mark.parametrize("first", ['{"op":"ping"}', "[]", '{"op":"hello"', '{"op":"hello","site":5}', "null"])
async def test_a_first_frame_that_is_no_hello_ends_the_socket(shop: Shop, first: str) -> None:
    client = await shop._connect("visitor", shop.server.url)
    await client.connection.send(first)
    last, code = await closing(client)
    assert client.frames[0]["code"] == "bad_frame"
    assert last is not None and (last["code"], code) == ("bad_frame", 1008)


async def test_a_version_of_the_protocol_that_is_not_spoken_is_refused(shop: Shop) -> None:
    client = await shop._connect("visitor", shop.server.url)
    await client.send(op="hello", v=2, site=shop.site.key)
    assert (await client.wait_for(op("error")))["code"] == "bad_frame"


async def test_a_site_that_is_not_known_is_refused_before_anything_is_stored(shop: Shop) -> None:
    client = await shop._connect("visitor", shop.server.url)
    await client.send(op="hello", v=1, site="no-such-site")
    assert (await client.wait_for(op("error")))["code"] == "unknown_site"
    last, _ = await closing(client)
    assert last is not None and last["op"] == "bye"


async def test_an_agent_without_a_session_is_refused(shop: Shop) -> None:
    client = await shop._connect("agent", shop.server.url, cookie="yingke_session=made-up")
    await client.send(op="hello", v=1)
    assert (await client.wait_for(op("error")))["code"] == "not_signed_in"
    last, _ = await closing(client)
    assert last == {"op": "bye", "code": "signed_out"}


async def test_a_cookie_of_another_program_does_not_hide_ours(shop: Shop) -> None:
    from tests.conftest import sign_in_token

    token = await sign_in_token(shop.server.services.ground, shop.agent)
    for other in ("a@b=1", "odd name=1", 'json={"a":1}', "="):
        client = await shop._connect("agent", shop.server.url, cookie=f"{other}; yingke_session={token}")
        await client.send(op="hello", v=1)
        await client.wait_for(op("welcome"))


@pytest.mark.parametrize("origin", ["http://[", "null", "javascript:alert(1)", "http://evil.example"])
async def test_an_odd_origin_is_refused_like_any_other_foreign_one(shop: Shop, origin: str) -> None:
    client = await shop._connect("visitor", origin)
    await client.send(op="hello", v=1, site=shop.site.key)
    assert (await client.wait_for(op("error")))["code"] == "origin_refused"


async def test_heartbeats_carry_the_heads_of_what_is_subscribed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "EVERY", 1)
    visitor, desk, conversation = await talk(shop)
    seq = (await say(desk, "在的", conversation))["seq"]
    await visitor.wait_for(lambda f: f["op"] == "heartbeat" and f["heads"] == {conversation: seq})
    await desk.wait_for(lambda f: f["op"] == "heartbeat" and f["heads"] == {})


async def test_a_lost_push_is_noticed_by_the_next_heartbeat_and_fetched(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeats, "EVERY", 1)
    visitor, desk, conversation = await talk(shop)
    shop.server.services.ground.outbox.push = lambda facts: None
    seq = (await say(desk, "这一句没有推送", conversation))["seq"]
    head = await visitor.wait_for(lambda f: f["op"] == "heartbeat" and f["heads"].get(conversation) == seq)
    assert not any("没有推送" in str(frame) for frame in visitor.frames)
    fetched = await history(visitor, conversation, after_seq=head["heads"][conversation] - 1)
    assert fetched[0]["text"] == "这一句没有推送"


async def test_who_gives_no_sign_of_life_is_taken_for_dead(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "EVERY", 1)
    visitor, _, _ = await begin(shop)
    monkeypatch.setattr(heartbeats, "SILENT_FOR", 0.0)
    _, code = await closing(visitor)
    assert code == 1006


async def test_everybody_asks_again_when_the_bus_was_away(shop: Shop, connection: asyncpg.Connection) -> None:
    visitor, desk, _ = await talk(shop)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'yingke bus'"
    )
    for client in (visitor, desk):
        await client.wait_for(op("resync"))
        assert (await client.ask("ping"))["op"] == "ack"


async def test_another_epoch_says_reload_and_the_same_one_does_not(shop: Shop) -> None:
    _, welcome, _ = await begin(shop)
    same, _ = await return_with(shop, welcome["token"], epoch=welcome["epoch"])
    assert [frame["op"] for frame in same.frames] == ["welcome"]
    other, _ = await return_with(shop, welcome["token"], epoch="of another history")
    assert [frame["op"] for frame in other.frames] == ["reload", "welcome"]
    assert other.frames[0]["epoch"] == welcome["epoch"]


async def test_a_blocked_visitor_is_told_and_does_not_come_back_in(shop: Shop) -> None:
    visitor, welcome, _ = await begin(shop)
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await block_visitor(work, UUID(welcome["visitor_id"]), reason="刷屏", by=shop.agent.agent_id)
    last, _ = await closing(visitor)
    assert last == {"op": "bye", "code": "blocked"}
    again = await shop._connect("visitor", shop.server.url)
    await again.send(op="hello", v=1, site=shop.site.key, token=welcome["token"])
    assert (await again.wait_for(op("error")))["op"] == "error"


async def test_who_comes_from_a_blocked_network_is_told_and_nobody_else_comes_in_from_there(shop: Shop) -> None:
    visitor, _, _ = await begin(shop)
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        await block_network(work, "127.0.0.0/24", reason="刷屏", by=shop.agent.agent_id)
    last, _ = await closing(visitor)
    assert last == {"op": "bye", "code": "blocked"}
    stranger = await shop._connect("visitor", shop.server.url)
    await stranger.send(op="hello", v=1, site=shop.site.key)
    assert (await stranger.wait_for(op("error")))["code"] == "visitor_blocked"


async def test_a_frame_before_the_welcome_ends_the_socket(shop: Shop, connection: asyncpg.Connection) -> None:
    client = await shop._connect("visitor", shop.server.url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE visitors IN ACCESS EXCLUSIVE MODE")
        await client.send(op="hello", v=1, site=shop.site.key)
        await client.connection.send(json.dumps({"op": "ping", "ref": "1"}))
        last, code = await closing(client)
    assert (last, code) == ({"op": "bye", "code": "too_early"}, 1008)
