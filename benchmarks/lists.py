"""Lists and search over 100,000 conversations with two million messages, through the API."""

import time
from collections.abc import AsyncIterator, Sequence

import asyncpg
import httpx

from benchmarks.bulk import fill
from benchmarks.company import Company, found
from benchmarks.figures import Figure, percentile
from benchmarks.product import running

CONVERSATIONS, EACH = 100_000, 20
ROUNDS = 12
_LISTS = (
    "view=all",
    "view=mine",
    "view=queue",
    "view=done",
    "view=all&limit=100",
    "view=done&limit=100&status=resolved",
)
_WORDS = (
    "发货",
    "山核桃",
    "保温杯 颜色",
    "蓝牙耳机 退换",
    "发票",
    "the new",
    "110519",
    "优惠券 北京",
    "巴旦木",
    "没有这个词儿",
)
"""Of every kind: what everybody says, two words together, one number, a word nobody said."""


async def lists() -> AsyncIterator[Figure]:
    async with running() as product:
        company = await found(product, agents=3)
        began = time.perf_counter()
        await fill(company, conversations=CONVERSATIONS, messages=EACH, opened=300, queued=100)
        more = {
            "conversations": CONVERSATIONS,
            "messages": CONVERSATIONS * EACH,
            "seconds_to_fill": round(time.perf_counter() - began),
        }
        async with company.browser() as client:
            bare = await _bare(company, client)
            cursors = [f"{each}&cursor={await _second_page(client, each)}" for each in ("view=all", "view=done")]
            listed = await _timed(client, [f"/api/v1/conversations?{each}" for each in (*_LISTS, *cursors)])
            searched = await _timed(client, [f"/api/v1/search?q={each}" for each in _WORDS])
            counted = await _timed(client, ["/api/v1/conversations/counts"])
    for name, taken, limit in (("list", listed, 30), ("search", searched, 100), ("counts", counted, None)):
        spread = {"p50": round(percentile(taken, 0.5), 1), "max": round(max(taken), 1)}
        yield Figure(
            figure=f"{name}, p95",
            value=percentile(taken, 0.95),
            unit="ms",
            limit=limit,
            bare=percentile(bare, 0.95),
            more=spread | more,
        )


async def _timed(client: httpx.AsyncClient, addresses: Sequence[str]) -> list[float]:
    """Milliseconds of each request, one at a time; the first round warms up."""
    taken = []
    for number in range(ROUNDS + 1):
        for address in addresses:
            began = time.perf_counter()
            (await client.get(address)).raise_for_status()
            if number:
                taken.append((time.perf_counter() - began) * 1000)
    return taken


async def _second_page(client: httpx.AsyncClient, query: str) -> str:
    return str((await client.get(f"/api/v1/conversations?{query}")).json()["next_cursor"])


async def _bare(company: Company, client: httpx.AsyncClient) -> list[float]:
    """The newest fifty rows along an index, through asyncpg, and an HTTP answer without any work, one after the other."""
    connection = await asyncpg.connect(company.product.superuser_dsn)
    taken = []
    try:
        workspace_id = await connection.fetchval("SELECT id FROM workspaces")
        for _ in range(ROUNDS * 5):
            began = time.perf_counter()
            await connection.fetch(
                "SELECT * FROM conversations WHERE workspace_id = $1"
                " ORDER BY active_period DESC, last_message_at DESC LIMIT 50",
                workspace_id,
            )
            await client.get("/health")
            taken.append((time.perf_counter() - began) * 1000)
    finally:
        await connection.close()
    return taken
