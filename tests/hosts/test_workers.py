"""`yingke serve --workers 2`: one port, two processes, and a conversation that does not care."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.hosts.conftest import Installation, installation_on
from tests.hosts.serving import Host
from tests.hosts.talking import Talker


@pytest.fixture
async def host(folder: Path) -> AsyncIterator[Host]:
    host = Host(folder / "data", ("--workers", "2"))
    await host.start()
    yield host
    await host.stop()


@pytest.fixture
async def installation(host: Host) -> AsyncIterator[Installation]:
    async with installation_on(host.dsn) as made:
        yield made


async def test_a_killed_process_is_replaced_and_what_was_said_meanwhile_is_there_once(
    host: Host, installation: Installation
) -> None:
    visitors = [installation.visitor(host.url) for _ in range(4)]
    before = host.serving()
    assert len(before) == 2
    async with asyncio.TaskGroup() as group:
        for visitor in visitors:
            group.create_task(_talk(visitor, 40))
        await asyncio.sleep(1)
        os.kill(min(before), signal.SIGKILL)
    await _until(lambda: len(host.serving()) == 2)
    assert len(host.serving() & before) == 1
    assert sum(visitor.visits - 1 for visitor in visitors) >= 1, "the killed process had nobody"
    for visitor in visitors:
        await _is_whole(installation, visitor)


async def test_a_rolling_restart_replaces_every_process_and_refuses_nobody(
    host: Host, installation: Installation
) -> None:
    before = host.serving()
    asked: list[int] = []
    over = asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            async with httpx.AsyncClient(timeout=10) as fresh:  # a connection of its own each time
                asked.append((await fresh.get(host.url + "/health")).status_code)
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        visitor = installation.visitor(host.url)
        group.create_task(ask())
        talking = group.create_task(_talk(visitor, None, over))
        await asyncio.sleep(0.5)
        host.signal(signal.SIGHUP)
        await _until(lambda: len(host.serving()) == 2 and not host.serving() & before, within=90)
        over.set()
        await talking
    assert len(asked) > 20 and set(asked) == {200}
    assert any(frame["op"] == "bye" and frame["code"] == "going_away" for frame in visitor.frames)
    await _is_whole(installation, visitor)


async def test_one_answers_for_the_metrics_of_all(host: Host, installation: Installation) -> None:
    async with Together([installation.visitor(host.url) for _ in range(6)]):
        for _ in range(4):
            async with httpx.AsyncClient() as fresh:
                lines = (await fresh.get(host.url + "/metrics")).text.splitlines()
            assert 'yingke_sockets{side="visitor"} 6.0' in lines


async def test_the_end_is_announced_and_nothing_goes_on_running(host: Host, installation: Installation) -> None:
    async with installation.visitor(host.url) as visitor:
        pids = host.serving()
        assert await host.stop() == 0, host.log()
        assert any(frame["op"] == "bye" and frame["code"] == "going_away" for frame in visitor.frames)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not (host.data / "postgres" / "postmaster.pid").exists()


async def test_processes_whose_parent_is_killed_do_not_stay_behind(host: Host) -> None:
    pids = host.serving()
    await host.kill()
    await _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    await host.start()  # the database that was left running is taken over


async def test_a_port_that_somebody_shares_already_is_refused(host: Host, folder: Path) -> None:
    second = Host(folder / "second", ("--workers", "2"), port=host.port)
    with pytest.raises(AssertionError, match=f"Port {host.port} on 127.0.0.1 cannot be listened on"):
        await _fails(second)


async def _fails(host: Host) -> None:
    host.ready = lambda within=0: asyncio.sleep(0)  # type: ignore[method-assign,assignment] # the other one answers there
    await host.start()
    assert host.process is not None
    assert await asyncio.wait_for(host.process.wait(), 30) == 0, host.log()


class Together:
    def __init__(self, talkers: list[Talker]) -> None:
        self.talkers = talkers

    async def __aenter__(self) -> None:
        await asyncio.gather(*(each.__aenter__() for each in self.talkers))

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(each.__aexit__() for each in self.talkers))


async def _talk(talker: Talker, times: int | None, until: asyncio.Event | None = None) -> None:
    async with talker:
        number = 0
        while number != times and not (until and until.is_set()):
            number += 1
            await talker.say(f"第 {number} 句")
            await asyncio.sleep(0.05)
        await talker.sees(max(ack["seq"] for ack in talker.said.values()), within=10)


async def _is_whole(installation: Installation, talker: Talker) -> None:
    rows = await installation.stored(talker.conversation)
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    mine = {str(row["client_id"]): row["text"] for row in rows if str(row["client_id"]) in talker.texts}
    assert mine == talker.texts
    assert sum(str(row["client_id"]) in talker.texts for row in rows) == len(talker.texts)


async def _until(condition: object, within: float = 30) -> None:
    async with asyncio.timeout(within):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.1)
