"""The schema, step by step. `upgrade` brings a database to this release; it is safe to interrupt and to repeat."""

import asyncio
import random
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from yingke.kit.database import make_engine
from yingke.kit.errors import Kind, Refusal

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger()

_HERE = Path(__file__).parent
_ONE_AT_A_TIME = 7_946_100
_LOCK_TIMEOUT = "2s"
_ATTEMPTS = 60
_HELD_UP = ("55P03", "40P01")
"""lock_not_available, deadlock_detected."""
_AS_WRITERS_DO = "LOCK TABLE conversations, messages"
"""Whoever posts holds the conversation and then writes the message: taken the other way round, both would wait for ever."""


def configuration(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


class UpgradeHeldUp(Refusal):
    kind, code = Kind.unavailable, "upgrade_held_up"
    detail = (
        "The database could not be upgraded: other sessions hold its tables. Nothing was changed. "
        "Stop what runs long queries on it (see pg_stat_activity), then start again."
    )


async def upgrade(dsn: str) -> None:
    """Run what is missing, in one transaction. A second process that upgrades waits, then finds nothing to do.

    Raises UpgradeHeldUp. Who waits for a table makes all others wait behind him: so none is waited for longer than a
    moment, and everything is tried again.
    """
    if await _revision_of(dsn) == newest_revision():
        return
    for attempt in range(_ATTEMPTS):
        try:
            await _upgrade(dsn)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _HELD_UP:
                raise
            log.info("the upgrade waits for others to leave a table", attempt=attempt + 1)
            await asyncio.sleep(random.uniform(0.2, 1.0))  # noqa: S311 - not a secret
        else:
            return
    raise UpgradeHeldUp


async def _upgrade(dsn: str) -> None:
    engine = make_engine(dsn, connections=1, patience=None, lock_timeout="0")
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            await connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            await connection.exec_driver_sql("SELECT set_config('yingke.workspace', '*', true)")
            if await connection.scalar(text("SELECT to_regclass('messages')")):
                await connection.exec_driver_sql(_AS_WRITERS_DO)
            await connection.run_sync(lambda c: upgrade_on(c, "head"))
    finally:
        await engine.dispose()
        await asyncio.sleep(0)


async def _revision_of(dsn: str) -> str | None:
    """None for a new database. Most starts find nothing to do: they ask without loading the tools for the rest."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return found


def upgrade_on(connection: Connection, revision: str) -> None:
    """Bring the schema to `revision` in the transaction of `connection`."""
    from alembic import command

    command.upgrade(configuration(connection), revision)


def newest_revision() -> str:
    """The revision this release works with."""
    return max(_revisions())


def knows_revision(revision: str) -> bool:
    return revision in _revisions()


def _revisions() -> set[str]:
    """A file is named by its revision and what it does: `0002_what_it_does.py`. They follow each other in this order."""
    return {file.name.partition("_")[0] for file in (_HERE / "versions").glob("[0-9]*_*.py")}
