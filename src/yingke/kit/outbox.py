"""The outbox: facts and jobs, stored by the transaction that made them true, handed on after it.

Two hand-overs follow a commit. *Push*: every process is told at once (its own by a call, the others by NOTIFY) and
shows it on its sockets; a lost push costs delay only. *Relay*: the listeners of the wiring table run once each, in a
transaction that also marks the row done, with retries on their own. Rows are claimed by state (`SKIP LOCKED`), never by
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
from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base
from yingke.kit.facts import Fact, decode_fact, encode_fact
from yingke.kit.ids import new_id

if TYPE_CHECKING:
    from yingke.kit.work import Ground

log = structlog.get_logger()

Listener = Callable[..., Awaitable[None]]
"""Called with the work and one fact; one marked `together` with the work and any number of facts."""
Job = Callable[..., Awaitable[None]]

WAKE_CHANNEL = "yingke_facts"
KEPT_AFTER_DONE = timedelta(minutes=10)
"""Other processes read pushed facts by id: rows stay that long after their listeners ran."""
ATTEMPTS = 12
"""After this many failures, over about a day, a row stays for a person to look at."""
JOB_LEASE = timedelta(minutes=5)
GATHER = 0.02
"""Seconds a busy relay lets facts gather, so that a hundred share its transactions; an idle one waits for nothing."""

_relayed = Counter("yingke_outbox_relayed_total", "Outbox rows whose listeners or job have run", ["outcome"])
_waiting = Gauge("yingke_outbox_waiting", "Outbox rows that are due and not done")


class OutboxRow(Base):
    """A fact (no `listener`), one listener's retry of a fact, or a job (`listener` is the job's name)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "run_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_outbox_done_at", "done_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID | None]
    name: Mapped[str]
    payload: Mapped[str] = mapped_column(Text)
    listener: Mapped[str | None]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]


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


# One statement, because every transaction that tells something waits for it.
_STORE = f"""
WITH stored AS (
  INSERT INTO outbox (id, workspace_id, name, payload, listener, run_at, attempts, done_at)
  SELECT id, workspace_id, name, payload, listener, coalesce(run_at, $8), 0, CASE WHEN idle THEN $8 END
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bool[])
    AS t (id, workspace_id, name, payload, listener, run_at, idle))
SELECT pg_notify('{WAKE_CHANNEL}', ids) FROM unnest($9::text[]) AS ids
"""  # noqa: S608 - constants only
_IDS_PER_NOTIFY = 200  # 32 characters each; NOTIFY carries 8,000 bytes


class Outbox:
    """Stores what is told and, after the commit, pushes it and wakes the relay."""

    def __init__(self, listeners: Mapping[str, Sequence[Listener]]) -> None:
        self.process = new_id()
        self.listeners = listeners
        self.wake = asyncio.Event()
        self.push: Callable[[Sequence[Fact]], None] = lambda facts: None
        """Called after each commit with the facts of it; set by the realtime hub."""

    async def store(self, connection: asyncpg.Connection, told: Sequence[Told], now: datetime) -> None:
        ids = [t.id.hex for t in told if t.fact]
        await connection.execute(
            _STORE,
            [t.id for t in told],
            [t.workspace_id for t in told],
            [t.name for t in told],
            [t.payload for t in told],
            [None if t.fact else t.name for t in told],
            [t.run_at for t in told],
            [bool(t.fact) and not self.listeners.get(t.name) for t in told],
            now,
            [
                self.process.hex + "".join(ids[start : start + _IDS_PER_NOTIFY])
                for start in range(0, len(ids), _IDS_PER_NOTIFY)
            ],
        )

    def committed(self, told: Sequence[Told]) -> None:
        if facts := [t.fact for t in told if t.fact]:
            self.push(facts)
        self.wake.set()


_CLAIM = """
SELECT id, workspace_id, name, payload, listener, attempts FROM outbox
WHERE done_at IS NULL AND run_at <= $1 AND attempts < $3
ORDER BY run_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_LEASE = "UPDATE outbox SET run_at = $2, attempts = attempts + 1 WHERE id = ANY($1)"
_DONE = "UPDATE outbox SET done_at = $2 WHERE id = ANY($1)"
_RETRY = "UPDATE outbox SET run_at = $2, attempts = $3, last_error = $4 WHERE id = $1"
_FORK = """
INSERT INTO outbox (id, workspace_id, name, payload, listener, run_at, attempts, last_error)
SELECT $2, workspace_id, name, payload, $3, $4, 1, $5 FROM outbox WHERE id = $1
"""
_PURGE = "DELETE FROM outbox WHERE done_at < $1"
_DEPTH = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND run_at <= now()"


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
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("relay waits for the database", error=repr(error))
                await asyncio.sleep(1)
                continue
            if busy:
                await asyncio.sleep(GATHER if busy < self._batch else 0)
            else:
                self._outbox.wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._outbox.wake.wait(), timeout=1)

    async def drain(self) -> int:
        """Handle what is due now, one batch; the number of rows taken."""
        async with self._ground.raw_work() as work:
            connection = await work.raw()
            now = work.now
            rows = await connection.fetch(_CLAIM, now, self._batch, ATTEMPTS)
            if not rows:
                return 0
            jobs = [row for row in rows if row["listener"] in self._jobs]
            facts = [row["id"] for row in rows if row["listener"] not in self._jobs]
            if jobs:
                # A job calls the outside world, so it runs without a transaction, under a lease that outlives a crash.
                await connection.execute(_LEASE, [row["id"] for row in jobs], now + JOB_LEASE)
            if facts:
                await connection.execute(_LEASE, facts, now + timedelta(seconds=30))
        by_id = {row["id"]: row for row in rows}
        for row in jobs:
            await self._slots.acquire()
            task = asyncio.create_task(self._run_job(row))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        await self._run_facts([by_id[id] for id in facts])
        return len(rows)

    async def stop(self, grace: float) -> None:
        """Let running jobs finish for `grace` seconds; what does not, runs again after its lease."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace)

    async def purge(self) -> None:
        async with self._ground.work_everywhere() as work:
            connection = await work.raw()
            await connection.execute(_PURGE, work.now - KEPT_AFTER_DONE)
            _waiting.set(await connection.fetchval(_DEPTH))

    async def _run_facts(self, rows: Sequence[asyncpg.Record]) -> None:
        """All listeners of a workspace's facts in one transaction; one by one when that fails, to isolate the failing."""
        groups: dict[UUID | None, list[asyncpg.Record]] = {}
        for row in rows:
            groups.setdefault(row["workspace_id"], []).append(row)
        for workspace_id, group in groups.items():
            try:
                await self._hand_over(workspace_id, group)
            except Exception:
                for row in group:
                    await self._hand_over_carefully(workspace_id, row)
            else:
                _relayed.labels("done").inc(len(group))

    async def _hand_over(self, workspace_id: UUID | None, rows: Sequence[asyncpg.Record]) -> None:
        assert workspace_id is not None
        async with self._ground.work_in(workspace_id) as work:
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
            await work.rows.flush()
            await (await work.raw()).execute(_DONE, [row["id"] for row in rows], work.now)

    async def _hand_over_carefully(self, workspace_id: UUID | None, row: asyncpg.Record) -> None:
        failed: dict[str, str] = {}
        for listener in self._of(row):
            try:
                assert workspace_id is not None
                async with self._ground.work_in(workspace_id) as work:
                    await listener(work, decode_fact(row["name"], row["payload"]))
            except Exception as error:
                log.exception("listener failed", listener=name_of(listener), fact=row["name"])
                failed[name_of(listener)] = repr(error)[:500]
        async with self._ground.work_everywhere() as work:
            connection = await work.raw()
            if row["listener"] and failed:
                attempts = row["attempts"] + 1
                await connection.execute(
                    _RETRY, row["id"], work.now + backoff(attempts), attempts, failed[row["listener"]]
                )
            else:
                for listener_name, error_text in failed.items():
                    await connection.execute(
                        _FORK, row["id"], new_id(), listener_name, work.now + backoff(1), error_text
                    )
                await connection.execute(_DONE, [row["id"]], work.now)
        _relayed.labels("failed" if failed else "done").inc()

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
            log.exception("job failed", job=row["name"])
            attempts = row["attempts"] + 1
            async with self._ground.work_everywhere() as work:
                await (await work.raw()).execute(
                    _RETRY, row["id"], work.now + backoff(attempts), attempts, repr(error)[:500]
                )
            _relayed.labels("failed").inc()
        else:
            async with self._ground.work_everywhere() as work:
                await (await work.raw()).execute(_DONE, [row["id"]], work.now)
            _relayed.labels("done").inc()
        finally:
            self._slots.release()
