"""What can go wrong, on purpose. Each fault ends with everything running again."""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Sequence

from tests.durability.databases import FULL, limit_files
from tests.durability.history import History
from tests.durability.proxies import ACK, COMMITS
from tests.durability.serving import Serving

ANYWHERE = (
    "server killed",
    "server told to stop",
    "server paused",
    "database killed",
    "database stopped at once",
    "database paused",
    "clients cut",
    "clients in a black hole",
    "clients half open",
    "cut before the acknowledgement",
    "disk full for data",
    "disk full for uploads",
)
BESIDE = ("database cut", "database in a black hole", "database half open", "cut after the commit")
"""With a database that stands beside the server, behind a proxy."""
WITH_WORKERS = ("one worker killed",)
WITH_BUS = ("bus killed", "bus paused")
"""With Valkey between the processes."""


def possible(*, own_database: bool, workers: int, bus: bool = False) -> list[str]:
    """The faults that can befall such a server."""
    beside = () if own_database else BESIDE
    return [*ANYWHERE, *beside, *(WITH_WORKERS if workers > 1 else ()), *(WITH_BUS if bus else ())]


def mixed(count: int, names: Sequence[str], chance: random.Random) -> list[tuple[str, ...]]:
    """`count` faults of all kinds; every fifth time two at once."""
    return [tuple(chance.sample(names, 2 if chance.random() < 0.2 else 1)) for _ in range(count)]


class Nemesis:
    """Lets faults befall one server and its database. Each is the method of its name."""

    def __init__(self, serving: Serving, history: History) -> None:
        self._serving = serving
        self._history = history
        self._number = 0

    async def strike(self, *names: str) -> None:
        """Let these befall it at the same time; returns when it serves again."""
        self._number += 1
        name = " + ".join(names)
        self._history.note("fault", name=name, number=self._number)
        ended = len(self._serving.restarts_by_itself)
        await asyncio.gather(*(getattr(self, "_" + each.replace(" ", "_"))() for each in names))
        await self._serving.restart_if_ended()
        for code in self._serving.restarts_by_itself[ended:]:
            self._history.note("ended", code=code, number=self._number)
        self._history.note("over", name=name, number=self._number)

    # The server.

    async def _server_killed(self) -> None:
        async with self._serving.restarting:
            await self._serving.kill()
            await self._serving.start()

    async def _server_told_to_stop(self) -> None:
        async with self._serving.restarting:
            await self._serving.stop()
            await self._serving.start()

    async def _server_paused(self) -> None:
        program = self._serving.program
        assert program is not None
        program.signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(random.uniform(0.5, 4))
        finally:
            program.signal(signal.SIGCONT)

    async def _one_worker_killed(self) -> None:
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(random.choice(self._serving.worker_pids()), signal.SIGKILL)
        await asyncio.sleep(0.5)

    # The database.

    async def _database_killed(self) -> None:
        self._serving.database.kill()
        await self._database_is_back()

    async def _database_stopped_at_once(self) -> None:
        self._serving.database.stop_at_once()
        await self._database_is_back()

    async def _database_paused(self) -> None:
        stopped = self._serving.database.pause()
        try:
            await asyncio.sleep(random.uniform(0.5, 4))
        finally:
            self._serving.database.resume(stopped)

    async def _database_is_back(self) -> None:
        await asyncio.sleep(0.2)
        await self._serving.restart_if_ended()

    async def _database_cut(self) -> None:
        self._serving.before_database.cut()

    async def _database_in_a_black_hole(self) -> None:
        await self._serving.before_database.hole(random.uniform(0.5, 4))

    async def _database_half_open(self) -> None:
        self._serving.before_database.half_open()

    async def _cut_after_the_commit(self) -> None:
        await self._serving.before_database.cut_when(after=COMMITS, seconds=0.7)

    # The bus.

    async def _bus_killed(self) -> None:
        assert self._serving.bus is not None
        await self._serving.bus.kill()
        await asyncio.sleep(random.uniform(0.2, 2))
        await self._serving.bus.start()

    async def _bus_paused(self) -> None:
        assert self._serving.bus is not None
        self._serving.bus.pause()
        try:
            await asyncio.sleep(random.uniform(0.5, 5))
        finally:
            self._serving.bus.resume()

    # The network.

    async def _clients_cut(self) -> None:
        self._serving.before_server.cut()

    async def _clients_in_a_black_hole(self) -> None:
        await self._serving.before_server.hole(random.uniform(0.5, 3))

    async def _clients_half_open(self) -> None:
        self._serving.before_server.half_open()

    async def _cut_before_the_acknowledgement(self) -> None:
        await self._serving.before_server.cut_when(before=(ACK,), seconds=0.7)

    # The disk.

    async def _disk_full_for_data(self) -> None:
        self._serving.database.limit_files(FULL)
        await asyncio.sleep(random.uniform(0.5, 2))
        self._serving.database.limit_files(None)
        await self._database_is_back()

    async def _disk_full_for_uploads(self) -> None:
        """Uploads are larger than what fits."""
        program = self._serving.program
        assert program is not None
        limit_files([program.pid, *self._serving.worker_pids()], 64)
        await asyncio.sleep(random.uniform(0.5, 2))
        limit_files([program.pid, *self._serving.worker_pids()], None)
