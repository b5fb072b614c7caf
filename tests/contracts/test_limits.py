"""What is refused, in which words, and that the socket goes on afterwards."""

import asyncio
import json
from collections.abc import AsyncIterator

import asyncpg
import pytest
from websockets.exceptions import ConnectionClosed

from tests.contracts.steps import Frame, begin, op, say, talk
from tests.realtime.conftest import Client, Shop
from yingke.kit.ids import new_id


async def goes_on(client: Client) -> None:
    assert (await client.ask("ping"))["op"] == "ack"


async def closing(client: Client) -> tuple[Frame | None, int]:
    """The last frame before the server closed, and the code it closed with."""
    try:
        async with asyncio.timeout(30):
            while True:
                client.frames.append(json.loads(await client.connection.recv()))
    except ConnectionClosed:
        return (client.frames[-1] if client.frames else None), int(client.connection.close_code or 0)


async def test_a_text_has_at_most_10_000_characters_of_any_script(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    for client in (visitor, desk):
        for text in ("字" * 10_000, "😀" * 5_000, "a" * 10_000):
            frame = {
                "op": "send",
                "ref": "long",
                "client_id": str(new_id()),
                "conversation": conversation,
                "text": text,
            }
            client.frames.clear()
            await client.connection.send(json.dumps(frame, ensure_ascii=False))
            assert (await client.wait_for(op("ack", ref="long")))["seq"]
        refused = await say(client, "a" * 10_001, conversation)
        assert (refused["code"], refused["field"]) == ("message_too_long", "text")


async def test_an_empty_message_is_refused_and_names_the_field(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    for client in (visitor, desk):
        refused = await say(client, " \n ", conversation)
        assert (refused["code"], refused["field"]) == ("empty_message", "text")


async def test_a_frame_over_64_kib_ends_this_socket_and_no_other(shop: Shop) -> None:
    visitor, desk, _conversation = await talk(shop)
    await visitor.connection.send(json.dumps({"op": "ping", "ref": "x" * 70_000}))
    _, code = await closing(visitor)
    assert code == 1009
    await goes_on(desk)


async def test_a_message_may_come_in_fragments_and_is_limited_as_a_whole(shop: Shop) -> None:
    visitor, _, ack = await begin(shop)
    frame = {
        "op": "send",
        "ref": "parts",
        "client_id": new_id(),
        "conversation": ack["conversation"],
        "text": "分成三段",
    }
    text = json.dumps(frame, default=str)
    await visitor.connection.send([text[:10], text[10:50], text[50:]])
    await visitor.wait_for(op("ack", ref="parts"))
    await visitor.connection.send(['{"op":"ping","ref":"', "x" * 40_000, "x" * 40_000, '"}'])
    last, code = await closing(visitor)
    assert (last, code) == ({"op": "bye", "code": "frame_too_large"}, 1009)


async def test_a_binary_frame_ends_the_socket_with_the_reason(shop: Shop) -> None:
    visitor, _, _ = await begin(shop)
    await visitor.connection.send(b"\x00\x01")
    last, code = await closing(visitor)
    assert (last, code) == ({"op": "bye", "code": "binary_frame"}, 1003)


@pytest.fixture
async def stuck(connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """Nobody reads a conversation until `ROLLBACK`."""
    yield connection
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


@pytest.mark.parametrize("side", ["visitor", "agent"])
async def test_more_than_32_operations_under_way_are_refused_with_the_time_to_wait(
    shop: Shop, stuck: asyncpg.Connection, side: str
) -> None:
    visitor, desk, conversation = await talk(shop)
    client = visitor if side == "visitor" else desk
    await stuck.execute("BEGIN; LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE")
    for n in range(40):
        await client.send(op="subscribe", ref=f"s{n}", conversation=conversation, after_seq=0)
    refused = [await client.wait_for(op("error", ref=f"s{n}")) for n in range(32, 40)]
    assert {each["code"] for each in refused} == {"too_many_requests"}
    assert all(each["retry_after"] > 0 for each in refused)
    await goes_on(client)
    await stuck.execute("ROLLBACK")
    for n in range(32):
        await client.wait_for(op("ack", ref=f"s{n}"))


async def test_every_refusal_says_a_code_and_what_to_do_and_repeats_the_ref(shop: Shop) -> None:
    visitor, _, ack = await begin(shop)
    asked = [
        ("subscribe", {"conversation": new_id()}),
        ("read", {"conversation": new_id(), "seq": 1}),
        ("rate", {"conversation": ack["conversation"], "stars": 9}),
        ("rate", {"conversation": new_id(), "stars": 5}),
        ("history", {"conversation": ack["conversation"], "limit": 1000}),
        ("resolve", {"conversation": new_id()}),
        ("contact", {"email": "no address"}),
        ("identify", {"external_id": "u1", "hash": "forged"}),
        ("leave_message", {"client_id": new_id(), "text": "", "channel": "email", "reply_to": "a@example.com"}),
        ("leave_message", {"client_id": new_id(), "text": "在", "channel": "email", "reply_to": "nowhere"}),
        ("transcript", {"conversation": new_id(), "email": "a@example.com"}),
        ("send", {"client_id": new_id(), "conversation": new_id(), "text": "在"}),
        ("send", {"client_id": new_id(), "text": "在", "attachment_ids": [str(new_id())]}),
        ("send", {"client_id": new_id(), "conversation": ack["conversation"], "text": "在", "quote_seq": 900}),
        ("send", {"client_id": "no uuid", "text": "在"}),
        ("dance", {}),
    ]
    for name, fields in asked:
        answer = await visitor.ask(name, **fields)
        assert answer["op"] == "error", (name, answer)
        assert answer["code"].replace("_", "a").isalnum() and answer["detail"], (name, answer)
        assert answer["code"] != "unavailable", (name, fields, answer)
    await goes_on(visitor)


async def test_older_messages_come_in_answers_of_about_256_kib(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    for _ in range(12):
        last = (await say(desk, "长" * 10_000, conversation))["seq"]
    seqs: list[int] = []
    sizes: list[int] = []
    before, more = last + 1, True
    while more:
        ack = await visitor.ask("history", conversation=conversation, before_seq=before, limit=100)
        sizes.append(len(json.dumps(ack, ensure_ascii=False).encode()))
        seqs = [item["seq"] for item in ack["items"]] + seqs
        before, more = seqs[0], ack["more"]
    assert seqs == list(range(1, last + 1))
    assert len(sizes) == 2 and max(sizes) < 280 * 1024
    assert (await visitor.ask("history", conversation=conversation, before_seq=1))["items"] == []
