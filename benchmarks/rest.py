"""The whole product at rest, and how long it takes to be ready."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator

from benchmarks.company import found
from benchmarks.figures import Figure
from benchmarks.product import data_folder, start

MIB = 1024 * 1024
SETTLED = 45
"""Seconds of rest before memory is read: a round of every frequent timer."""


async def rest() -> AsyncIterator[Figure]:
    """First start with the creation of the database, a cold start afterwards, and memory with one company in it."""
    bare = await _bare_start()
    with data_folder() as data:
        product = await start(data)
        first = product.seconds_to_ready
        await found(product, agents=2)
        await product.stop()
        product = await start(data)
        try:
            yield Figure(figure="first start to ready", value=first, unit="s", limit=15, bare=bare)
            yield Figure(figure="start to ready", value=product.seconds_to_ready, unit="s", limit=5, bare=bare)
            await asyncio.sleep(SETTLED)
            total = product.total_pss()
            yield Figure(
                figure="whole product at rest",
                value=sum(total.values()) / MIB,
                unit="MiB",
                limit=250,
                aim=180,
                more={f"{name}_mib": round(size / MIB, 1) for name, size in total.items()},
            )
        finally:
            await product.stop()


async def _bare_start() -> float:
    """A Python that imports the web framework and stops."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import fastapi, sqlalchemy, uvicorn")
    await process.wait()
    return time.perf_counter() - began
