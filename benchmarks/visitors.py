"""Visitors in sight: what recording them costs, how fast it is, how soon a desk sees them, and what reports of months take."""

import asyncio
import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from benchmarks.browser import shop
from benchmarks.company import Company, found, without_tracking
from benchmarks.figures import Figure, percentile
from benchmarks.page import page_cost
from benchmarks.product import Product, running

ONLINE = 5000
SECONDS = 20.0
FLOOD_SECONDS, FLOOD_AT_ONCE = 8.0, 400
PAGE_VIEWS = int(os.environ.get("YINGKE_BENCH_PAGE_VIEWS", "10000000"))
DAYS = 90
ROUNDS = 20


async def visitors() -> AsyncIterator[Figure]:
    """5,000 visitors who look at another page every 20 seconds, two reports each, and a desk that looks at them."""
    online = min(ONLINE, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 500)
    async with running() as product, shop() as pages:
        company = await found(product, origins=[pages.url])
        yield await _added(company)
        async for figure in page_cost(company, pages):
            yield figure
        async with _browsing(company, online) as ask:
            before, began = product.cpu_seconds(), time.perf_counter()
            told = await ask({"run": "browse", "seconds": SECONDS})
            cores = (product.cpu_seconds() - before) / (time.perf_counter() - began)
            flood = await ask({"run": "flood", "seconds": FLOOD_SECONDS, "at_once": FLOOD_AT_ONCE})
    if told["failed"] or told["lost"] or flood["failed"]:
        raise RuntimeError(f"reports were not taken: {told}, {flood}")
    more = {"visitors": online, "reports_per_second": told["rate"], "p50": told["p50"], "max": told["max"]}
    yield Figure(figure="report of a visit, p99", value=told["p99"], unit="ms", limit=100, more=more)
    each = cores / online * 1000
    yield Figure(
        figure="CPU per 1,000 visitors online", value=each, unit="core", limit=0.08, aim=0.03,
        more={"visitors": online, "with": "database and live view", "cores": round(cores, 3)},
    )  # fmt: skip
    yield Figure(
        figure="live view after a page view, p95", value=told["live"]["p95"], unit="ms", limit=1000, aim=300,
        more={"p50": told["live"]["p50"], "max": told["live"]["max"], "shown": told["live_items"]},
    )  # fmt: skip
    yield Figure(
        figure="page views stored, durable", value=flood["stored_per_second"], unit="per second", limit=2000,
        at_least=True, aim=10_000, more={"at_once": FLOOD_AT_ONCE, "p99": flood["p99"]},
    )  # fmt: skip


async def traffic() -> AsyncIterator[Figure]:
    """Reports over ninety days with ten million page views; today is counted from the rows."""
    async with running() as product:
        company = await found(product)
        began = time.perf_counter()
        await _fill(product, company)
        filled = time.perf_counter() - began
        began = time.perf_counter()
        await _rolled_up(product)
        rolled = time.perf_counter() - began
        taken: dict[str, list[float]] = {}
        async with company.browser() as client:
            for path in ("", "/by/source", "/by/keyword", "/by/page", "/by/landing", "/by/region"):
                for _ in range(ROUNDS):
                    began = time.perf_counter()
                    answer = await client.get(f"/api/v1/traffic{path}", params=_range())
                    answer.raise_for_status()
                    taken.setdefault(path or "/", []).append((time.perf_counter() - began) * 1000)
    every = [each for times in taken.values() for each in times]
    slowest = {path.strip("/") or "days": round(percentile(times, 0.95)) for path, times in taken.items()}
    yield Figure(
        figure="report over 90 days, p95",
        value=percentile(every, 0.95),
        unit="ms",
        limit=500,
        aim=150,
        more={"page_views": PAGE_VIEWS, "by": slowest, "seconds_to_fill": round(filled), "to_roll_up": round(rolled)},
    )


async def _added(company: Company) -> Figure:
    """What recording adds to a page: to the launcher, and the script that it fetches."""
    async with company.browser() as client:

        async def packed(path: str) -> int:
            answer = await client.get(f"/w/{company.site_key}{path}", headers={"Accept-Encoding": "gzip"})
            answer.raise_for_status()
            return int(answer.headers["content-length"])

        with_it, tracker = await packed(".js"), await packed("/v.js")
        await without_tracking(company)
        before = await packed(".js")
        on = {"settings": {"tracking": {"mode": "full"}}}
        (await client.patch(f"/api/v1/sites/{company.site_id}", json=on)).raise_for_status()
    more = {"in_the_loader": with_it - before, "tracker": tracker}
    added = (with_it - before + tracker) / 1000
    return Figure(figure="tracking, beyond the loader", value=added, unit="kB", limit=1.5, more=more)


@contextlib.asynccontextmanager
async def _browsing(company: Company, online: int) -> AsyncIterator[Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.browsing", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    given = {"port": company.product.port, "site": company.site_key, "visitors": online, "cookie": company.owner.cookie}

    async def ask(line: dict[str, Any]) -> dict[str, Any]:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(line).encode() + b"\n")
        answer = await asyncio.wait_for(process.stdout.readline(), 170)
        if not answer:
            raise RuntimeError("the visitors failed")
        return dict(json.loads(answer))

    try:
        arrived = await ask(given)
        if arrived["failed"]:
            raise RuntimeError(f"{arrived['failed']} visitors could not arrive")
        yield ask
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _range() -> dict[str, str]:
    from datetime import UTC, datetime, timedelta
    from zoneinfo import ZoneInfo

    today = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()
    return {"from": str(today - timedelta(days=DAYS - 1)), "to": str(today)}


_VISITORS = """
INSERT INTO visitors (workspace_id, id, site_id, token_hash, language, user_agent, device, address_prefix, visits,
  first_seen_at, last_seen_at, fields, anonymous)
SELECT $1::uuid, md5('v' || n)::uuid, $2::uuid, decode(md5('t' || n), 'hex'), 'zh-CN', '', '{}', '', 3, now(), now(), '{}', false
FROM generate_series(1, $3::int) AS n
"""
_VISITS = """
INSERT INTO visits (workspace_id, id, site_id, visitor_id, number, started_at, active_at, page_views, events, landing_url,
  landing_title, exit_url, exit_title, referrer, language, source, region, device)
SELECT $1::uuid, uuidv7(at - now()), $2::uuid, md5('v' || 1 + n % $4::int)::uuid, 1 + n / $4::int, at, at + interval '3 minutes', 4, 0,
  'https://shop.example/p/' || n % 700, '', 'https://shop.example/p/' || n * 7 % 700, '', '', 'zh-CN',
  jsonb_build_object('kind', (ARRAY['search','direct','social','paid','referral'])[1 + n % 5], 'engine',
    (ARRAY['baidu','','','baidu','',''])[1 + n % 5], 'keyword', CASE WHEN n % 5 = 0 THEN '坚果 ' || n * 31 % 3000 ELSE '' END),
  jsonb_build_object('country', '中国', 'province', (ARRAY['广东','浙江','江苏','北京','上海','四川'])[1 + n % 6]),
  jsonb_build_object('kind', 'phone', 'os', 'Android 14', 'browser', 'WeChat 8')
FROM (SELECT n, now() - (n::float8 / $3::int * $5::int * 86400 + 30) * interval '1 second' AS at
      FROM generate_series(1, $3::int) AS n) made
"""
_PAGES = """
INSERT INTO page_views (workspace_id, visit_id, id, visitor_id, site_id, at, url, title, open_ms, visible_ms, scroll)
SELECT v.workspace_id, v.id, md5(v.id::text || p)::uuid, v.visitor_id, v.site_id, v.started_at + p * interval '40 seconds',
  'https://shop.example/p/' || (hashtext(v.id::text) & 1048575) * (p + 1) % 700, '', 40000, 25000, 60
FROM visits v CROSS JOIN generate_series(0, 3) AS p WHERE v.workspace_id = $1
"""


async def _fill(product: Product, company: Company) -> None:
    """Straight into the database: only how it came there differs."""
    connection = await asyncpg.connect(product.superuser_dsn)
    try:
        workspace = await connection.fetchval("SELECT id FROM workspaces LIMIT 1")
        visits = PAGE_VIEWS // 4
        people = max(1, visits // 3)
        for statement, arguments in (
            (_VISITORS, (workspace, company.site_id, people)),
            (_VISITS, (workspace, company.site_id, visits, people, DAYS)),
            (_PAGES, (workspace,)),
        ):
            await connection.execute(statement, *arguments, timeout=1500)
        for table in ("visitors", "visits", "page_views"):
            await connection.execute(f"VACUUM ANALYZE {table}", timeout=600)
    finally:
        await connection.close()


async def _rolled_up(product: Product) -> None:
    """As the timers do it, now."""
    from yingke.settings import read_settings
    from yingke.traffic import roll_up_days
    from yingke.worker import services

    settings = read_settings({"YINGKE_DATA": str(product.data)})
    async with services(settings, product.dsn) as all_services:
        await roll_up_days(all_services.ground)
