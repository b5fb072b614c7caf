"""Alembic's door: it works on the connection it is given."""

from alembic import context

from yingke.migrations.security import secure_new_tables
from yingke.wiring import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    transaction_per_migration=False,
    compare_server_default=False,
    process_revision_directives=secure_new_tables,
)
context.run_migrations()
