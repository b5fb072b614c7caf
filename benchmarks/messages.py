"""Messages over sockets: how long one takes at an ordinary rate, and how many a second there can be."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

from benchmarks.company import found
from benchmarks.figures import Figure
from benchmarks.product import data_folder, free_port, running

AGENTS = 10
"""Each sees all conversations: a message is pushed to its visitor and to ten agents."""


class Load:
    """The generator's process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, line: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        answer = await asyncio.wait_for(self._process.stdout.readline(), 180)
        if not answer:
            raise RuntimeError("the load generator failed")
        return dict(json.loads(answer))


@contextlib.asynccontextmanager
async def load(**given: Any) -> AsyncIterator[Load]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        generator = Load(process)
        await generator.ask(given)
        yield generator
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def product_load(conversations: int) -> AsyncIterator[Load]:
    async with running() as product:
        company = await found(product, agents=AGENTS)
        agents = [{"id": each.id, "cookie": each.cookie} for each in company.agents]
        url = product.url.replace("http", "ws")
        async with load(url=url, site=company.site_key, agents=agents, conversations=conversations) as generator:
            yield generator


@contextlib.asynccontextmanager
async def bare_load(conversations: int) -> AsyncIterator[Load]:
    port = free_port()
    with data_folder() as data:
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.bare", str(data / "postgres"), str(port)
        )
        try:
            await _listening(port)
            async with load(url=f"ws://127.0.0.1:{port}/", bare=True, conversations=conversations) as generator:
                yield generator
        finally:
            server.send_signal(signal.SIGINT)
            await server.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)


async def message() -> AsyncIterator[Figure]:
    """200 conversations, 200 messages a second, half from visitors, half from agents, for 20 seconds."""
    async with bare_load(200) as generator:
        bare = await generator.ask({"rate": 200, "seconds": 8})
    async with product_load(200) as generator:
        await generator.ask({"rate": 200, "seconds": 3})
        ours = await generator.ask({"rate": 200, "seconds": 20})
    told = {name: ours[name] for name in ("sent", "lost", "refused")} | {"agents": AGENTS}
    for what, name in (("ack", "message acknowledged"), ("received", "message received by the other side")):
        for share, limit, aim in (("p50", None, None), ("p99", 40, 15)):
            yield Figure(
                figure=f"{name}, {share}",
                value=ours[what][share],
                unit="ms",
                limit=limit,
                aim=aim,
                bare=bare[what][share],
                more=told | {"max": ours[what]["max"]},
            )


async def sustained() -> AsyncIterator[Figure]:
    """The highest rate at which for six seconds nothing is lost or refused and p99 ≤ 100 ms."""
    async with bare_load(400) as generator:
        bare, _ = await highest(generator, top=20_000)
    async with product_load(400) as generator:
        ours, reached = await highest(generator, top=6000)
    yield Figure(
        figure="sustained rate",
        value=ours,
        unit="messages/s",
        limit=2000,
        at_least=True,
        aim=5000,
        bare=bare,
        more=reached,
    )


async def highest(generator: Load, top: int) -> tuple[float, dict[str, Any]]:
    """The highest rate that was kept, and the spread at it. Doubles until it fails, then closes in to a tenth.

    A rate has failed when it failed twice: a machine that stalls once for a tenth of a second says nothing about it."""
    await generator.ask({"rate": 100, "seconds": 2})
    low, high, best = 0.0, 0.0, {}
    rate = 500.0
    while not high or high - low > low / 10:
        result = await generator.ask({"rate": rate, "seconds": 6})
        if not _sustained(result):
            await asyncio.sleep(1)
            result = await generator.ask({"rate": rate, "seconds": 6})
        if _sustained(result):
            low, best = rate, result
        else:
            high = rate
        if rate >= top and low == rate:
            break
        rate = min(top, low * 2 if not high else (low + high) / 2)
        if high and high < 50:
            break
        await asyncio.sleep(1)
    return low, {name: best.get(name) for name in ("sent_per_second", "ack", "received", "sent")}


def _sustained(result: dict[str, Any]) -> bool:
    whole = not result["lost"] and not result["refused"] and not result["cut"]
    kept_up = result["sent_per_second"] > result["rate"] * 0.995
    return whole and kept_up and max(result["ack"]["p99"], result["received"]["p99"]) <= 100
