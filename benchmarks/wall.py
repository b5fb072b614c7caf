"""The supervisors' wall with a large floor on it: from a change to its being on the screen."""

import time
from collections.abc import AsyncIterator

import asyncpg
from playwright.async_api import Page

from benchmarks.browser import chromium, person
from benchmarks.bulk import fill
from benchmarks.company import Company, found
from benchmarks.figures import Figure, percentile
from benchmarks.product import running

AGENTS, CONVERSATIONS, QUEUED, CHANGES = 500, 5000, 1000, 40
_HIRED = """
WITH made AS (SELECT n, uuidv7() AS login, uuidv7() AS agent FROM generate_series(1, $2::int) n),
l AS (INSERT INTO logins (id, email, password_hash, totp_last_step, recovery_hashes, created_at)
      SELECT login, 'wall' || n || '@example.com', '-', 0, '[]', now() FROM made),
m AS (INSERT INTO memberships (workspace_id, id, login_id, role) SELECT $1, agent, login, 'agent' FROM made)
INSERT INTO agents (workspace_id, id, name, nickname, title, languages, capacity, availability, availability_since, preferences)
SELECT $1, agent, '客服' || n, '', '', '{}', 20, 'online', now(), '{}' FROM made
"""
_SPREAD = """
UPDATE conversations c SET agent_id = a.id, waiting_since = CASE WHEN c.number % 7 = 0 THEN now() END
FROM (SELECT id, row_number() OVER () AS n FROM agents WHERE workspace_id = $1) a
WHERE c.workspace_id = $1 AND c.status = 'open' AND a.n = 1 + c.number % $2
"""
_FRAME = (
    """() => { const began = performance.now(); return painted(() => true).then(() => performance.now() - began); }"""
)
_SHOWN = """(wanted) => { window.shown = painted(() => document.querySelector('[data-count=waiting]')?.textContent === wanted)
  .then(() => Date.now()); }"""


async def wall() -> AsyncIterator[Figure]:
    async with running() as product, chromium() as browser:
        company = await found(product)
        await fill(company, conversations=CONVERSATIONS, messages=2, opened=CONVERSATIONS - QUEUED, queued=QUEUED)
        await _crowd(company)
        async with person(browser, company.owner, product.url) as supervisor:
            page = await supervisor.new_page()
            await page.goto(product.url + "/desk/wall")
            await page.locator(f"[data-count=waiting]:text-is('{QUEUED}')").wait_for(timeout=60_000)
            taken = await _changes(page, company)
            frames = [float(await page.evaluate(_FRAME)) for _ in range(20)]
        yield Figure(
            figure="wall: a change is shown, p95",
            value=percentile(taken, 0.95),
            unit="ms",
            limit=1000,
            aim=300,
            bare=max(1.0, percentile(frames, 0.5)),
            more={"p50": round(percentile(taken, 0.5)), "agents": AGENTS, "conversations": CONVERSATIONS},
        )


async def _crowd(company: Company) -> None:
    connection = await asyncpg.connect(company.product.superuser_dsn, command_timeout=120)
    try:
        workspace_id = await connection.fetchval("SELECT id FROM workspaces")
        await connection.execute(_HIRED, workspace_id, AGENTS)
        await connection.execute(_SPREAD, workspace_id, AGENTS)
        await connection.execute("VACUUM ANALYZE conversations, agents")
    finally:
        await connection.close()


async def _changes(page: Page, company: Company) -> list[float]:
    """Milliseconds from the request that takes somebody from the queue to the painted count without him."""
    taken: list[float] = []
    async with company.browser() as client:
        answer = await client.get("/api/v1/conversations?view=queue&limit=100")
        waiting = [each["id"] for each in answer.json()["items"]][:CHANGES]
        for number, conversation_id in enumerate(waiting, 1):
            await page.evaluate(_SHOWN, str(QUEUED - number))
            began = time.time() * 1000
            (await client.post(f"/api/v1/conversations/{conversation_id}/accept")).raise_for_status()
            taken.append(float(await page.evaluate("() => window.shown")) - began)
    return taken
