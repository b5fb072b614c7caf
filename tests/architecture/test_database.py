"""The barriers between workspaces, and the schema, as the database itself shows them."""

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from yingke.kit.work import Ground
from yingke.migrations.security import UNSECURED
from yingke.wiring import METADATA


async def test_every_table_of_a_workspace_has_forced_row_level_security_but_those_named(
    connection: asyncpg.Connection,
) -> None:
    tables = {
        row["relname"]: row["relrowsecurity"] and row["relforcerowsecurity"]
        for row in await connection.fetch(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' WHERE c.relkind = 'r'"
        )
    }
    assert len(tables) > 20
    assert {name for name, secured in tables.items() if not secured} == UNSECURED


async def test_a_reference_between_rows_of_workspaces_carries_the_workspace(connection: asyncpg.Connection) -> None:
    of_workspace = {table.name for table in METADATA.tables.values() if "workspace_id" in table.columns}
    single = [
        f"{table.name}.{reference.parent.name}"
        for table in METADATA.tables.values()
        for reference in table.foreign_keys
        if reference.column.table.name in of_workspace and len(reference.constraint.columns) == 1  # type: ignore[union-attr] # every one has its constraint
    ]
    assert single == []


async def test_the_migrated_schema_is_that_of_the_models(ground: Ground) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    async with ground.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_without_a_workspace_nothing_is_seen(connection: asyncpg.Connection) -> None:
    for table in METADATA.tables.values():
        if "workspace_id" in table.columns and table.name not in UNSECURED:
            assert await connection.fetchval(f"SELECT count(*) FROM {table.name}") == 0, table.name
