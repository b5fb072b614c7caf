"""What more than one process gives, and how long a million messages take to be saved and brought back."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from benchmarks.bulk import fill
from benchmarks.company import found
from benchmarks.figures import Figure
from benchmarks.messages import AGENTS
from benchmarks.overload import VISITORS, flooding, most_stored
from benchmarks.product import data_folder, running, start
from benchmarks.quota import held_to

CONVERSATIONS, EACH = 20_000, 50
"""A million messages."""
WATCHERS = 1000
SHARE = 0.3
"""Of a core, for each process of the server."""


async def processes() -> AsyncIterator[Figure]:
    """The most that one process and that two store in a second, each process held to a share of a core.

    Without that, on a machine that carries the database and the visitors as well, two processes find no core that one had
    left over, and the figure would be that of the machine.
    """
    rates = {}
    for count in (1, 2):
        async with flooding(VISITORS, *(["--workers", str(count)] if count > 1 else [])) as flood:
            with held_to(SHARE, flood.product.servers()):
                rates[count] = await most_stored(flood)
    more = {"one": round(rates[1]), "two": round(rates[2]), "cores": os.cpu_count(), "core_of_each": SHARE}
    yield Figure(figure="two processes against one, messages/s", value=rates[2] / rates[1], unit="×", limit=1.5,
                 at_least=True, aim=1.8, more=more)  # fmt: skip


async def fan_out() -> AsyncIterator[Figure]:
    """One conversation that a thousand desks watch: the time until a message is at each of them."""
    async with running() as product:
        company = await found(product, agents=AGENTS)
        generator = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.watching"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        asked = {
            "url": product.url.replace("http", "ws"),
            "site": company.site_key,
            "agents": [{"id": each.id, "cookie": each.cookie} for each in company.agents],
            "watchers": WATCHERS,
            "messages": 200,
        }
        answer, _ = await generator.communicate(json.dumps(asked).encode() + b"\n")
    told = json.loads(answer)
    yield Figure(figure="fan-out to 1,000, p99", value=told["p99"], unit="ms", limit=40, aim=15, more=told)


async def backup() -> AsyncIterator[Figure]:
    """`yingke backup` of a million messages from a server that runs, and `yingke restore` into an empty folder."""
    with data_folder() as data:
        product = await start(data)
        try:
            await fill(await found(product, agents=4), conversations=CONVERSATIONS, messages=EACH, opened=200)
            archive = data.parent / "archive.tar.gz"
            saved = await _timed("backup", archive, data)
        finally:
            await product.stop()
        restored = await _timed("restore", archive, data.parent / "restored")
        verified = await _timed("verify", archive, data)
        told = {"messages": CONVERSATIONS * EACH, "archive_mib": round(archive.stat().st_size / 1024 / 1024, 1)}
    yield Figure(figure="backup of 1 M messages", value=saved, unit="s", limit=180, more=told)
    yield Figure(figure="restore of 1 M messages", value=restored, unit="s", limit=300, more=told)
    yield Figure(figure="verify an archive of 1 M messages", value=verified, unit="s", more=told)


async def _timed(command: str, archive: Path, data: Path) -> float:
    """Seconds the command takes, from its start to its end."""
    environment: Mapping[str, str] = {k: v for k, v in os.environ.items() if not k.startswith("YINGKE_")} | {
        "YINGKE_DATA": str(data)
    }
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("yingke")), command, str(archive), env=environment
    )
    if await process.wait():
        raise RuntimeError(f"yingke {command} failed")
    return time.perf_counter() - began
