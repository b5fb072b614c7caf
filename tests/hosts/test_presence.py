"""Two hosts on one database: who is there, who types, what was delivered, as if they were one; over each bus."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.conftest import Installation, installation_on
from tests.hosts.serving import Host
from tests.hosts.talking import Talker
from tests.kit.buses import BusServer, nats, valkey
from tests.people import hire
from yingke.agents import agent_value, note_disconnected
from yingke.identity import Actor
from yingke.visitors import online_visitors


@dataclass
class Two:
    """`one` runs the database; `two` uses it, like any other host."""

    one: Host
    two: Host
    installation: Installation
    bus: BusServer | None

    async def connected(self, actor: Actor | None = None) -> bool:
        async with self.installation.ground.work_in(self.installation.company.workspace_id) as work:
            return (await agent_value(work, (actor or self.installation.agent).agent_id)).connected

    async def online(self, talker: Talker) -> bool:
        async with self.installation.ground.work_in(self.installation.company.workspace_id) as work:
            return bool(await online_visitors(work, [talker.frames[0]["visitor_id"]]))


@pytest.fixture(scope="module", params=["postgres", "redis", "nats"])
async def two(request: pytest.FixtureRequest) -> AsyncIterator[Two]:
    with tempfile.TemporaryDirectory(prefix="yingke-hosts-") as folder:
        Path(folder).chmod(0o755)
        async with contextlib.aclosing(_two(Path(folder), request.param)) as made:
            yield await anext(made)


async def _two(folder: Path, kind: str) -> AsyncGenerator[Two]:
    bus = {"postgres": lambda: None, "redis": valkey, "nats": nats}[kind]()
    if bus is not None:
        await bus.start()
    same = {"YINGKE_BUS_URL": bus.url} if bus is not None else {}
    one = Host(folder / "one", environment=same)
    await one.start()
    two = Host(folder / "two", environment={**same, "YINGKE_DATABASE_URL": one.dsn})
    await two.start()
    async with installation_on(one.dsn) as made:
        try:
            yield Two(one, two, made, bus)
        finally:
            await two.stop()
            await one.stop()
            if bus is not None:
                await bus.kill()


async def within(seconds: float, holds: Callable[[], Any], *, for_good: float = 0.0) -> None:
    """`holds` comes true in time, and stays so `for_good` seconds."""
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.05)
    until = time.monotonic() + for_good
    while time.monotonic() < until:
        assert await holds()
        await asyncio.sleep(0.05)


async def test_a_message_passes_between_hosts_both_ways_at_once(two: Two) -> None:
    async with two.installation.visitor(two.one.url) as visitor, await two.installation.desk(two.two.url) as desk:
        said = await visitor.say("在吗？")
        await desk.open(said["conversation"])
        await desk.sees(said["seq"], within=5)
        began = time.monotonic()
        answer = await desk.say("在的")
        await visitor.sees(answer["seq"], within=5)
        assert time.monotonic() - began < 2
        again = await visitor.say("好")
        await desk.sees(again["seq"], within=2)
        await visitor.signalled("delivered", conversation=said["conversation"], seq=again["seq"])


async def test_typing_is_seen_on_the_other_host(two: Two) -> None:
    async with two.installation.visitor(two.one.url) as visitor, await two.installation.desk(two.two.url) as desk:
        said = await visitor.say("你好")
        await desk.open(said["conversation"])
        await desk.tell("typing", conversation=said["conversation"])
        assert (await visitor.signalled("typing"))["from"]["kind"] == "agent"
        await visitor.tell("typing", conversation=said["conversation"])
        visitor_id = visitor.frames[0]["visitor_id"]
        await within(5, lambda: _heard(desk, "typing", visitor_id))


async def test_colleagues_on_different_hosts_see_each_other_look_at_a_conversation(two: Two) -> None:
    ground, workspace_id = two.installation.ground, two.installation.company.workspace_id
    colleague = await hire(ground, workspace_id, "李雷")
    async with (
        two.installation.visitor(two.one.url) as visitor,
        await two.installation.desk(two.one.url) as first,
        await two.installation.desk(two.two.url, colleague) as second,
    ):
        said = await visitor.say("你好")
        for desk in (first, second):
            await desk.open(said["conversation"])
            await desk.tell("viewing", conversation=said["conversation"])
        both = sorted(str(actor.agent_id) for actor in (two.installation.agent, colleague))
        for desk in (first, second):
            await desk.signalled("viewing", conversation=said["conversation"], agent_ids=both)
        await second.tell("viewing", conversation=None)
        await first.signalled("viewing", agent_ids=[str(two.installation.agent.agent_id)])


async def test_an_agent_with_desks_on_two_hosts_is_there_until_the_last_one_closes(two: Two) -> None:
    second = await two.installation.desk(two.two.url)
    async with second:
        async with await two.installation.desk(two.one.url):
            await within(5, two.connected)
        await within(2, two.connected, for_good=2)
    await within(5, lambda: _not(two.connected()))


async def test_a_visitor_with_pages_on_two_hosts_is_online_until_the_last_one_closes(two: Two) -> None:
    async with await two.installation.desk(two.one.url) as desk:
        first = two.installation.visitor(two.one.url)
        async with first:
            await first.say("你好")
            second = two.installation.visitor(two.two.url)
            second.hello["token"] = first.hello["token"]
            await second.__aenter__()
            await within(5, lambda: two.online(first))
        visitor_id = first.frames[0]["visitor_id"]
        await within(2, lambda: two.online(first), for_good=2)
        assert not any(_says_offline(frame, visitor_id) for frame in desk.frames)
        await second.__aexit__()
        await within(5, lambda: _not(two.online(first)))
        await desk.signalled("presence", visitor_id=visitor_id, online=False)


async def test_the_place_in_the_queue_is_told_to_those_who_wait_on_another_host(two: Two) -> None:
    async with installation_on(two.one.dsn) as shop:
        async with shop.ground.work_in(shop.company.workspace_id) as work:
            await note_disconnected(work, shop.agent.agent_id)  # nobody takes what waits
        async with shop.visitor(two.one.url) as first, shop.visitor(two.two.url) as second:
            one, other = await first.say("第一位"), await second.say("第二位")
            await second.signalled("position", conversation=other["conversation"], position=2)
            await first.ask("resolve", conversation=one["conversation"])
            await second.signalled("position", conversation=other["conversation"], position=1)


async def test_a_bus_that_dies_costs_a_moment_and_no_message(two: Two) -> None:
    if two.bus is None:
        return  # it is the database itself; the durability harness kills that
    async with two.installation.visitor(two.one.url) as visitor, await two.installation.desk(two.two.url) as desk:
        said = await visitor.say("之前")
        await desk.open(said["conversation"])
        await two.bus.kill()
        meanwhile = await visitor.say("之间")
        await desk.sees(meanwhile["seq"], within=10)
        await two.bus.start()
        after = await visitor.say("之后")
        await desk.sees(after["seq"], within=10)


async def test_whom_a_killed_host_held_is_gone_within_five_seconds(two: Two) -> None:
    colleague = await hire(two.installation.ground, two.installation.company.workspace_id, "李雷")
    async with await two.installation.desk(two.one.url) as desk:
        lost = await two.installation.desk(two.two.url, colleague)
        away, here = two.installation.visitor(two.two.url), two.installation.visitor(two.one.url)
        async with lost, here:
            async with away:
                for visitor in (away, here):
                    await visitor.say("你好")
                    await within(5, lambda who=visitor: two.online(who))  # type: ignore[misc]
                await within(5, lambda: two.connected(colleague))
                for each in (lost, away):
                    each.url = "ws://127.0.0.1:1/nowhere"  # they do not come back
                await two.two.kill()
            gone = away.frames[0]["visitor_id"]
            try:
                await within(5, lambda: _not(two.connected(colleague)))
                await within(5, lambda: _not(two.online(away)))
                await desk.signalled("presence", visitor_id=gone, online=False)
                await within(1, two.connected, for_good=1)
                assert await two.online(here)
            finally:
                await two.two.start()


async def _heard(talker: Talker, name: str, who: str) -> bool:
    return any(frame.get("name") == name and frame["data"].get("from", {}).get("id") == who for frame in talker.frames)


async def _not(asked: Any) -> bool:
    return not await asked


def _says_offline(frame: dict[str, Any], visitor_id: str) -> bool:
    return frame.get("name") == "presence" and frame["data"] == {"visitor_id": visitor_id, "online": False}
