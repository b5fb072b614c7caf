"""Ten times what the server can store: what is still stored, how soon the rest is refused, and how soon all is well again.

Twice: from visitors who do what the protocol and the widget do, send one message at a time and come again when told to; and
from visitors who send on whatever they are told. These are not listened to for as long, so nothing is promised to them.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from benchmarks.company import found
from benchmarks.figures import Figure, percentile
from benchmarks.product import Product, running

VISITORS, RETURNING = 1000, 2000
OF_EACH_AGENT = 100
SECONDS = float(os.environ.get("YINGKE_BENCH_OVERLOAD_SECONDS", "30"))
"""How long ten times the capacity is written, by visitors of each kind."""
STEP = 4.0
FOR_AGENTS = 0.1
"""The share of what is sent that agents send, at most a tenth of the capacity in the flood."""


class Flooding:
    """The generator's process, and what is looked at meanwhile."""

    def __init__(self, process: asyncio.subprocess.Process, product: Product) -> None:
        self._process = process
        self.product = product
        self.health: list[float] = []
        self.memory: list[int] = []

    async def ask(self, **line: Any) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        answer = await asyncio.wait_for(self._process.stdout.readline(), line.get("seconds", 0) + 240)
        if not answer:
            raise RuntimeError("the load generator failed")
        return dict(json.loads(answer))

    async def at(
        self, rate: float, seconds: float, agents: float | None = None, *, heeding: bool = False
    ) -> dict[str, Any]:
        agents = rate * FOR_AGENTS if agents is None else agents
        self.health, self.memory = [], []
        watching = asyncio.create_task(self._watch())
        try:
            return await self.ask(visitors=rate - agents, agents=agents, seconds=seconds, heeding=heeding)
        finally:
            watching.cancel()

    async def _watch(self) -> None:
        async with httpx.AsyncClient(base_url=self.product.url, timeout=10) as http:
            while True:
                began = time.perf_counter()
                with contextlib.suppress(httpx.HTTPError):
                    await http.get("/health")
                self.health.append(time.perf_counter() - began)
                self.memory.append(self.product.server_rss())
                await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def flooding(visitors: int, *arguments: str) -> AsyncIterator[Flooding]:
    """A product started with `arguments`, and conversations of `visitors` with agents who see them all."""
    async with running(*arguments) as product:
        company = await found(product, agents=visitors // OF_EACH_AGENT)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.flood", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            flood = Flooding(process, product)
            agents = [{"id": each.id, "cookie": each.cookie} for each in company.agents]
            url = product.url.replace("http", "ws")
            await flood.ask(url=url, site=company.site_key, agents=agents, conversations=visitors)
            yield flood
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def overload() -> AsyncIterator[Figure]:
    """The capacity is found first; then visitors write ten times as much, while agents answer."""
    async with flooding(VISITORS) as flood:
        capacity = await most_stored(flood)
        normal = await flood.at(capacity * 0.8, SECONDS)  # as long as what it is held against: stalls are rare
        usual = normal["visitors"]["ack"]["p99"]
        for name, heeding in (("overload", True), ("flood", False)):
            at_rest = flood.product.server_rss()
            told = await flood.at(capacity * 10, SECONDS, agents=capacity * FOR_AGENTS, heeding=heeding)
            health, grown = percentile(flood.health, 0.99) * 1000, (max(flood.memory) - at_rest) / 2**20
            again = await _seconds_to_normal(flood, capacity, usual)
            visitors, agents = told["visitors"], told["agents"]
            stored = visitors["acked_per_second"] + agents["acked_per_second"]
            written = round((visitors["written"] + agents["written"]) / SECONDS)
            more = {"capacity": round(capacity), "written_per_second": written, "seconds": SECONDS, "cut": told["cut"]}
            more |= {"unanswered": visitors["unanswered"] + agents["unanswered"]}
            refusals = {
                name: visitors[name] for name in ("sent", "refused", "refused_within_50_ms", "without_retry_after")
            }
            yield Figure(figure=f"{name}, stored of the capacity", value=stored / capacity, unit="share", limit=0.9,
                         at_least=True, more=more | refusals)  # fmt: skip
            if heeding:
                yield Figure(figure=f"{name}, accepted p99", value=visitors["ack"]["p99"], unit="ms", limit=2 * usual,
                             more={"usual": usual})  # fmt: skip
                yield Figure(figure=f"{name}, refused within 50 ms", value=visitors["refused_within_50_ms"] or 0,
                             unit="share", limit=0.99, at_least=True, more=visitors["refusal"])  # fmt: skip
            yield Figure(figure=f"{name}, agents' replies stored", value=agents["acked"] / max(1, agents["sent"]),
                         unit="share", limit=0.99, at_least=True, more=agents["ack"])  # fmt: skip
            yield Figure(figure=f"{name}, health p99", value=health, unit="ms", limit=100)
            yield Figure(figure=f"{name}, memory grown", value=grown, unit="MiB", limit=50)
            yield Figure(figure=f"{name}, normal again", value=again, unit="s", limit=10)


async def return_of_all() -> AsyncIterator[Figure]:
    """2,000 visitors with a conversation each lose their sockets at the same moment."""
    async with flooding(RETURNING) as flood:
        told = await flood.ask(cut=True)
    yield Figure(figure="sockets cut at once, all back", value=told["last"], unit="s", limit=30, more=told)


async def most_stored(flood: Flooding) -> float:
    """The most that is stored in a second: the rate is raised until more has not helped twice, and the best one repeated."""
    best, rate, in_vain = (0.0, 0.0), 300.0, 0
    while in_vain < 2:
        stored = await _stored(flood, rate, STEP)
        in_vain = in_vain + 1 if stored < best[0] * 1.1 else 0
        best, rate = max(best, (stored, rate)), rate * 1.6
    return await _stored(flood, best[1], 3 * STEP)  # what was best once may have been luck


async def _stored(flood: Flooding, rate: float, seconds: float) -> float:
    told = await flood.at(rate, seconds, heeding=True)
    await asyncio.sleep(1)
    return float(told["visitors"]["acked_per_second"] + told["agents"]["acked_per_second"])


async def _seconds_to_normal(flood: Flooding, capacity: float, usual: float) -> float:
    began = time.perf_counter()
    while time.perf_counter() - began < 60:
        told = await flood.at(capacity * 0.8, 1)
        visitors = told["visitors"]
        if not visitors["refused"] and visitors["ack"] and visitors["ack"]["p99"] <= 2 * usual:
            break
    return time.perf_counter() - began - 1
