"""The outbox: facts and jobs, stored by the transaction that made them true, handed on after it.

Two hand-overs follow a commit. *Push*: every process is told at once (its own by a call, the others over the bus) and
shows it on its sockets; a lost push costs delay only. *Relay*: the listeners of the wiring table run once each, in the
transaction that takes the row away, with retries on their own. Rows are claimed by state (`SKIP LOCKED`), never by
"greater than", because ids become visible out of order under concurrent commits.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import Index, Text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base
from yingke.kit.facts import Fact, decode_fact, encode_fact
from yingke.kit.ids import first_id_at, new_id

if TYPE_CHECKING:
    from yingke.kit.work import Ground, Work

log = structlog.get_logger()

Listener = Callable[..., Awaitable[None]]
"""Called with the work and one fact; one marked `together` with the work and any number of facts."""
Job = Callable[..., Awaitable[None]]

KEPT = timedelta(minutes=10)
"""Other processes read pushed facts by id: they stay that long."""
ATTEMPTS = 12
"""After this many failures, over about a day, a row stays for a person to look at."""
JOB_LEASE = timedelta(minutes=5)
GATHER = 0.05
"""Seconds a busy relay lets facts gather, so that a hundred share its transactions; an idle one waits for nothing."""

_relayed = Counter("yingke_outbox_relayed_total", "Outbox rows whose listeners or job have run", ["outcome"])
_waiting = Gauge("yingke_outbox_waiting", "Outbox rows that are due and not done")


class FactRow(Base):
    """A fact as it was told. Kept for a while after its listeners ran: other processes read pushed facts by id."""

    __tablename__ = "facts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID | None]
    name: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)


class OutboxRow(Base):
    """What is still to be done: a fact for its listeners, or for one of them again (`listener`), or a job.

    A row is small and short-lived, and is gone when it is done; only a job carries its arguments itself.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "run_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID | None]
    name: Mapped[str]
    fact_id: Mapped[UUID | None]
    payload: Mapped[str | None] = mapped_column(Text)
    listener: Mapped[str | None]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


@dataclass(slots=True, frozen=True)
class Told:
    """What a transaction has to hand on: a fact, or a deferred job (`fact` is None)."""

    id: UUID
    workspace_id: UUID | None
    name: str
    payload: str
    fact: Fact | None
    run_at: datetime | None

    @classmethod
    def of(cls, fact: Fact) -> "Told":
        return cls(new_id(), fact.workspace_id, fact.name, encode_fact(fact).decode(), fact, None)

    @classmethod
    def job(cls, name: str, workspace_id: UUID | None, arguments: dict[str, Any], at: datetime | None) -> "Told":
        return cls(new_id(), workspace_id, name, msgspec.json.encode(arguments).decode(), None, at)


STORE_TOLD = """
kept AS (INSERT INTO facts (id, workspace_id, name, payload) SELECT id, workspace_id, name, payload FROM told
         WHERE is_fact),
due AS (INSERT INTO outbox (id, workspace_id, name, fact_id, payload, run_at, attempts)
        SELECT id, workspace_id, name, CASE WHEN is_fact THEN id END, CASE WHEN NOT is_fact THEN payload END, run_at, 0
        FROM told WHERE run_at IS NOT NULL)
"""
"""Stores the rows of `told (id, workspace_id, name, payload, is_fact, run_at)`, a table expression before it."""
_STORE = f"""
WITH told AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bool[], $6::timestamptz[])
              AS t (id, workspace_id, name, payload, is_fact, run_at)),
{STORE_TOLD} SELECT
"""  # noqa: S608 - constants only


class Outbox:
    """Stores what is told and, after the commit, pushes it and wakes the relay."""

    def __init__(self, listeners: Mapping[str, Sequence[Listener]]) -> None:
        self.process = new_id()
        self.listeners = listeners
        self.wake = asyncio.Event()
        self.push: Callable[[Sequence[Fact]], None] = lambda facts: None
        """Called after each commit with the facts told by it; set by the realtime hub."""
        self.announce: Callable[[Sequence[UUID]], None] = lambda ids: None
        """Likewise with their ids, for other processes."""
        self.doubt: Callable[[Sequence[UUID]], None] = lambda ids: None
        """Called with the ids of facts of which nobody can say whether they are stored: the answer was lost on the way."""

    async def store(self, connection: asyncpg.Connection, told: Sequence[Told], now: datetime) -> None:
        await connection.execute(_STORE, *self.columns(told, now))

    def columns(self, told: Sequence[Told], now: datetime) -> list[list[Any]]:
        """The columns of `told`, as STORE_TOLD names them. What nobody listens to is not due at any time."""
        rows = [(t.id, t.workspace_id, t.name, t.payload, t.fact is not None, self._run_at(t, now)) for t in told]
        return [list(column) for column in zip(*rows, strict=True)]

    def _run_at(self, told: Told, now: datetime) -> datetime | None:
        return None if told.fact and not self.listeners.get(told.name) else told.run_at or now

    def committed(self, told: Sequence[Told]) -> None:
        if facts := [t.fact for t in told if t.fact]:
            self.push(facts)
            self.announce([t.id for t in told if t.fact])
        self.wake.set()

    def doubtful(self, told: Sequence[Told]) -> None:
        """The transaction of `told` may have committed."""
        self.doubt([t.id for t in told if t.fact])


# A subquery, not a join: nothing then can make the planner read all facts to find a few.
_CLAIM = """
SELECT id, workspace_id, name, coalesce(payload, (SELECT payload FROM facts WHERE facts.id = fact_id)) AS payload,
       listener, attempts, fact_id IS NULL AS is_job
FROM outbox WHERE run_at <= $1 AND attempts < $3 ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_LEASE = "UPDATE outbox SET run_at = $2, attempts = attempts + 1 WHERE id = ANY($1)"
_DONE = "DELETE FROM outbox WHERE id = ANY($1)"
_RETRY = "UPDATE outbox SET run_at = $2, attempts = $3, last_error = $4 WHERE id = $1"
_SPLIT = """
INSERT INTO outbox (id, workspace_id, name, fact_id, listener, run_at, attempts)
SELECT gen_random_uuid(), workspace_id, name, fact_id, l, run_at, attempts FROM outbox, unnest($2::text[]) l WHERE id = $1
RETURNING id
"""
_TAKE = """
SELECT id, name, listener, attempts, (SELECT payload FROM facts WHERE facts.id = fact_id) AS payload, workspace_id
FROM outbox WHERE id = $1 FOR UPDATE SKIP LOCKED
"""
_PURGE = "DELETE FROM facts f WHERE id < $1 AND NOT EXISTS (SELECT FROM outbox o WHERE o.fact_id = f.id)"
_DEPTH = "SELECT count(*) FROM outbox WHERE run_at <= now()"


def together(listener: Listener) -> Listener:
    """Mark a listener that takes many facts of one workspace at once: `await listener(work, *facts)`."""
    listener.together = True  # type: ignore[attr-defined] # a mark on a function
    return listener


def name_of(listener: Listener) -> str:
    return f"{listener.__module__.removeprefix('yingke.')}.{listener.__name__}"


def backoff(attempts: int) -> timedelta:
    """Wait before the next attempt: 2 s, 4 s, … up to 3 hours."""
    return timedelta(seconds=min(2**attempts, 3 * 3600))


class Relay:
    """Runs listeners and jobs. Any number of relays, in any number of processes, share one outbox."""

    def __init__(
        self,
        ground: "Ground",
        jobs: Mapping[str, Job],
        services: Any,
        *,
        batch: int = 200,
        jobs_at_once: int = 8,
    ) -> None:
        self._ground = ground
        self._outbox = ground.outbox
        self._jobs = jobs
        self._services = services
        self._batch = batch
        self._slots = asyncio.Semaphore(jobs_at_once)
        self._running: set[asyncio.Task[None]] = set()
        self._listeners = {name_of(each): each for group in self._outbox.listeners.values() for each in group}

    async def run(self) -> None:
        """Until cancelled. A failure of the database is waited out."""
        while True:
            try:
                busy = await self.drain()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, TimeoutError) as error:
                log.warning("relay waits for the database", error=repr(error))
                await asyncio.sleep(1)
                continue
            if busy:
                await asyncio.sleep(GATHER if busy < self._batch else 0)
            else:
                self._outbox.wake.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1):  # unlike wait_for it never swallows a cancellation
                        await self._outbox.wake.wait()

    async def drain(self) -> int:
        """Handle what is due now, one batch; the number of rows taken."""
        try:
            return await self._drain_together()
        except (OSError, asyncpg.InterfaceError, TimeoutError):
            raise
        except Exception:
            return await self._drain_one_by_one()

    async def stop(self, grace: float) -> None:
        """Let running jobs finish for `grace` seconds; what does not, runs again after its lease."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace)

    async def purge(self) -> None:
        async with self._ground.work_everywhere() as work:
            connection = await work.raw()
            await connection.execute(_PURGE, first_id_at(work.now - KEPT))
            _waiting.set(await connection.fetchval(_DEPTH))

    async def _drain_together(self) -> int:
        """All facts in the transaction that claims them."""
        async with self._ground.work_everywhere() as work:
            rows, jobs = await self._claim(work)
            groups: dict[UUID, list[asyncpg.Record]] = {}
            for row in rows:
                if not row["is_job"]:
                    groups.setdefault(row["workspace_id"], []).append(row)
            for workspace_id, group in groups.items():
                await work.narrow(workspace_id)
                await self._hand_over(work, group)
        _relayed.labels("done").inc(len(rows) - len(jobs))
        await self._start(jobs)
        return len(rows)

    async def _drain_one_by_one(self) -> int:
        """Each fact and listener in a transaction of its own, to isolate the failing."""
        async with self._ground.work_everywhere() as work:
            rows, jobs = await self._claim(work)
            single = [id for row in rows if not row["is_job"] for id in await self._split(await work.raw(), row)]
        await self._start(jobs)
        for id in single:
            await self._hand_over_alone(id)
        return len(rows)

    async def _split(self, connection: asyncpg.Connection, row: asyncpg.Record) -> list[UUID]:
        """A row for each listener in the place of `row`; their ids."""
        if row["listener"]:
            return [row["id"]]
        names = [name_of(each) for each in self._of(row)]
        split = [each["id"] for each in await connection.fetch(_SPLIT, row["id"], names)]
        await connection.execute(_DONE, [row["id"]])
        return split

    async def _claim(self, work: "Work") -> tuple[list[asyncpg.Record], list[asyncpg.Record]]:
        """What is due, locked, and the jobs of it: they call the outside world, so they run without a transaction,
        under a lease that outlives a crash."""
        connection = await work.raw()
        rows = await connection.fetch(_CLAIM, work.now, self._batch, ATTEMPTS)
        jobs = [row for row in rows if row["is_job"]]
        if jobs:
            await connection.execute(_LEASE, [row["id"] for row in jobs], work.now + JOB_LEASE)
        return rows, jobs

    async def _start(self, jobs: Sequence[asyncpg.Record]) -> None:
        for row in jobs:
            await self._slots.acquire()
            task = asyncio.create_task(self._run_job(row))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _hand_over(self, work: "Work", rows: Sequence[asyncpg.Record]) -> None:
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
        await (await work.raw()).execute(_DONE, [row["id"] for row in rows])

    async def _hand_over_alone(self, id: UUID) -> None:
        """One listener's row. It is taken away by the transaction of the listener, so a death on the way delays nothing."""
        attempts = 0
        try:
            async with self._ground.work_everywhere() as work:
                row = await (await work.raw()).fetchrow(_TAKE, id)
                if row is None:
                    return  # another relay was first
                attempts = row["attempts"]
                await work.narrow(row["workspace_id"])
                await self._hand_over(work, [row])
        except Exception as error:
            await self._again(id, attempts, error)
        else:
            _relayed.labels("done").inc()

    async def _again(self, id: UUID, attempts: int, error: Exception) -> None:
        """Put a failed row back for later."""
        log.error("outbox row failed", id=str(id), attempts=attempts + 1, exc_info=error)
        async with self._ground.work_everywhere() as work:
            due = work.now + backoff(attempts + 1)
            await (await work.raw()).execute(_RETRY, id, due, attempts + 1, repr(error)[:500])
        _relayed.labels("failed").inc()

    def _of(self, row: asyncpg.Record) -> Sequence[Listener]:
        if row["listener"] is None:
            return self._outbox.listeners.get(row["name"], ())
        known = self._listeners.get(row["listener"])
        return (known,) if known else ()

    async def _run_job(self, row: asyncpg.Record) -> None:
        try:
            arguments = msgspec.json.decode(row["payload"])
            await self._jobs[row["name"]](self._services, workspace_id=row["workspace_id"], **arguments)
        except Exception as error:
            await self._again(row["id"], row["attempts"], error)
        else:
            async with self._ground.work_everywhere() as work:
                await (await work.raw()).execute(_DONE, [row["id"]])
            _relayed.labels("done").inc()
        finally:
            self._slots.release()
