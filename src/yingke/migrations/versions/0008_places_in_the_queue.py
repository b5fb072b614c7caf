"""places in the queue: the table is called what it holds"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("routing_tickets", "queue_places")
    for name in ("due", "lane"):
        op.execute(f"ALTER INDEX ix_routing_tickets_{name} RENAME TO ix_queue_places_{name}")
    for name in ("pk_{}", "fk_{}_workspace_id", "fk_{}_workspace_id_conversation_id"):
        before, after = name.format("routing_tickets"), name.format("queue_places")
        op.execute(f"ALTER TABLE queue_places RENAME CONSTRAINT {before} TO {after}")
    # PostgreSQL 18 names what may not be null.
    op.execute(
        """
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT conname FROM pg_constraint WHERE conrelid = 'queue_places'::regclass AND contype = 'n' LOOP
    EXECUTE format('ALTER TABLE queue_places RENAME CONSTRAINT %I TO %I', each.conname,
                   replace(each.conname, 'routing_tickets', 'queue_places'));
  END LOOP; END $$
"""
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
