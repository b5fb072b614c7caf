"""The relay: hands facts from the outbox to their listeners, each in the transaction that takes its row away."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import structlog
from prometheus_client import Gauge

from yingke.kit.database import is_away
from yingke.kit.facts import Fact, decode_fact
from yingke.kit.ids import first_id_at, new_id
from yingke.kit.outbox import ATTEMPTS, DONE, KEPT, Listener, name_of, put_back, relayed

if TYPE_CHECKING:
    from yingke.kit.work import Ground, Work

log = structlog.get_logger()

BATCH = 200
GATHER = 0.05
"""Seconds a busy relay lets facts gather, so that a hundred share its transactions; an idle one waits for nothing."""
SUSPECTED_AFTER = 5
"""Failures in a row after which a database that seems to be away is not believed: one of the facts may take too long."""

_MEASURE_EVERY = 10.0
"""Seconds."""
_waiting = Gauge("yingke_outbox_waiting", "Outbox rows that are due and not done", multiprocess_mode="livemostrecent")
_given_up = Gauge(
    "yingke_outbox_given_up", "Outbox rows that failed too often to be tried again", multiprocess_mode="livemostrecent"
)

_COLUMNS = "id, workspace_id, name, (SELECT payload FROM facts WHERE facts.id = fact_id) AS payload, listener, attempts"
"""A subquery, not a join: nothing then can make the planner read all facts to find a few."""
_CLAIM = f"""
SELECT {_COLUMNS} FROM outbox WHERE fact_id IS NOT NULL AND run_at <= $1 AND attempts < $2
ORDER BY run_at LIMIT $3 FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - constants only
_TAKE = f"SELECT {_COLUMNS} FROM outbox WHERE id = $1 FOR UPDATE SKIP LOCKED"  # noqa: S608 - constants only
_SPLIT = """
INSERT INTO outbox (id, workspace_id, name, fact_id, listener, run_at, attempts)
SELECT given.id, workspace_id, name, fact_id, given.listener, run_at, attempts
FROM outbox, unnest($2::uuid[], $3::text[]) AS given (id, listener) WHERE outbox.id = $1
"""
_PURGE = "DELETE FROM facts f WHERE id < $1 AND NOT EXISTS (SELECT FROM outbox o WHERE o.fact_id = f.id)"
_DEPTH = (
    "SELECT count(*) FILTER (WHERE run_at <= $1 AND attempts < $2), count(*) FILTER (WHERE attempts >= $2) FROM outbox"
)


class Relay:
    """Any number of relays, in any number of processes, share one outbox."""

    def __init__(self, ground: "Ground") -> None:
        self._ground = ground
        self._outbox = ground.outbox
        self._listeners = {name_of(each): each for group in self._outbox.listeners.values() for each in group}
        self._at_once = BATCH
        self._failed = 0
        """Batches since one went well."""
        self._claimed = 0
        """Rows of the last batch."""
        self._measured_at = 0.0

    async def run(self) -> None:
        """Until cancelled. A failure of the database is waited out."""
        while True:
            try:
                if time.monotonic() - self._measured_at >= _MEASURE_EVERY:
                    await self.measure()
                busy = await self.drain()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("relay waits for the database", error=repr(error))
                await asyncio.sleep(1)
                continue
            if busy:
                await asyncio.sleep(GATHER if busy < BATCH else 0)
            else:
                self._outbox.facts_wait.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1):  # unlike wait_for it never swallows a cancellation
                        await self._outbox.facts_wait.wait()

    async def drain(self) -> int:
        """Handle what is due now, one batch; the number of rows taken.

        A batch that fails is tried again with fewer rows, until the fact stands alone whose listener is to blame: that
        takes a dozen transactions, where one for each fact and listener would take a thousand.
        """
        while True:
            try:
                taken = await self._drain_together()
            except Exception as error:
                self._failed += 1
                if is_away(error) and self._failed < SUSPECTED_AFTER:
                    raise
                if self._claimed <= 1:
                    return await self._drain_apart()
                self._at_once = max(1, self._claimed // 4)
            else:
                self._failed = 0
                self._at_once = min(BATCH, self._at_once * 4)
                return taken

    async def purge(self) -> None:
        """Forget the facts that nobody reads any more."""
        async with self._ground.work_everywhere() as work:
            await (await work.raw()).execute(_PURGE, first_id_at(work.now - KEPT))

    async def measure(self) -> None:
        """Tell the gauges what is due, in every process: who looks at one machine sees what all of them have before them."""
        self._measured_at = time.monotonic()
        async with self._ground.work_everywhere() as work:
            waiting, given_up = await (await work.raw()).fetchrow(_DEPTH, work.now, ATTEMPTS)
        _waiting.set(waiting)
        _given_up.set(given_up)

    async def _drain_together(self) -> int:
        """All facts in the transaction that claims them."""
        self._claimed = 0
        async with self._ground.work_everywhere() as work:
            rows = await self._claim(work, self._at_once)
            self._claimed = len(rows)
            groups: dict[UUID, list[asyncpg.Record]] = {}
            for row in rows:
                groups.setdefault(row["workspace_id"], []).append(row)
            for group in groups.values():
                await self._hand_over(work, group)
        relayed.labels("done").inc(len(rows))
        return len(rows)

    async def _drain_apart(self) -> int:
        """One fact, each listener in a transaction of its own, to isolate the failing."""
        async with self._ground.work_everywhere() as work:
            rows = await self._claim(work, 1)
            single = [id for row in rows for id in await self._split(await work.raw(), row)]
        for id in single:
            await self._hand_over_alone(id)
        return len(rows)

    async def _claim(self, work: "Work", most: int) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await (await work.raw()).fetch(_CLAIM, work.now, ATTEMPTS, most)
        return rows

    async def _split(self, connection: asyncpg.Connection, row: asyncpg.Record) -> list[UUID]:
        """A row for each listener in the place of `row`; their ids."""
        if row["listener"]:
            return [row["id"]]
        names = [name_of(each) for each in self._of(row)]
        ids = [new_id() for _ in names]
        await connection.execute(_SPLIT, row["id"], ids, names)
        await connection.execute(DONE, [row["id"]])
        return ids

    async def _hand_over(self, work: "Work", rows: Sequence[asyncpg.Record]) -> None:
        """`rows` are of one workspace."""
        await work.narrow(rows[0]["workspace_id"])
        gathered: dict[Listener, list[Fact]] = {}
        for row in rows:
            told = decode_fact(row["name"], row["payload"])
            for listener in self._of(row):
                if hasattr(listener, "together"):
                    gathered.setdefault(listener, []).append(told)
                else:
                    await listener(work, told)
        for listener, facts in gathered.items():
            await listener(work, *facts)
        await work.flush()
        await (await work.raw()).execute(DONE, [row["id"] for row in rows])

    async def _hand_over_alone(self, id: UUID) -> None:
        """The row of one listener. A death on the way delays nothing: only the listener's own commit takes it away."""
        attempts = 0
        try:
            async with self._ground.work_everywhere() as work:
                row = await (await work.raw()).fetchrow(_TAKE, id)
                if row is None:
                    return  # another relay was first
                attempts = row["attempts"]
                await self._hand_over(work, [row])
        except Exception as error:
            await put_back(self._ground, id, attempts + 1, error)
        else:
            relayed.labels("done").inc()

    def _of(self, row: asyncpg.Record) -> Sequence[Listener]:
        if row["listener"] is None:
            return self._outbox.listeners.get(row["name"], ())
        known = self._listeners.get(row["listener"])
        return (known,) if known else ()
