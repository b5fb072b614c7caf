"""A real `yingke serve` in a process of its own, one of several on one installation."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.realtime.conftest import free_port


@dataclass
class Host:
    """`port` is where it listens; `public_url` is what browsers see, which may be a balancer before it."""

    data: Path
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    public_url: str = ""
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        """The database it made below its folder."""
        folder = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        return f"postgresql://yingke@/yingke?host={folder}"

    async def start(self) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("YINGKE_")}
        ours |= {
            "YINGKE_DATA": str(self.data),
            "YINGKE_PORT": str(self.port),
            "YINGKE_PUBLIC_URL": self.public_url or self.url,
            **self.environment,
        }
        self.data.mkdir(exist_ok=True)
        with (self.data / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                str(Path(sys.executable).with_name("yingke")), "serve", *self.arguments, env=ours, stdout=log, stderr=log
            )  # fmt: skip
        await self.ready()

    async def ready(self, within: float = 120) -> None:
        ends = time.monotonic() + within
        async with httpx.AsyncClient(timeout=2) as http:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await http.get(self.url + "/ready")).status_code == 200:
                        return
                assert self.process is not None and self.process.returncode is None, self.log()
                assert time.monotonic() < ends, "not ready in time\n" + self.log()
                await asyncio.sleep(0.1)

    def log(self) -> str:
        return (self.data / "serve.log").read_text()[-4000:]

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    async def kill(self) -> None:
        self.signal(signal.SIGKILL)
        assert self.process is not None
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 40)
            except TimeoutError:
                self.process.kill()
        return await self.process.wait()

    def serving(self) -> set[int]:
        """The processes below the parent that serve."""
        assert self.process is not None
        below = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in below if b"--handed-over" in Path(f"/proc/{pid}/cmdline").read_bytes()}
