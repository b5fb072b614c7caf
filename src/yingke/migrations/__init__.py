"""The schema, step by step. `upgrade` brings a database to this release; it is safe to interrupt and to repeat."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from yingke.kit.database import make_engine

_HERE = Path(__file__).parent
_ONE_AT_A_TIME = 7_946_100


def configuration(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def upgrade(dsn: str) -> None:
    """Run what is missing, in one transaction. A second process that upgrades waits, then finds nothing to do."""
    engine = make_engine(dsn, connections=1)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
            await connection.exec_driver_sql("SELECT set_config('yingke.workspace', '*', true)")
            await connection.run_sync(lambda c: upgrade_on(c, "head"))
    finally:
        await engine.dispose()
        await asyncio.sleep(0)


def upgrade_on(connection: Connection, revision: str) -> None:
    """Bring the schema to `revision` in the transaction of `connection`."""
    command.upgrade(configuration(connection), revision)


def newest_revision() -> str:
    """The revision this release works with."""
    return str(ScriptDirectory.from_config(configuration()).get_current_head())


def knows_revision(revision: str) -> bool:
    return revision in {each.revision for each in ScriptDirectory.from_config(configuration()).walk_revisions()}
