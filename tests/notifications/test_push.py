"""Notices to agents' browsers, as a push service gets them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import delete, select, update

from tests.conftest import sign_in
from tests.notifications.conftest import Chat, PushService
from tests.people import arrive, found_team, hire
from tests.relaying import settle
from yingke.agents import Agent, agent_values, note_connected, note_covered, note_on_screen
from yingke.conversations.assigning import transfer_conversation
from yingke.conversations.facts import MessagePosted
from yingke.conversations.opening import open_conversation, open_room
from yingke.conversations.posting import Draft, post_message
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.kit.installation import InstallationValue
from yingke.kit.outbound import OutboundClient
from yingke.notifications import PushSubscription
from yingke.notifications.handlers import notice_change, notice_message
from yingke.notifications.subscribing import subscribe
from yingke.notifications.vapid import private_key, public_key
from yingke.wiring import Services


async def close_desk(chat: Chat, actor: Actor) -> None:
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        gone = update(Agent).where(Agent.id == actor.agent_id).values(disconnected_at=work.now)
        await work.rows.execute(gone)


@pytest.fixture
async def away(chat: Chat, services: Services, push: PushService) -> AsyncIterator[Actor]:
    """The chat's agent has closed the desk; the browser takes notices."""
    await settle(services)
    await close_desk(chat, chat.agent)
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await subscribe(work, chat.agent.agent_id, endpoint=push.endpoint, **push.keys)
    yield chat.agent


async def test_a_desk_that_is_open_but_hidden_is_told_and_one_on_a_screen_is_not(
    chat: Chat, services: Services, push: PushService, clock: FixedClock
) -> None:
    agent = chat.agent.agent_id
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await subscribe(work, agent, endpoint=push.endpoint, **push.keys)
        await note_connected(work, [agent])
        await note_on_screen(work, [agent])
    await settle(services)
    await chat.says("看得见")
    await settle(services)
    assert push.requests == []
    clock.advance(timedelta(seconds=1))
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await note_covered(work, [agent], unseen_since=work.now)
        assert [each.connected for each in await agent_values(work, [agent])] == [True]
    await chat.says("藏起来了")
    await settle(services)
    assert [notice["body"] for notice in push.notices] == ["藏起来了"]


async def subscriptions(chat: Chat) -> list[PushSubscription]:
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        query = select(PushSubscription).where(PushSubscription.workspace_id == work.workspace_id)
        return list(await work.all(query))


async def test_a_closed_desk_is_told_of_a_message_in_a_sealed_push_that_says_who_sends_it(
    chat: Chat, services: Services, push: PushService, away: Actor
) -> None:
    await chat.says("在吗?")
    await settle(services)
    (notice,) = push.notices
    assert notice == {
        "title": "小明 发来新消息",
        "body": "在吗?",
        "tag": str(chat.id),
        "url": f"/desk/conversations/{chat.id}",
    }
    (headers, body) = push.requests[0]
    assert headers["authorization"].startswith("vapid t=")
    async with chat.ground.work_everywhere() as work:
        assert headers["authorization"].endswith(f"k={await public_key(work, services.settings.data)}")
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "600")
    assert "在吗?".encode() not in body and len(body) < 4096


async def test_an_open_desk_and_ones_own_messages_are_not_noticed(
    chat: Chat, services: Services, push: PushService, away: Actor
) -> None:
    await chat.answers("我自己说的")
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await work.rows.execute(
            update(Agent).values(disconnected_at=None, last_beat_at=work.now, last_visible_at=work.now)
        )
    await chat.says("在吗?")
    await settle(services)
    assert push.requests == []


async def test_mentions_transfers_colleagues_and_ones_own_queues_are_noticed(
    chat: Chat, services: Services, push: PushService, away: Actor
) -> None:
    workspace_id = chat.company.workspace_id
    team_id = await found_team(chat.ground, workspace_id)
    colleague = await hire(chat.ground, workspace_id, "李雷")
    async with chat.ground.work_in(workspace_id) as work:
        visitor = await arrive(work, chat.site, "小红")
        foreign = await open_conversation(work, visitor, client_id=new_id(), team_id=team_id)
        open_to_all = await open_conversation(work, await arrive(work, chat.site, "小刚"), client_id=new_id())
    await settle(services)
    assert [n["title"] for n in push.notices] == ["新会话在排队"]
    assert push.notices[0]["tag"] == str(open_to_all.id) != str(foreign.id)
    push.requests.clear()
    async with chat.ground.work_in(workspace_id) as work:
        draft = Draft(client_id=new_id(), text="帮我看看", kind="note", mentions=[away.agent_id])
        await post_message(work, colleague, open_to_all.id, draft)
        room = await open_room(work, colleague, [away.agent_id])
        await post_message(work, colleague, room.id, Draft(client_id=new_id(), text="开会了"))
    await settle(services)
    assert sorted(n["title"] for n in push.notices) == ["李雷", "李雷 提到了您"]


async def test_a_transfer_is_noticed_by_the_one_who_gets_it(chat: Chat, services: Services, push: PushService) -> None:
    second = await hire(chat.ground, chat.company.workspace_id, "李雷")
    await settle(services)
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await subscribe(work, second.agent_id, endpoint=push.endpoint, **push.keys)
    await close_desk(chat, second)
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await transfer_conversation(work, chat.agent, chat.id, agent_id=second.agent_id, note="老客户")
    await settle(services)
    assert "有会话转给您" in [n["title"] for n in push.notices]


async def test_a_notice_is_sent_once_however_often_its_listeners_and_its_job_run(
    chat: Chat, services: Services, push: PushService, away: Actor
) -> None:
    told: list[Fact] = []
    chat.ground.outbox.push = told.extend
    await chat.says("在吗?")
    (posted,) = [f for f in told if isinstance(f, MessagePosted)]
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await notice_message(work, posted)
    await settle(services)
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await notice_message(work, posted)
    await settle(services)
    assert len(push.notices) == 1


async def test_a_change_is_noticed_once_however_often_its_listener_runs(
    chat: Chat, services: Services, push: PushService, away: Actor
) -> None:
    told: list[Fact] = []
    chat.ground.outbox.push = told.extend
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await open_conversation(work, await arrive(work, chat.site), client_id=new_id())
    await settle(services)
    for fact in told:
        if fact.name == "conversation.changed":
            async with chat.ground.work_in(chat.company.workspace_id) as work:
                await notice_change(work, fact)  # type: ignore[arg-type]
    await settle(services)
    assert len(push.notices) == 1


async def test_what_is_old_by_now_is_not_noticed(
    chat: Chat, services: Services, push: PushService, away: Actor, clock: FixedClock
) -> None:
    await chat.says("在吗?")
    clock.advance(timedelta(minutes=11))
    await settle(services)
    assert push.requests == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_dead_subscription_is_removed(
    chat: Chat, services: Services, push: PushService, away: Actor, status: int
) -> None:
    push.status = status
    await chat.says("在吗?")
    await settle(services)
    assert await subscriptions(chat) == []


async def test_an_address_inside_the_network_is_not_called(
    chat: Chat, services: Services, push: PushService, away: Actor
) -> None:
    services.outbound = OutboundClient()
    await chat.says("在吗?")
    await settle(services)
    assert (push.requests, await subscriptions(chat)) == ([], [])


async def test_a_browser_subscribes_and_unsubscribes_and_belongs_to_the_last_who_did(
    chat: Chat, http: httpx.AsyncClient, push: PushService
) -> None:
    path, body = "/api/v1/push/subscriptions", {"endpoint": "https://push.example/abc", "keys": push.keys}
    second = await hire(chat.ground, chat.company.workspace_id, "李雷")
    await sign_in(chat.ground, http, chat.agent)
    assert (await http.post(path, json=body)).status_code == 204
    await sign_in(chat.ground, http, second)
    assert (await http.post(path, json=body)).status_code == 204
    assert [s.agent_id for s in await subscriptions(chat)] == [second.agent_id]
    assert (await http.request("DELETE", path, json={"endpoint": body["endpoint"]})).status_code == 204
    assert await subscriptions(chat) == []
    for broken in (
        body | {"endpoint": "http://push.example/abc"},
        body | {"keys": push.keys | {"p256dh": "abcd"}},
        body | {"keys": push.keys | {"auth": "a"}},
        {"endpoint": "https://push.example/abc"},
    ):
        assert (await http.post(path, json=broken)).status_code == 422


async def test_the_key_is_made_once_and_is_the_same_on_every_host(
    chat: Chat, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    await sign_in(chat.ground, http, chat.agent)
    first = (await http.get("/api/v1/push/key")).json()["public_key"]
    assert (await http.get("/api/v1/push/key")).json()["public_key"] == first
    async with chat.ground.work_everywhere() as work:
        assert await public_key(work, tmp_path / "another host") == first
    assert len(first) == 87 and not (tmp_path / "keys").exists()


async def test_a_key_that_the_first_release_kept_in_a_file_stays_the_key(chat: Chat, tmp_path: Path) -> None:
    made = ec.generate_private_key(ec.SECP256R1())
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "web-push.pem").write_bytes(pem)
    async with chat.ground.work_everywhere() as work:
        await work.rows.execute(delete(InstallationValue).where(InstallationValue.key == "web_push_key"))
        taken_over = await private_key(work, tmp_path)
        assert taken_over.private_numbers() == made.private_numbers()
        await work.rows.execute(delete(InstallationValue).where(InstallationValue.key == "web_push_key"))
