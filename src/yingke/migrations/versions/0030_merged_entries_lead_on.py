"""merged entries lead on: the address of an entry leads to the one it was merged into"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("knowledge_entries", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_knowledge_entries_workspace_id_merged_into"),
        "knowledge_entries",
        "knowledge_entries",
        ["workspace_id", "merged_into"],
        ["workspace_id", "id"],
        ondelete="SET NULL (merged_into)",
    )
    op.create_index(
        "ix_knowledge_entries_merged",
        "knowledge_entries",
        ["workspace_id", "merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
