"""The whole product, started as an operator starts it: `yingke serve` on an empty folder."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.memory import postmaster_of, pss, rss, tree_of

FIRST_START_AT_MOST = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Product:
    url: str
    data: Path
    process: asyncio.subprocess.Process
    seconds_to_ready: float
    """From starting the process to `/ready`."""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def dsn(self) -> str:
        """The embedded database, for a bulk load; the product itself is not touched."""
        folder = (self.data / "postgres" / "postmaster.pid").read_text().splitlines()[4]
        return f"postgresql://yingke@/yingke?host={folder}"

    @property
    def superuser_dsn(self) -> str:
        return self.dsn.replace("postgresql://yingke@/yingke", "postgresql://postgres@/yingke")

    def servers(self) -> list[int]:
        """The processes of the server, without those of the database."""
        return sorted({*tree_of(self.process.pid)} - {*tree_of(postmaster_of(self.data))})

    def server_rss(self) -> int:
        return rss(self.process.pid)

    def total_pss(self) -> dict[str, int]:
        """Bytes of the server and of its database."""
        server = sum(pss(each) for each in tree_of(self.process.pid))
        database = sum(pss(each) for each in tree_of(postmaster_of(self.data)))
        return {"server": server, "database": database}

    def cpu_seconds(self) -> float:
        """Processor time that server and database have used."""
        used = 0
        for pid in {*tree_of(self.process.pid), *tree_of(postmaster_of(self.data))}:
            with contextlib.suppress(FileNotFoundError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                used += int(fields[11]) + int(fields[12])
        return used / _TICKS

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), 25)
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


def free_port() -> int:
    """From YINGKE_BENCH_PORTS (`8150-8159`) when it is set, else any."""
    low, _, high = os.environ.get("YINGKE_BENCH_PORTS", "0-0").partition("-")
    for port in range(int(low), int(high) + 1):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise OSError("no free port")


async def start(data: Path, *arguments: str) -> Product:
    """`yingke serve` with `arguments` on `data`, which may be new. Raises RuntimeError with the server's output when it does not come up."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = (data.parent / f"{data.name}.log").open("ab")
    # An operator's Python keeps what it compiled; a developer's shell may forbid it.
    ours = ("YINGKE_", "PYTHONDONTWRITEBYTECODE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment |= {"YINGKE_DATA": str(data), "YINGKE_PORT": str(port)}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("yingke")), "serve", *arguments, stdout=log, stderr=log, env=environment
    )
    product = Product(url, data, process, 0)
    async with httpx.AsyncClient(base_url=url) as client:
        while time.perf_counter() - began < FIRST_START_AT_MOST and process.returncode is None:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/ready")).status_code == 200:
                    product.seconds_to_ready = time.perf_counter() - began
                    return product
            await asyncio.sleep(0.02)
    await product.stop()
    raise RuntimeError("the server did not start:\n" + Path(log.name).read_text()[-3000:])


@contextlib.contextmanager
def data_folder():  # type: ignore[no-untyped-def]
    folder = Path(tempfile.mkdtemp(prefix="yingke-bench-"))
    folder.chmod(0o755)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Product]:
    """A running product on a new folder, gone afterwards; `arguments` as of `start`."""
    with data_folder() as data:
        product = await start(data, *arguments)
        try:
            yield product
        finally:
            await product.stop()
