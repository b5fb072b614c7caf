"""Idle visitors: how much memory the server needs for each that is connected and known by name of its token."""

import asyncio
import contextlib
import json
import resource
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from benchmarks.company import found
from benchmarks.figures import Figure
from benchmarks.memory import KIB, rss
from benchmarks.product import free_port, running

PART = 5000
"""Visitors of one generating process."""
ROUND = 25
"""Seconds in which everybody has had one heartbeat."""
SPARE = 300
"""Open files the server keeps for other things, where the system's limit is close."""


async def idle() -> AsyncIterator[Figure]:
    """10,000 and then 20,000 visitors on one process, or as many as the limit of open files allows."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = 10**9 if most == resource.RLIM_INFINITY else most - SPARE
    bare = await _bare(min(10_000, most))
    async with running() as product:
        company = await found(product)
        async with contextlib.AsyncExitStack() as stack:
            await _come(stack, product.port, company.site_key, 0, 500)  # what every visitor shares is loaded
            before, here, began = product.server_rss(), 500, time.perf_counter()
            for wanted, limit, aim in ((10_000, 25, None), (20_000, None, 18)):
                goal = min(wanted, most)
                while here < goal:
                    count = min(PART, goal - here)
                    await _come(stack, product.port, company.site_key, here, count)
                    here += count
                coming = time.perf_counter() - began
                await asyncio.sleep(5)
                used = product.cpu_seconds()
                await asyncio.sleep(ROUND)
                used = (product.cpu_seconds() - used) / ROUND
                each = (product.server_rss() - before) / (here - 500) / KIB
                yield Figure(
                    figure=f"idle sockets, {wanted:,}",
                    value=each,
                    unit="KiB each",
                    limit=limit or aim,
                    aim=aim or 18,
                    bare=bare,
                    more={"connected": here, "open_files_limit": most + SPARE, "seconds_to_connect": round(coming, 1)},
                )
                at_rest = f"processor at rest, {wanted:,} connected"
                yield Figure(figure=at_rest, value=used, unit="core", limit=0.15, aim=0.05, more={"connected": here})


async def _bare(count: int) -> float:
    """KiB for each bare socket of the same class."""
    port = free_port()
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.bare_idle", str(port))
    try:
        await asyncio.sleep(3)
        async with contextlib.AsyncExitStack() as stack:
            await _come(stack, port, "bare", 0, 200)
            before = rss(server.pid)
            await _come(stack, port, "bare", 200, count - 200)
            await asyncio.sleep(2)
            return (rss(server.pid) - before) / (count - 200) / KIB
    finally:
        server.terminate()
        await server.wait()


async def _come(stack: contextlib.AsyncExitStack, port: int, site: str, first: int, count: int) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.crowd", "127.0.0.1", str(port), site, str(first), str(count)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    stack.push_async_callback(_leave, process)
    assert process.stdout
    line = await asyncio.wait_for(process.stdout.readline(), 400)
    if not line:
        raise RuntimeError(f"visitors {first}–{first + count} could not connect")
    return dict(json.loads(line))


async def _leave(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
