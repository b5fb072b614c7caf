"""Rubbish on the sockets: whoever sends it is told so, everybody else notices nothing, nothing is half done."""

import json
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.steps import history, op, say, talk
from tests.realtime.conftest import Client, Shop, server, shop
from yingke.kit.ids import new_id
from yingke.realtime.protocol import LARGEST_FRAME

__all__ = ["server", "shop"]

OPS = [
    "hello", "ping", "subscribe", "unsubscribe", "read", "delivered", "send", "typing", "viewing", "page", "resolve",
    "rate", "transcript", "leave_message", "identify", "contact", "history", "dance",
]  # fmt: skip
FIELDS = [
    "conversation", "seq", "after_seq", "before_seq", "limit", "client_id", "text", "kind", "attachment_ids", "quote_seq",
    "mentions", "team_id", "prechat", "url", "title", "stars", "solved", "reasons", "comment", "email", "channel",
    "reply_to", "name", "external_id", "hash", "phone", "fields", "v", "epoch", "site", "token", "identity",
]  # fmt: skip
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["\x00", "a\ud800", "\u202e", "''; DROP TABLE messages", "<img src=x onerror=1>", "長" * 5000]),
    st.just("MINE"),  # the id of the visitor's own conversation
    st.uuids().map(str),
)
values = st.recursive(
    odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
frames = st.fixed_dictionaries({"op": st.sampled_from(OPS)}, optional=dict.fromkeys(FIELDS, values))


def raw(frame: dict[str, Any], conversation: str) -> str:
    return json.dumps(frame).replace('"MINE"', f'"{conversation}"')


def generated(count: int) -> list[dict[str, Any]]:
    """`count` frames, other ones at every run."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(frames)
    def collect(frame: dict[str, Any]) -> None:
        found.append(frame)

    collect()
    return found


async def alive(client: Client) -> None:
    assert (await client.ask("ping"))["op"] == "ack"


@pytest.mark.parametrize("side", ["visitor", "agent"])
async def test_random_frames_are_answered_and_never_break_the_socket_or_the_conversation(shop: Shop, side: str) -> None:
    visitor, desk, conversation = await talk(shop)
    client, other = (visitor, desk) if side == "visitor" else (desk, visitor)
    for number, frame in enumerate(generated(250)):
        text = raw(frame | {"ref": f"f{number}"}, conversation)
        if len(text) <= LARGEST_FRAME:
            await client.connection.send(text)
        if number % 25 == 0:
            await alive(client)
    await alive(client)
    await alive(other)
    failed = [f for f in client.frames if f["op"] == "error" and f["code"] == "unavailable"]
    assert not failed, failed
    items = await history(desk, conversation)
    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "null",
        "true",
        "5",
        '"op"',
        "{",
        "[[" * 20_000,
        '{"op":' * 5000,
        '{"op":"ping"',
        '{"op":1e999}',
        "{'op':1}",
        "\udcff",  # a byte that is not UTF-8
        '{"op":"\udcff"}',
    ],
    ids=lambda text: ascii(text[:10]) or "empty",
)
async def test_what_is_no_frame_is_answered_as_a_bad_frame(shop: Shop, text: str) -> None:
    visitor, desk, _ = await talk(shop)
    for client in (visitor, desk):
        await client.connection.send(text.encode(errors="surrogateescape"), text=True)
        assert (await client.wait_for(op("error")))["code"] == "bad_frame"
        await alive(client)


async def test_nul_and_lone_surrogates_are_taken_out_of_what_people_write(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    for client in (visitor, desk):
        ack = await say(client, "前\x00中\ud83d后 \\u0000 😀", conversation)
        assert ack["op"] == "ack", ack
    items = await history(desk, conversation)
    assert [item["text"] for item in items if item["kind"] in ("incoming", "outgoing")][1:] == ["前中后 \\u0000 😀"] * 2


@pytest.mark.parametrize("odd", ["a\x00b", "a\ud800b", "\u202eabc", "x" * 299])
async def test_odd_text_in_every_field_of_a_visitor_is_stored_clean_or_refused_clearly(shop: Shop, odd: str) -> None:
    client = await shop._connect("visitor", shop.server.url)
    await client.send(
        op="hello", v=1, site=shop.site.key, token=odd[:100], language=odd[:30],
        page={"url": odd, "title": odd, "referrer": odd},
    )  # fmt: skip
    await client.wait_for(op("welcome"))
    conversation = (await say(client, "在吗", prechat={"name": odd, "note": odd}))["conversation"]
    asked: list[tuple[str, dict[str, Any]]] = [
        ("page", {"url": odd, "title": odd}),
        ("contact", {"name": odd, "phone": odd}),
        ("contact", {"email": odd}),
        ("rate", {"conversation": conversation, "stars": 5, "reasons": [odd], "comment": odd}),
        ("transcript", {"conversation": conversation, "email": odd}),
        ("leave_message", {"client_id": new_id(), "text": odd, "channel": "email", "reply_to": odd, "name": odd}),
        (
            "leave_message",
            {"client_id": new_id(), "text": odd, "channel": "phone", "reply_to": "13800000000", "name": odd},
        ),
        ("identify", {"external_id": odd[:100], "hash": odd[:100], "name": odd, "fields": {odd: odd}}),
        ("typing", {"conversation": conversation, "text": odd}),
    ]
    for name, fields in asked:
        if name == "typing":
            await client.send(op=name, **fields)
            continue
        answer = await client.ask(name, **fields)
        assert answer["op"] == "ack" or answer["code"] != "unavailable", (name, answer)
    await alive(client)


async def test_an_identity_that_the_shop_signed_may_carry_odd_text(shop: Shop) -> None:
    from yingke.visitors.identifying import sign_identity

    client, _ = await shop.visitor()
    proof = sign_identity(shop.site.identity_secret, "u1")
    answer = await client.ask(
        "identify", external_id="u1", hash=proof, name="李\x00雷", fields={"等\x00级": "金\ud800卡", "b": "\u202e"}
    )
    assert answer["op"] == "ack", answer


async def test_a_refused_first_message_leaves_no_conversation_behind(
    shop: Shop, connection: asyncpg.Connection
) -> None:
    visitor, _ = await shop.visitor()
    for fields in (
        {"text": ""},
        {"text": "x" * 10_001},
        {"text": "a", "attachment_ids": [new_id()]},
        {"text": "a", "quote_seq": 5},
    ):
        refused = await visitor.ask("send", client_id=new_id(), conversation=None, **fields)
        assert refused["op"] == "error" and refused["code"] != "unavailable", refused
    await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
    count = "SELECT count(*) FROM conversations WHERE workspace_id = $1"
    assert await connection.fetchval(count, shop.workspace_id) == 0
