"""facts apart from what is due; a message changes its conversation in place"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    op.drop_constraint(op.f("fk_messages_workspace_id"), "messages", type_="foreignkey")
    op.add_column("outbox", sa.Column("fact_id", sa.Uuid(), nullable=True))
    op.alter_column("outbox", "payload", existing_type=sa.TEXT(), nullable=True)
    op.drop_index(op.f("ix_outbox_done_at"), table_name="outbox")
    op.drop_index(op.f("ix_outbox_due"), table_name="outbox")
    # What is done needs no row any more; what is not, keeps its fact. A job had its own name as its listener's.
    op.execute("SELECT set_config('yingke.workspace', '*', true)")
    op.execute("DELETE FROM outbox WHERE done_at IS NOT NULL")
    op.execute(
        "INSERT INTO facts SELECT id, workspace_id, name, payload FROM outbox WHERE listener IS DISTINCT FROM name"
    )
    op.execute("UPDATE outbox SET fact_id = id, payload = NULL WHERE listener IS DISTINCT FROM name")
    op.execute("UPDATE outbox SET listener = NULL WHERE listener = name")
    op.drop_column("outbox", "done_at")
    op.create_index("ix_outbox_facts_due", "outbox", ["run_at"], postgresql_where=sa.text("fact_id IS NOT NULL"))
    op.create_index("ix_outbox_jobs_due", "outbox", ["name", "run_at"], postgresql_where=sa.text("fact_id IS NULL"))
    op.drop_constraint(op.f("fk_search_texts_workspace_id"), "search_texts", type_="foreignkey")
    op.add_column(
        "conversations",
        sa.Column(
            "active_period",
            sa.DateTime(timezone=True),
            sa.Computed("date_bin('5 minutes', last_message_at, '2000-01-01 00:00:00+00')", persisted=True),
            nullable=False,
        ),
    )
    op.drop_index(op.f("ix_conversations_recent"), table_name="conversations")
    op.drop_index(op.f("ix_conversations_all_recent"), table_name="conversations")
    op.create_index("ix_conversations_recent", "conversations", ["workspace_id", "status", "active_period"])
    op.create_index("ix_conversations_all_recent", "conversations", ["workspace_id", "active_period"])
    op.execute("ALTER TABLE conversations SET (fillfactor = 70)")
    op.execute("ALTER TABLE facts ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE facts FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY workspace ON facts USING ((SELECT current_setting('yingke.workspace', true)) IN ('*', workspace_id::text))"
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
