"""orders count once on each site: two shops number their orders alike"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_conversions_of_order", "conversions")
    op.create_index(
        "ix_conversions_of_order",
        "conversions",
        ["workspace_id", "goal_id", "site_id", "order_number"],
        unique=True,
        postgresql_where=sa.text("order_number <> ''"),
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
