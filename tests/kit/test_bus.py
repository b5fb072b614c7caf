"""The contract of a bus, over each wire, with a real server that is killed, paused and started again."""

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kit.buses import BusServer, Postgres, nats, valkey
from yingke.kit.bus import LARGEST, Bus, open_bus
from yingke.kit.bus.bus import WAITING_AT_MOST
from yingke.kit.errors import Invalid

CHANNEL = "yingke_facts"


class End:
    """One process's end of the bus, and what it heard."""

    def __init__(self, url: str) -> None:
        self.bus = open_bus(url)
        self.heard: list[str] = []
        self.gaps = 0
        self.bus.subscribe(CHANNEL, self.heard.append)
        self.bus.on_gap = self._gap

    def _gap(self) -> None:
        self.gaps += 1


@pytest.fixture(params=["postgres", "redis", "nats"], scope="module")
async def server(request: pytest.FixtureRequest) -> AsyncIterator[BusServer]:
    with tempfile.TemporaryDirectory(prefix="yingke-bus-") as folder:
        Path(folder).chmod(0o755)
        made: BusServer = {"postgres": lambda: Postgres(Path(folder)), "redis": valkey, "nats": nats}[request.param]()
        await made.start()
        yield made
        await made.kill()


@contextlib.asynccontextmanager
async def ends(url: str, count: int = 2) -> AsyncIterator[list[End]]:
    made = [End(url) for _ in range(count)]
    running = [asyncio.create_task(end.bus.run()) for end in made]
    try:
        await until(lambda: all(len(end.bus.peers) >= count - 1 and end.bus.connected for end in made))
        yield made
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def until(condition: object, within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def test_what_one_says_everybody_hears_in_order_the_speaker_too(server: BusServer) -> None:
    async with ends(server.url, 3) as (one, two, three):
        said = [f"{number} 你好" for number in range(2000)]
        for each in said:
            one.bus.publish(CHANNEL, each)
        await until(lambda: all(len(end.heard) == len(said) for end in (one, two, three)))
        assert one.heard == two.heard == three.heard == said
        assert one.gaps == two.gaps == 0


async def test_the_largest_message_passes_and_a_larger_one_is_dropped(server: BusServer) -> None:
    async with ends(server.url) as (one, two):
        one.bus.publish(CHANNEL, "x" * (LARGEST + 1))
        one.bus.publish(CHANNEL, "好" * (LARGEST // 3 + 1))  # bytes count, not characters
        one.bus.publish(CHANNEL, "x" * LARGEST)
        await until(lambda: two.heard)
        assert [len(each) for each in two.heard] == [LARGEST]
        assert one.bus.connected


async def test_one_that_says_more_than_can_wait_tells_the_others_that_they_missed_something(server: BusServer) -> None:
    async with ends(server.url) as (one, two):
        for number in range(WAITING_AT_MOST + 500):
            one.bus.publish(CHANNEL, str(number))
        await until(lambda: two.gaps)
        assert two.heard == one.heard == [str(number) for number in range(len(two.heard))]
        assert one.gaps == 0 and len(two.heard) <= WAITING_AT_MOST
        one.bus.publish(CHANNEL, "after it")
        await until(lambda: two.heard[-1] == "after it")


async def test_a_server_that_was_killed_is_found_again_and_everybody_is_told_of_the_gap(server: BusServer) -> None:
    async with ends(server.url) as (one, two):
        await server.kill()
        await until(lambda: not one.bus.connected and not two.bus.connected)
        one.bus.publish(CHANNEL, "into the void")
        await server.start()
        await until(lambda: one.bus.connected and two.bus.connected and one.gaps and two.gaps and one.bus.peers)
        one.bus.publish(CHANNEL, "here again")
        await until(lambda: two.heard)
        assert two.heard == ["here again"]


async def test_a_server_that_says_nothing_any_more_is_noticed_within_seconds(server: BusServer) -> None:
    async with ends(server.url) as (one, two):
        # Of PostgreSQL the processes that serve the connections are paused, as a network would pause them.
        paused = [*server.pids(), *_below(server)]
        for pid in paused:
            os.kill(pid, signal.SIGSTOP)
        try:
            await until(lambda: not one.bus.connected and not two.bus.connected, within=10)
        finally:
            for pid in paused:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        await until(lambda: one.bus.connected and two.bus.connected and one.gaps and two.gaps, within=30)


async def test_who_is_cut_off_alone_is_missed_by_the_others(server: BusServer) -> None:
    async with ends(server.url, 1) as [there], ends(server.url, 1) as [gone]:
        await until(lambda: there.bus.peers and gone.bus.peers)
        connect, cut = gone.bus._connect, asyncio.Event()

        async def connect_later(*asked: object) -> object:
            await cut.wait()
            return await connect(*asked)  # type: ignore[arg-type]

        gone.bus._connect = connect_later  # type: ignore[assignment]
        await _cut(gone.bus)
        await until(lambda: there.gaps)
        cut.set()
        await until(lambda: there.gaps >= 2 and gone.gaps)


async def test_what_was_said_before_anybody_listened_is_made_good_when_somebody_comes(server: BusServer) -> None:
    async with ends(server.url, 1) as [first]:
        first.bus.publish(CHANNEL, "to nobody")
        late = End(server.url)
        running = asyncio.create_task(late.bus.run())
        await until(lambda: late.gaps)
        assert late.heard == []
        running.cancel()


async def test_installations_that_share_a_server_do_not_hear_each_other(server: BusServer) -> None:
    if server.url.startswith("postgres"):
        return  # a database is one installation's
    async with ends(f"{server.url}?prefix=a") as (one, two), ends(f"{server.url}?prefix=b", 1) as [other]:
        one.bus.publish(CHANNEL, "ours")
        await until(lambda: two.heard)
        assert other.heard == []


@pytest.mark.parametrize("url", ["kafka://somewhere", "redis.example.com:6379"])
def test_what_is_no_bus_is_refused_by_the_name_of_the_setting(url: str) -> None:
    with pytest.raises(Invalid, match="YINGKE_BUS_URL begins with redis://"):
        open_bus(url)


async def _cut(bus: Bus) -> None:
    """As if the connection's other end had vanished for this process alone."""
    hear = bus._handlers["yingke_here"]
    bus._heard.clear()
    bus._handlers["yingke_here"] = lambda payload: None
    await until(lambda: not bus.connected)
    bus._handlers["yingke_here"] = hear


def _below(server: BusServer) -> list[int]:
    return [int(pid) for own in server.pids() for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split()]
