"""Blocks of people and of networks, beside those of browsers"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("visitor_blocks", "blocks")
    for name in ("pk_{}", "fk_{}_workspace_id", "fk_{}_workspace_id_visitor_id"):
        before, after = name.format("visitor_blocks"), name.format("blocks")
        op.execute(f"ALTER TABLE blocks RENAME CONSTRAINT {before} TO {after}")
    op.execute("ALTER INDEX ix_visitor_blocks_visitor_id RENAME TO ix_blocks_visitor_id")
    op.alter_column("blocks", "visitor_id", nullable=True)
    op.add_column("blocks", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.add_column("blocks", sa.Column("network", postgresql.CIDR(), nullable=True))
    op.create_foreign_key(
        "fk_blocks_workspace_id_contact_id",
        "blocks",
        "contacts",
        ["workspace_id", "contact_id"],
        ["workspace_id", "id"],
        ondelete="CASCADE",
    )
    op.create_check_constraint("one_target", "blocks", "num_nonnulls(visitor_id, contact_id, network) = 1")
    op.create_index("ix_blocks_contact_id", "blocks", ["workspace_id", "contact_id"], unique=True)
    op.create_index(
        "ix_blocks_network",
        "blocks",
        ["workspace_id", "network"],
        unique=True,
        postgresql_where=sa.text("network IS NOT NULL"),
    )
