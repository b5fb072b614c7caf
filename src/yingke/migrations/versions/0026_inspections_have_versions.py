"""inspections have versions, and are listed by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quality_inspections", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index(
        "ix_quality_inspections_appealed",
        "quality_inspections",
        ["workspace_id", "id"],
        unique=False,
        postgresql_where=sa.text("appeal = 'open'"),
    )
    op.create_index(
        "ix_quality_inspections_listed",
        "quality_inspections",
        ["workspace_id", sa.literal_column("coalesce(submitted_at, picked_at)"), "id"],
        unique=False,
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
