"""One unit of work: one transaction, the facts it tells, and what happens after it commits.

    async with work_in(workspace_id) as work:
        await resolve_conversation(work, actor, conversation_id)

Doors (a route, a job, a socket operation) open it; verbs receive it. A verb never commits, pushes, mails or calls out:
it changes rows, tells facts and defers jobs, all of which become true together.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import asyncpg
from prometheus_client import Gauge
from sqlalchemy import Executable, ScalarResult, Select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util.concurrency import greenlet_spawn

from yingke.kit.clock import Clock
from yingke.kit.database import EVERY_WORKSPACE, Base
from yingke.kit.errors import Missing
from yingke.kit.facts import Fact
from yingke.kit.origins import Origin
from yingke.kit.outbox import Outbox, Told

_beginning = Gauge(
    "yingke_works_beginning", "Transactions that wait for a connection to the database", multiprocess_mode="livesum"
)

M = TypeVar("M", bound=Base)
_OUR_OWN = Origin()

_SCOPE = text("SELECT set_config('yingke.workspace', :scope, true)")
PLANS_KEPT = 5.0
"""Seconds that a `Direct` keeps its plans; to make them anew takes a millisecond."""
_DIRECT = f"""
SELECT set_config('yingke.workspace', '{EVERY_WORKSPACE}', false), set_config('plan_cache_mode', 'force_generic_plan', false),
       set_config('enable_seqscan', 'off', false)
"""


class Work:
    """A transaction scoped to one workspace (or, for the installation's own needs, to all of them)."""

    def __init__(
        self,
        engine: AsyncEngine,
        outbox: Outbox,
        clock: Clock,
        workspace_id: UUID | None,
        origin: Origin = _OUR_OWN,
    ) -> None:
        self.clock = clock
        self.origin = origin
        self.rows = AsyncSession(engine, expire_on_commit=False, autoflush=True)
        self._workspace_id = workspace_id
        self._outbox = outbox
        self._told: list[Told] = []
        self._last_steps: list[Callable[[], Awaitable[None]]] = []
        self._now: datetime | None = None

    @property
    def workspace_id(self) -> UUID:
        if self._workspace_id is None:
            raise LookupError("this work serves the installation, not one workspace")
        return self._workspace_id

    @property
    def now(self) -> datetime:
        """The time of this work: one instant for everything it changes."""
        if self._now is None:
            self._now = self.clock.now()
        return self._now

    async def __aenter__(self) -> Self:
        try:
            with _beginning.track_inprogress():
                await self.rows.execute(_SCOPE, {"scope": str(self._workspace_id or EVERY_WORKSPACE)})
        except BaseException:
            await self.rows.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._take_last_steps()
                if self._told:
                    await self._outbox.store(await self.raw(), self._told, self.now)
                await self._commit()
        finally:
            await self.rows.close()
        if error is None and self._told:
            self._outbox.committed(self._told)

    async def _take_last_steps(self) -> None:
        await self.rows.flush()
        steps, self._last_steps = self._last_steps, []
        for step in steps:
            await step()

    async def _commit(self) -> None:
        try:
            await self.rows.commit()
        except BaseException:
            self._outbox.doubtful(self._told)
            raise

    async def narrow(self, workspace_id: UUID) -> None:
        """From here on this work sees and changes one workspace only."""
        self._workspace_id = workspace_id
        await self.rows.execute(_SCOPE, {"scope": str(workspace_id)})

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[None]:
        """Commit what was done and give the connection back while something slow happens outside the database.

        Afterwards the work goes on in a transaction of its own; facts told so far are stored by that one.
        """
        workspace_id = self.workspace_id
        await self._take_last_steps()
        await self.rows.commit()
        try:
            yield
        finally:
            await self.narrow(workspace_id)

    async def raw(self) -> asyncpg.Connection:
        """The driver's own connection, inside this transaction, for prepared statements on the hot path.

        What was added to `rows` is not written yet: see `flush`.
        """
        pooled = await (await self.rows.connection()).get_raw_connection()
        return pooled.driver_connection

    async def flush(self) -> None:
        """Write what was added and changed, so that statements of one's own see it."""
        await self.rows.flush()

    def tell(self, told: Fact) -> None:
        """Announce `told`: stored by this transaction, handed to its listeners after the commit."""
        before = self._told[-1].fact if self._told else None
        both = before.joined_by(told) if before is not None else None
        if both is not None:
            self._told.pop()
        self._told.append(Told.of(both or told))

    def defer(
        self, job: str, workspace_id: UUID | None = None, *, at: datetime | None = None, **arguments: Any
    ) -> None:
        """Have the job named `job` run once after the commit, not before `at`. Arguments are plain JSON values."""
        self._told.append(Told.job(job, workspace_id or self._workspace_id, arguments, at))

    def finish_with(self, step: Callable[[], Awaitable[None]]) -> None:
        """Run `step` right before the commit: what others wait for is locked for that long only."""
        self._last_steps.append(step)

    def add(self, row: Base) -> None:
        if self._workspace_id is not None and hasattr(row, "workspace_id") and row.workspace_id is None:
            row.workspace_id = self._workspace_id
        self.rows.add(row)

    async def find(self, model: type[M], id: UUID, *, lock: bool = False) -> M | None:
        """The row of this workspace with `id`, or None. `lock` keeps others from changing it until the commit.

        Rows that refer to it may be written meanwhile: held back, they would wait for us while we wait for them.
        """
        how: Any = {"key_share": True} if lock else None
        return await self.rows.get(model, (self.workspace_id, id), with_for_update=how, populate_existing=lock)

    async def get(self, model: type[M], id: UUID, *, lock: bool = False) -> M:
        """Like `find`, but raises Missing."""
        row = await self.find(model, id, lock=lock)
        if row is None:
            raise Missing
        return row

    async def all(self, query: Select[M]) -> Sequence[M]:
        return (await self.scalars(query)).all()

    async def scalars(self, query: Executable) -> ScalarResult[Any]:
        return await self.rows.scalars(query)


class Direct:
    """A connection kept for statements that are each a transaction of their own: a gathered write is one round trip.

    It sees all workspaces, so every statement names its own. Its plans walk indexes only and are kept for a moment: of
    empty tables, as they may be when a plan is made, one index looks as good as another, and they are not empty for long.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._pooled: Any = None
        self._planned_until = 0.0

    async def fetch(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await self._open()
        if (now := time.monotonic()) > self._planned_until:
            await connection.execute("DISCARD PLANS")
            self._planned_until = now + PLANS_KEPT
        records: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
        return records

    async def close(self) -> None:
        """Also the connection: its settings are not those of others."""
        if self._pooled is not None:
            await greenlet_spawn(self._pooled.invalidate)  # the pool speaks to the driver in a greenlet
            self._pooled = None

    async def _open(self) -> asyncpg.Connection:
        if self._pooled is not None and self._pooled.driver_connection.is_closed():  # the server was away meanwhile
            await self.close()
        while self._pooled is None:
            self._pooled = await self._engine.raw_connection()
            try:
                await self._pooled.driver_connection.execute(_DIRECT)
            except BaseException as error:
                await self.close()
                if not isinstance(error, asyncpg.InterfaceError | ConnectionError):
                    raise
        return self._pooled.driver_connection


class Ground:
    """What every door needs to open work: the database, the outbox and the clock."""

    def __init__(self, engine: AsyncEngine, outbox: Outbox, clock: Clock, origin: Origin = _OUR_OWN) -> None:
        self.engine = engine
        self.outbox = outbox
        self.clock = clock
        self.origin = origin

    def on_behalf_of(self, origin: Origin) -> "Ground":
        """The same, whose works know where they come from."""
        return Ground(self.engine, self.outbox, self.clock, origin)

    def work_in(self, workspace_id: UUID) -> Work:
        return Work(self.engine, self.outbox, self.clock, workspace_id, self.origin)

    def work_everywhere(self) -> Work:
        """Work across workspaces: sign-in, relays, timers, gathered writes. Every use names its workspace itself."""
        return Work(self.engine, self.outbox, self.clock, None, self.origin)

    def direct(self) -> Direct:
        """A connection for the hot path; to be closed by whoever asks for it."""
        return Direct(self.engine)
