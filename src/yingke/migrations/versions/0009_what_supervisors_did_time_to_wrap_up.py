"""what supervisors did, time to wrap up"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supervision_acts",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_supervision_acts_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_supervision_acts")),
    )
    op.create_index(
        "ix_supervision_acts_conversation", "supervision_acts", ["workspace_id", "conversation_id"], unique=False
    )
    op.create_table(
        "wrap_ups",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_wrap_ups_workspace_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "conversation_id"],
            ["conversations.workspace_id", "conversations.id"],
            name=op.f("fk_wrap_ups_workspace_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_wrap_ups_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "conversation_id", name=op.f("pk_wrap_ups")),
    )
    op.create_index("ix_wrap_ups_agent", "wrap_ups", ["workspace_id", "agent_id"], unique=False)
    op.create_index("ix_wrap_ups_until", "wrap_ups", ["until"], unique=False)
    op.execute("ALTER TABLE supervision_acts ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE supervision_acts FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY workspace ON supervision_acts USING ((SELECT current_setting('yingke.workspace', true)) IN ('*', workspace_id::text))"
    )
    op.execute("ALTER TABLE wrap_ups ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE wrap_ups FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY workspace ON wrap_ups USING ((SELECT current_setting('yingke.workspace', true)) IN ('*', workspace_id::text))"
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
