"""orders as goals: conversions have a number and a value, and figures sum it"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversions", sa.Column("order_number", sa.Text(), server_default="", nullable=False))
    op.add_column("conversions", sa.Column("value", sa.Float(), nullable=True))
    op.drop_constraint("pk_conversions", "conversions", type_="primary")
    op.create_primary_key("pk_conversions", "conversions", ["workspace_id", "goal_id", "visit_id", "order_number"])
    op.create_index(
        "ix_conversions_of_order",
        "conversions",
        ["workspace_id", "goal_id", "order_number"],
        unique=True,
        postgresql_where=sa.text("order_number <> ''"),
    )
    op.add_column("traffic_days", sa.Column("value", sa.Float(), server_default="0", nullable=False))


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
