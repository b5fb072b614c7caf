"""The parent: the database, the processes in their places, and the signals it is sent."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable

import structlog

from yingke.kit.embedded import EmbeddedPostgres
from yingke.settings import Settings
from yingke.workers.errors import WorkersNotStarted
from yingke.workers.listening import listening
from yingke.workers.places import COMMAND, METRICS, Place

log = structlog.get_logger()

_EMBEDDED_CONNECTIONS = 50
"""What the embedded PostgreSQL can give all processes together; it allows ten more."""
_OTHER_CONNECTIONS = 2
"""Connections of a process besides its pool: the bus and the timers."""


async def serve_with_workers(settings: Settings, count: int, started: Callable[[], None]) -> None:
    """Serve with `count` processes until SIGINT or SIGTERM. Raises WorkersNotStarted when they do not come up."""
    asked = _signals()
    with listening(settings, count) as sockets, tempfile.TemporaryDirectory(prefix="yingke-metrics-") as metrics:
        async with _database(settings) as dsn:
            # Each writes its metrics there, so that whichever is asked answers for all.
            environment = os.environ | _of_process(settings, dsn, count) | {METRICS: metrics}
            await _upgrade(environment)
            places = [Place(own, environment) for own in sockets]
            try:
                await _serve(places, environment, asked, started)
            finally:
                await asyncio.gather(*(place.stop() for place in places))


async def _serve(
    places: list[Place], environment: dict[str, str], asked: "asyncio.Queue[int]", started: Callable[[], None]
) -> None:
    if not all(await asyncio.gather(*(place.start() for place in places))):
        raise WorkersNotStarted("A process ended before it was ready; it said why above.")
    keeping = [asyncio.create_task(place.keep()) for place in places]
    started()
    try:
        while await asked.get() == signal.SIGHUP:
            await _replace_all(places, environment)
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


async def _replace_all(places: list[Place], environment: dict[str, str]) -> None:
    """One after the other; the first that does not come up ends it, and the processes of before go on."""
    try:
        await _upgrade(environment)
    except WorkersNotStarted as refusal:
        log.error("nothing was replaced", why=refusal.detail)
        return
    for number, place in enumerate(places, start=1):
        if not await place.start():
            log.error("a new process did not come up; the others stay as they are", process=number)
            return
    log.info("all processes were replaced", processes=len(places))


async def _upgrade(environment: dict[str, str]) -> None:
    """Bring the database to the release that is installed, in a process that ends: what it loads is not kept."""
    upgrading = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, "upgrade", env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    if await upgrading.wait():
        raise WorkersNotStarted("The database cannot be used; the line above says why.")


@contextlib.asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    embedded = EmbeddedPostgres(settings.data / "postgres")
    dsn = await embedded.start()
    watch = asyncio.create_task(embedded.keep_running())
    try:
        yield dsn
    finally:
        watch.cancel()
        await asyncio.to_thread(embedded.stop)


def _of_process(settings: Settings, dsn: str, count: int) -> dict[str, str]:
    """What a process is told in its environment."""
    told = {"YINGKE_DATABASE_URL": dsn}
    if settings.database_url is None:
        most = _EMBEDDED_CONNECTIONS // count - _OTHER_CONNECTIONS
        told["YINGKE_DATABASE_CONNECTIONS"] = str(max(3, min(settings.connections, most)))
    return told


def _signals() -> "asyncio.Queue[int]":
    asked: asyncio.Queue[int] = asyncio.Queue()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(each, asked.put_nowait, each)
    return asked
