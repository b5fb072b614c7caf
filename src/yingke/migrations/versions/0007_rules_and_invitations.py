"""rules and invitations"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation_rules",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("action", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("limits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hold_out", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "site_id"],
            ["sites.workspace_id", "sites.id"],
            name=op.f("fk_invitation_rules_workspace_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_invitation_rules_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_invitation_rules")),
    )
    op.create_table(
        "visitor_invitations",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("visitor_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("by_agent_id", sa.Uuid(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("image_file_id", sa.Uuid(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_visitor_invitations_workspace_id_agent_id"),
            ondelete="SET NULL (agent_id)",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "by_agent_id"],
            ["agents.workspace_id", "agents.id"],
            name=op.f("fk_visitor_invitations_workspace_id_by_agent_id"),
            ondelete="SET NULL (by_agent_id)",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "rule_id"],
            ["invitation_rules.workspace_id", "invitation_rules.id"],
            name=op.f("fk_visitor_invitations_workspace_id_rule_id"),
            ondelete="SET NULL (rule_id)",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "site_id"],
            ["sites.workspace_id", "sites.id"],
            name=op.f("fk_visitor_invitations_workspace_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_visitor_invitations_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_visitor_invitations")),
    )
    op.create_index(
        "ix_visitor_invitations_of_conversation",
        "visitor_invitations",
        ["workspace_id", "conversation_id"],
        unique=False,
    )
    op.create_index(
        "ix_visitor_invitations_of_rule", "visitor_invitations", ["workspace_id", "rule_id", "id"], unique=False
    )
    op.create_index(
        "ix_visitor_invitations_of_visit", "visitor_invitations", ["workspace_id", "visit_id"], unique=False
    )
    op.create_index(
        "ix_visitor_invitations_of_visitor", "visitor_invitations", ["workspace_id", "visitor_id", "id"], unique=False
    )
    op.create_index(
        "ix_visitor_invitations_unanswered",
        "visitor_invitations",
        ["offered_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('offered', 'shown')"),
    )
    op.create_index("ix_conversions_of_visitor", "conversions", ["workspace_id", "visitor_id", "at"], unique=False)
    op.execute("ALTER TABLE invitation_rules ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE invitation_rules FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY workspace ON invitation_rules USING ((SELECT current_setting('yingke.workspace', true)) IN ('*', workspace_id::text))"
    )
    op.execute("ALTER TABLE visitor_invitations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE visitor_invitations FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY workspace ON visitor_invitations USING ((SELECT current_setting('yingke.workspace', true)) IN ('*', workspace_id::text))"
    )


def downgrade() -> None:
    raise RuntimeError("Yingke does not go back; restore the backup made before the upgrade.")
