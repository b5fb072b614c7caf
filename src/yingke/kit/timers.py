"""Work that recurs. One process of the installation runs the timers: the one that holds an advisory lock."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import asyncpg
import structlog
from sqlalchemy import Executable

from yingke.kit.database import MISSED_SOON
from yingke.kit.work import Ground, Work

log = structlog.get_logger()

_ELECTION = 7_946_101
_TRY = f"SELECT pg_try_advisory_lock({_ELECTION})"
SESSION = "yingke timers "
"""Every process has a session whose name begins like this and ends with the process's own."""


@dataclass(frozen=True, slots=True)
class Timer:
    name: str
    every: float
    """Seconds between two runs."""
    run: Callable[[], Awaitable[None]]


def everywhere(ground: Ground, verb: Callable[[Work], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """A timer's `run` that calls `verb` in a work of every workspace."""

    async def run() -> None:
        async with ground.work_everywhere() as work:
            await verb(work)

    return run


async def in_each(
    ground: Ground, workspaces: Callable[[Work], Executable], verb: Callable[[Work], Awaitable[object]]
) -> None:
    """Call `verb` in a work of each workspace whose id the query of `workspaces` finds, once each.

    The fault of one is told in the log, and keeps nothing from the others.
    """
    async with ground.work_everywhere() as work:
        ids = sorted(set(await work.scalars(workspaces(work))))
    for workspace_id in ids:
        try:
            async with ground.work_in(workspace_id) as work:
                await verb(work)
        except Exception:
            log.exception("timer failed in a workspace", workspace=str(workspace_id), verb=verb.__qualname__)


class Timers:
    def __init__(self, dsn: str, timers: Sequence[Timer], process: str) -> None:
        self._dsn = dsn
        self._session = SESSION + process
        self._timers = timers

    async def run(self) -> None:
        """Until cancelled: stand for election every second, and run all timers while elected."""
        while True:
            try:
                settings = {"application_name": self._session, **MISSED_SOON}
                connection = await asyncpg.connect(self._dsn, timeout=10, server_settings=settings)
            except (OSError, asyncpg.PostgresError, TimeoutError):
                await asyncio.sleep(1)
                continue
            try:
                while not await connection.fetchval(_TRY, timeout=5):  # noqa: ASYNC110 - a lock of the database has no event
                    await asyncio.sleep(1)
                await self._serve(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await asyncio.sleep(1.5)  # another comes first, whose way to the database may be better
            finally:
                connection.terminate()

    async def _serve(self, connection: asyncpg.Connection) -> None:
        """The lock lives as long as this connection: when it ends, another process runs the timers within a second.

        Returns never; raises whatever ended it.
        """
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        tasks = [asyncio.create_task(_repeat(timer)) for timer in self._timers]
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(3):
                        await ended.wait()
                await connection.fetchval("SELECT 1", timeout=5)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(timer: Timer) -> None:
    while True:
        try:
            await timer.run()
        except Exception:
            log.exception("timer failed", timer=timer.name)
        await asyncio.sleep(timer.every)
