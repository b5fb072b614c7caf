"""The outbox: facts and jobs, stored by the transaction that made them true, handed on after it.

Three hand-overs follow a commit. *Push*: every process is told at once (its own by a call, the others over the bus) and
shows it on its sockets; a lost push costs delay only. *Relay*: the listeners of the wiring table run once each, in the
transaction that takes the row away (`kit.relay`). *Jobs* call the outside world, in no transaction (`kit.job_runner`). Rows are
claimed by state (`SKIP LOCKED`), never by "greater than", because ids become visible out of order under concurrent
commits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from prometheus_client import Counter
from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base
from yingke.kit.facts import Fact, encode_fact
from yingke.kit.ids import new_id

if TYPE_CHECKING:
    from yingke.kit.work import Ground

log = structlog.get_logger()

Listener = Callable[..., Awaitable[None]]
"""Called with the work and one fact; one marked `together` with the work and any number of facts."""
Job = Callable[..., Awaitable[None]]

KEPT = timedelta(minutes=10)
"""Other processes read pushed facts by id: they stay that long."""
ATTEMPTS = 21
"""After this many failures, over about a day, a row stays for a person to look at."""

relayed = Counter("yingke_outbox_relayed_total", "Outbox rows whose listeners or job have run", ["outcome"])


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
    __table_args__ = (
        Index("ix_outbox_facts_due", "run_at", postgresql_where=text("fact_id IS NOT NULL")),
        Index("ix_outbox_jobs_due", "name", "run_at", postgresql_where=text("fact_id IS NULL")),
    )

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
        self.facts_wait = asyncio.Event()
        self.jobs_wait = asyncio.Event()
        """Set when there may be something due."""
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
            self.facts_wait.set()
        if len(facts) < len(told):
            self.jobs_wait.set()

    def doubtful(self, told: Sequence[Told]) -> None:
        """The transaction of `told` may have committed."""
        self.doubt([t.id for t in told if t.fact])


DONE = "DELETE FROM outbox WHERE id = ANY($1)"
_PUT_BACK = "UPDATE outbox SET run_at = $2, attempts = $3, last_error = $4 WHERE id = $1"


async def put_back(ground: "Ground", id: UUID, attempts: int, error: Exception) -> None:
    """What has failed `attempts` times is tried again later."""
    log.error("outbox row failed", id=str(id), attempts=attempts, exc_info=error)
    async with ground.work_everywhere() as work:
        await (await work.raw()).execute(_PUT_BACK, id, work.now + backoff(attempts), attempts, repr(error)[:500])
    relayed.labels("failed").inc()


def together(listener: Listener) -> Listener:
    """Mark a listener that takes many facts of one workspace at once: `await listener(work, *facts)`."""
    listener.together = True  # type: ignore[attr-defined] # a mark on a function
    return listener


def name_of(listener: Listener) -> str:
    return f"{listener.__module__.removeprefix('yingke.')}.{listener.__name__}"


def backoff(attempts: int) -> timedelta:
    """Wait before the next attempt: 2 s, 4 s, … up to 3 hours."""
    return timedelta(seconds=min(2**attempts, 3 * 3600))
