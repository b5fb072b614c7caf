"""A real `yingke serve` on its own folder, killed and started again."""

import asyncio
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from yingke.kit.clock import SystemClock
from yingke.kit.database import make_engine
from yingke.kit.outbox import Outbox
from yingke.kit.work import Ground
from yingke.wiring import LISTENERS


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Serving:
    """The process. `dsn` is the database it made below `data`."""

    data: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/v1"

    @property
    def dsn(self) -> str:
        folder = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        return f"postgresql://yingke@/yingke?host={folder}"

    async def start(self) -> None:
        environment = os.environ | {
            "YINGKE_DATA": str(self.data),
            "YINGKE_PORT": str(self.port),
            "YINGKE_PUBLIC_URL": self.url,
        }
        environment.pop("YINGKE_DATABASE_URL", None)
        with (self.data.parent / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "from yingke.cli import main; raise SystemExit(main(['serve']))",
                env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        await self.ready()

    async def ready(self, within: float = 120) -> None:
        ends = time.monotonic() + within
        async with httpx.AsyncClient(timeout=2) as http:
            while True:
                try:
                    if (await http.get(self.url + "/ready")).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                assert self.process is None or self.process.returncode is None, self.log()
                assert time.monotonic() < ends, "not ready in time\n" + self.log()
                await asyncio.sleep(0.1)

    def log(self) -> str:
        return (self.data.parent / "serve.log").read_text()[-3000:]

    async def kill(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    def kill_database(self) -> None:
        """SIGKILL of the postmaster; its children notice and go."""
        postmaster = int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)

    async def stop(self) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), 30)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    def ground(self) -> Ground:
        return Ground(make_engine(self.dsn, connections=2), Outbox(LISTENERS), SystemClock())

    async def connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self.dsn)
        await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
        return connection
