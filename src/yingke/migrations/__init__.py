"""The schema, step by step. `upgrade` brings a database to this release; it is safe to interrupt and to repeat."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from sqlalchemy.engine import Connection

from yingke.kit.database import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent
_ONE_AT_A_TIME = 7_946_100


def configuration(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def upgrade(dsn: str) -> None:
    """Run what is missing, in one transaction. A second process that upgrades waits, then finds nothing to do."""
    if await _revision_of(dsn) == newest_revision():
        return
    engine = make_engine(dsn, connections=1)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            await connection.exec_driver_sql("SELECT set_config('yingke.workspace', '*', true)")
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
