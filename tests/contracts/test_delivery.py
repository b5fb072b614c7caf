"""What docs/protocol.md promises of messages, held against a real serving process."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.contracts.steps import begin, history, newest, op, return_with, say, talk
from tests.realtime.conftest import Shop
from yingke.conversations.appending import append
from yingke.conversations.posting import Draft, plain_posting
from yingke.conversations.values import Author
from yingke.kit.ids import new_id

LOCK = 471_100


@pytest.fixture
async def held_commits(connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """Commits of messages wait, at the very end of their transaction, while this connection holds an advisory lock."""
    await connection.execute(
        f"""
        CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_advisory_xact_lock_shared({LOCK}); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON messages
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_commit();
        """
    )
    yield connection
    await connection.execute("SELECT pg_advisory_unlock_all()")
    await connection.execute("DROP TRIGGER hold_commit ON messages; DROP FUNCTION hold_commit()")


@pytest.mark.parametrize("side", ["visitor", "agent"])
async def test_neither_ack_nor_push_leaves_before_the_commit(
    shop: Shop, held_commits: asyncpg.Connection, side: str
) -> None:
    visitor, desk, conversation = await talk(shop)
    writer, reader = (visitor, desk) if side == "visitor" else (desk, visitor)
    await held_commits.execute(f"SELECT pg_advisory_lock({LOCK})")
    await writer.send(op="send", ref="held", client_id=new_id(), conversation=conversation, text="等一下")
    for client, wanted in ((writer, lambda f: f.get("ref") == "held"), (reader, says("等一下"))):
        with pytest.raises(TimeoutError):
            await client.wait_for(wanted, timeout=0.4)
    await held_commits.execute(f"SELECT pg_advisory_unlock({LOCK})")
    assert (await writer.wait_for(lambda f: f.get("ref") == "held"))["op"] == "ack"
    await reader.wait_for(says("等一下"))


@pytest.mark.parametrize("side", ["visitor", "agent"])
async def test_a_repeated_client_id_gets_the_same_ack_again_also_on_another_socket(shop: Shop, side: str) -> None:
    visitor, desk, conversation = await talk(shop)
    client_id = new_id()
    writer = visitor if side == "visitor" else desk
    first = await say(writer, "只说一次", conversation, client_id=client_id)
    same = await say(writer, "只说一次", conversation, client_id=client_id)
    other = await shop.desk() if side == "agent" else (await return_with(shop, await token_of(shop, visitor)))[0]
    again = await say(other, "只说一次", conversation, client_id=client_id)
    kept = ("message_id", "conversation", "seq", "created_at")
    for repeated in (same, again):
        assert {key: repeated[key] for key in kept} == {key: first[key] for key in kept}
        assert repeated["repeated"] is True
    assert "repeated" not in first
    said = [item for item in await history(desk, conversation) if item.get("text") == "只说一次"]
    assert len(said) == 1


@pytest.mark.parametrize("side", ["visitor", "agent"])
async def test_the_same_client_id_with_another_body_is_a_conflict(shop: Shop, side: str) -> None:
    visitor, desk, conversation = await talk(shop)
    writer, client_id = (visitor if side == "visitor" else desk), new_id()
    await say(writer, "一", conversation, client_id=client_id)
    refused = await say(writer, "二", conversation, client_id=client_id)
    assert (refused["op"], refused["code"]) == ("error", "client_id_reused")


async def test_messages_sent_without_waiting_are_stored_in_the_order_they_were_sent(shop: Shop) -> None:
    _visitor, desk, conversation = await talk(shop)
    for n in range(30):
        writer = desk
        await writer.send(op="send", ref=f"n{n}", client_id=new_id(), conversation=conversation, text=f"第{n}句")
    acks = [await desk.wait_for(lambda f, n=n: f.get("ref") == f"n{n}") for n in range(30)]  # type: ignore[misc]
    assert [ack["seq"] for ack in acks] == list(range(acks[0]["seq"], acks[0]["seq"] + 30))


async def test_resume_gives_everything_after_the_seq_that_is_known_once_and_without_a_gap(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    await say(desk, "内部：老客户", conversation, kind="note")
    last = (await say(desk, "在的", conversation))["seq"]
    items = await history(visitor, conversation)
    assert [item["seq"] for item in items] == list(range(1, last + 1))
    assert {"seq": last - 1, "hidden": True} in items
    assert [item["seq"] for item in await history(visitor, conversation, after_seq=last - 2)] == [last - 1, last]
    assert await history(visitor, conversation, after_seq=last) == []


async def test_a_long_history_comes_in_pages_of_200_until_there_is_no_more(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    await _write(shop, conversation, 450)
    for client in (visitor, desk):
        known = len(client.frames)
        last = (await client.ask("subscribe", conversation=conversation, after_seq=0))["last_seq"]
        first = await newest(client, known, op("messages"))
        assert (len(first["items"]), first["more"], first["last_seq"]) == (200, True, last)
        items = await history(client, conversation)
        assert [item["seq"] for item in items] == list(range(1, last + 1))


async def test_what_is_written_while_one_resumes_is_neither_missed_nor_out_of_reach(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    reader, _ = await return_with(shop, await token_of(shop, visitor))

    async def write() -> int:
        return max([(await say(desk, f"第{n}句", conversation))["seq"] for n in range(40)])

    last, _ = await asyncio.gather(write(), history(reader, conversation))
    await reader.wait_for(lambda f: last in seqs_of(f))
    seen = {seq for frame in reader.frames for seq in seqs_of(frame)}
    assert seen == set(range(1, last + 1))


async def test_two_sockets_of_one_visitor_and_two_of_one_agent_stay_in_step(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    tab, _ = await return_with(shop, await token_of(shop, visitor))
    second_desk = await shop.desk()
    await say(visitor, "我在第一个标签页", conversation)
    await say(desk, "我在第一台电脑", conversation)
    for client in (tab, second_desk):
        for text in ("我在第一个标签页", "我在第一台电脑"):
            await client.wait_for(says(text))


async def test_a_read_mark_reaches_the_other_side_and_never_goes_back(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    seq = (await say(desk, "看到了吗", conversation))["seq"]
    await visitor.ask("read", conversation=conversation, seq=seq)
    await desk.fact("conversation.changed", lambda d: d["conversation"]["visitor_read_seq"] == seq)
    await visitor.ask("read", conversation=conversation, seq=1)
    assert (await visitor.ask("subscribe", conversation=conversation))["conversation"]["visitor_read_seq"] == seq


async def test_a_message_to_an_ended_conversation_opens_the_next_one_and_says_so(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    await visitor.ask("resolve", conversation=conversation)
    ack = await say(visitor, "还有一个问题", conversation)
    assert ack["op"] == "ack" and ack["conversation"] != conversation
    refused = await say(desk, "还在吗", conversation)
    assert refused["code"] == "conversation_resolved"


async def test_a_message_for_a_department_that_is_gone_is_stored_all_the_same(shop: Shop) -> None:
    visitor, _ = await shop.visitor()
    ack = await say(visitor, "退货找谁", team_id=new_id())
    assert ack["op"] == "ack", ack
    left = await visitor.ask(
        "leave_message", client_id=new_id(), text="请回电", channel="phone", reply_to="13800000000", team_id=new_id()
    )
    assert left["op"] == "ack", left


async def test_a_bearer_key_opens_the_agents_socket_within_its_scope(shop: Shop) -> None:
    from websockets.asyncio.client import connect

    from tests.realtime.conftest import Client
    from yingke.identity.api_keys import make_api_key

    _, _, ack = await begin(shop)
    ground = shop.server.services.ground
    async with ground.work_in(shop.workspace_id) as work:
        key = await make_api_key(work, shop.agent, "ERP", ["read"])
    url = shop.server.url.replace("http", "ws") + "/ws/v1/agent"
    async with connect(url, additional_headers={"Authorization": f"Bearer {key.secret}"}) as socket:
        client = Client(socket)
        await client.send(op="hello", v=1)
        await client.wait_for(op("welcome"))
        assert await history(client, ack["conversation"])
        assert (await say(client, "不行", ack["conversation"]))["code"] == "forbidden"
        await client.send(op="typing", conversation=ack["conversation"])
        refused = await client.ask("read", conversation=ack["conversation"], seq=1)
        assert refused["code"] == "forbidden"


def says(text: str) -> Any:
    return lambda f: f.get("op") == "fact" and f["data"].get("message", {}).get("text") == text


def seqs_of(frame: dict[str, Any]) -> list[int]:
    if frame.get("op") == "messages":
        return [item["seq"] for item in frame["items"]]
    if frame.get("op") == "fact" and "message" in frame["data"]:
        return [frame["data"]["message"]["seq"]]
    return []


async def token_of(shop: Shop, visitor: Any) -> str:
    return str((await visitor.wait_for(op("welcome")))["token"])


async def _write(shop: Shop, conversation: str, count: int) -> None:
    from uuid import UUID

    author = Author(kind="agent", id=shop.agent.agent_id, name="王芳")
    drafts = [Draft(client_id=new_id(), text=f"历史 {n}", kind="outgoing") for n in range(count)]
    postings = [
        plain_posting(shop.workspace_id, UUID(conversation), draft, author, shop.company.owner) for draft in drafts
    ]
    async with shop.server.services.ground.work_everywhere() as work:
        await append(work, postings)
