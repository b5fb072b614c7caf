"""promises are of their conversation's contact"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_promises_contact", table_name="promises")
    op.drop_constraint(op.f("fk_promises_workspace_id_contact_id"), "promises", type_="foreignkey")
    op.drop_column("promises", "reminded")
    op.drop_column("promises", "contact_id")


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
