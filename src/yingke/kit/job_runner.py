"""Deferred jobs: calls to the outside world, made in no transaction, under a lease that outlives a crash.

A few of one name run at once. Those that hang, as mails do when their server says nothing, hold up neither the facts of
the outbox nor the jobs of another name.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import structlog

from yingke.kit.database import is_away
from yingke.kit.outbox import ATTEMPTS, DONE, Job, put_back, relayed

if TYPE_CHECKING:
    from yingke.kit.work import Ground

log = structlog.get_logger()

AT_ONCE = 4
"""Of one name, in one process."""
LEASE = timedelta(minutes=5)

CLAIM = """
WITH due AS MATERIALIZED (
  SELECT free.id FROM unnest($4::text[], $5::int[]) AS room (name, places), LATERAL (
    SELECT id FROM outbox WHERE fact_id IS NULL AND name = room.name AND run_at <= $1 AND attempts < $2
    ORDER BY run_at LIMIT room.places FOR UPDATE SKIP LOCKED) AS free)
UPDATE outbox SET run_at = $3, attempts = attempts + 1 FROM due WHERE outbox.id = due.id
RETURNING outbox.id, workspace_id, name, payload, attempts
"""
"""Materialized, for as an inner loop the choice could be made again and pass its limit."""


class JobRunner:
    """Any number of runners, in any number of processes, share one outbox."""

    def __init__(self, ground: "Ground", jobs: Mapping[str, Job], services: Any) -> None:
        self._ground = ground
        self._jobs = jobs
        self._services = services
        self._running: dict[asyncio.Task[None], str] = {}

    async def run(self) -> None:
        """Until cancelled. A failure of the database is waited out."""
        while True:
            try:
                await self.start()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("jobs wait for the database", error=repr(error))
                await asyncio.sleep(1)
            self._ground.outbox.jobs_wait.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._ground.outbox.jobs_wait.wait()

    async def start(self) -> int:
        """Start what is due and has room now; how many jobs that are."""
        running = Counter(self._running.values())
        free = {name: AT_ONCE - running[name] for name in self._jobs if running[name] < AT_ONCE}
        async with self._ground.work_everywhere() as work:
            connection = await work.raw()
            rows = await connection.fetch(CLAIM, work.now, ATTEMPTS, work.now + LEASE, list(free), list(free.values()))
        for row in rows:
            task = asyncio.create_task(self._do(row))
            self._running[task] = row["name"]
            task.add_done_callback(self._done)
        return len(rows)

    async def finish(self, grace: float) -> None:
        """Let running jobs finish for `grace` seconds; what does not, runs again after its lease."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._ground.outbox.jobs_wait.set()

    async def _do(self, row: asyncpg.Record) -> None:
        try:
            arguments = msgspec.json.decode(row["payload"])
            await self._jobs[row["name"]](self._services, workspace_id=row["workspace_id"], **arguments)
        except Exception as error:
            await put_back(self._ground, row["id"], row["attempts"], error)
        else:
            async with self._ground.work_everywhere() as work:
                await (await work.raw()).execute(DONE, [row["id"]])
            relayed.labels("done").inc()
