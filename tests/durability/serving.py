"""A real `yingke serve` on its own folder, that is killed, started again, and reached through proxies."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.durability.databases import Database
from tests.durability.processes import Forge, Program, children
from tests.durability.proxies import Proxy
from tests.kit.buses import BusServer
from yingke.kit.clock import SystemClock
from yingke.kit.database import make_engine
from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.outbox import Outbox
from yingke.kit.work import Ground
from yingke.wiring import LISTENERS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Serving:
    """The server, its database, and a proxy before each.

    `own_database`: the server runs the embedded database and brings it back. Otherwise the database stands beside it,
    as an operator's would, behind a proxy of its own.
    """

    data: Path
    forge: Forge
    own_database: bool = True
    workers: int = 1
    bus: BusServer | None = None
    """What carries hints between the workers; None: the database."""
    fault: str | None = None
    """A planted fault, see `planted`."""
    more_environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    program: Program | None = None
    restarts_by_itself: list[int] = field(default_factory=list)
    """Exit codes of servers that ended while they were being started."""
    restarting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever ends the server until it is back: of two that start it, one would be nobody's."""
    _beside: EmbeddedPostgres | None = None
    _keeping: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.database = Database(self.data / "postgres")
        self.before_server = Proxy(free_port(), lambda: ("127.0.0.1", self.port))
        self.before_database = Proxy(free_port(), lambda: self.database.socket)

    @property
    def url(self) -> str:
        """Straight to the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def public_url(self) -> str:
        """Through the proxy."""
        return f"http://127.0.0.1:{self.before_server.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.before_server.port}/ws/v1"

    async def open(self) -> None:
        """Start everything, for the first time."""
        await self.before_server.start()
        if self.bus is not None:
            await self.bus.start()
        if not self.own_database:
            self.data.mkdir(exist_ok=True)
            self._beside = EmbeddedPostgres(self.data / "postgres")
            await self._beside.start()
            await self.before_database.start()
            self._keeping = asyncio.create_task(self._keep_database())
        await self.start()

    async def close(self) -> None:
        await self.stop()
        await self.before_server.stop()
        if self.bus is not None:
            await self.bus.kill()
        if self._beside is not None and self._keeping is not None:
            self._keeping.cancel()
            await self.before_database.stop()
            await asyncio.to_thread(self._beside.stop)

    async def start(self) -> None:
        """Start the server, again when it ends with an error, as whatever keeps services running would."""
        arguments = ["serve"] if self.workers == 1 else ["serve", "--workers", str(self.workers)]
        for _ in range(20):
            self.program = await self.forge.make(arguments, self._environment(), self.log_path, self.fault)
            if await self.ready():
                return
            self.restarts_by_itself.append(await self.program.wait())
            await asyncio.sleep(0.2)
        raise AssertionError("does not start\n" + self.log())

    async def ready(self, within: float = 60) -> bool:
        """Whether the server answers with its database; False when its process ended instead."""
        ends = time.monotonic() + within
        async with httpx.AsyncClient(timeout=2) as http:
            while self.program is not None and self.program.runs:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(self.url + "/ready")).status_code == 200:
                        return True
                assert time.monotonic() < ends, "not ready in time\n" + self.log()
                await asyncio.sleep(0.03)
        return False

    async def restart_if_ended(self) -> None:
        """Wait for the server to be ready, starting it again when it gave up."""
        async with self.restarting:
            if not await self.ready():
                assert self.program is not None
                self.restarts_by_itself.append(await self.program.wait())
                await self.start()

    async def kill(self) -> None:
        """SIGKILL: no goodbye, no flush. With several workers all of them, as when the machine's power fails."""
        assert self.program is not None
        for pid in self.worker_pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.program.signal(signal.SIGKILL)
        await self.program.wait()

    def worker_pids(self) -> list[int]:
        """Processes of the server that serve beside or below the first one."""
        if self.program is None or self.workers == 1:
            return []
        below = children(self.program.pid)
        return [pid for pid in below if "postgres" not in Path(f"/proc/{pid}/comm").read_text()]

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.program is None:
            return 0
        self.program.signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self.program.wait(), 30)
        except TimeoutError:
            self.program.signal(signal.SIGKILL)
            return await self.program.wait()

    @property
    def log_path(self) -> Path:
        return self.data.parent / "serve.log"

    def log(self) -> str:
        return self.log_path.read_text()[-3000:]

    def ground(self) -> Ground:
        return Ground(make_engine(self.database.dsn, connections=2), Outbox(LISTENERS), SystemClock())

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("YINGKE_")}
        ours |= {"YINGKE_DATA": str(self.data), "YINGKE_PORT": str(self.port), "YINGKE_PUBLIC_URL": self.public_url}
        if not self.own_database:
            ours["YINGKE_DATABASE_URL"] = (
                f"postgresql://yingke@127.0.0.1:{self.before_database.port}/yingke?sslmode=disable"
            )
        if self.bus is not None:
            ours["YINGKE_BUS_URL"] = self.bus.url
        return ours | self.more_environment

    async def _keep_database(self) -> None:
        assert self._beside is not None
        while True:
            await asyncio.sleep(0.2)
            with contextlib.suppress(Exception):
                await asyncio.to_thread(self._beside.ensure_running)
