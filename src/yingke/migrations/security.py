"""Row-level security: the barrier under every query that cannot be forgotten.

A transaction names its workspace (`yingke.workspace`); without one, no row of any workspace is seen or written. `*` is
the installation itself (relays, sign-in). FORCE, because the application owns its tables.
"""

from collections.abc import Iterable
from typing import Any

from alembic.operations import ops

UNSECURED = frozenset({"login_sessions", "search_texts"})
"""Tables with a `workspace_id` and no policy, each for a reason.

`login_sessions` is read to find out which workspace a browser works in. `search_texts` is an index: full-text
operators are not leakproof, so under a policy PostgreSQL may not use the GIN index; it yields ids only, and what
they stand for is read from secured tables in the same statement.
"""


def secure(table: str) -> tuple[str, ...]:
    mine = "(SELECT current_setting('yingke.workspace', true)) IN ('*', workspace_id::text)"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY workspace ON {table} USING ({mine})",
    )


def secure_new_tables(context: Any, revision: Any, directives: list[Any]) -> None:
    """Alembic hook: a migration that creates a workspace's table secures it as well."""
    for script in directives:
        upgrade = script.upgrade_ops
        for table in _created(upgrade.ops):
            upgrade.ops.extend(ops.ExecuteSQLOp(statement) for statement in secure(table))


def _created(operations: Iterable[Any]) -> list[str]:
    return [
        operation.table_name
        for operation in operations
        if isinstance(operation, ops.CreateTableOp)
        and operation.table_name not in UNSECURED
        and any(getattr(column, "name", None) == "workspace_id" for column in operation.columns)
    ]
