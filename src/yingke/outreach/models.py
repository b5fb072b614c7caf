"""Rows of rules and of invitations.

An invitation refers to no visitor and no conversation: a report needs it when the browser it was shown in has long been
forgotten, and an upgrade that adds a reference would hold up those who write. Whoever erases a visitor removes its
invitations by the visits.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class InvitationRule(Thing, Base):
    __tablename__ = "invitation_rules"
    __table_args__ = (refers("site_id", "sites", ondelete="CASCADE"),)

    site_id: Mapped[UUID | None]
    """None: on every site."""
    name: Mapped[str]
    active: Mapped[bool]
    position: Mapped[int]
    conditions: Mapped[dict[str, Any]]
    """A `Group`."""
    action: Mapped[dict[str, Any]]
    """A `RuleAction`."""
    limits: Mapped[dict[str, Any]]
    """`RuleLimits`."""
    hold_out: Mapped[int] = mapped_column(SmallInteger)
    """Per cent of visitors to whom it is never shown."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class VisitorInvitation(Thing, Base):
    __tablename__ = "visitor_invitations"
    written_down = "columns"
    __table_args__ = (
        refers("site_id", "sites", ondelete="CASCADE"),
        refers("rule_id", "invitation_rules", ondelete="SET NULL"),
        refers("agent_id", "agents", ondelete="SET NULL"),
        refers("by_agent_id", "agents", ondelete="SET NULL"),
        Index("ix_visitor_invitations_of_visitor", "workspace_id", "visitor_id", "id"),
        Index("ix_visitor_invitations_of_visit", "workspace_id", "visit_id"),
        Index("ix_visitor_invitations_of_rule", "workspace_id", "rule_id", "id"),
        Index("ix_visitor_invitations_of_conversation", "workspace_id", "conversation_id"),
        Index(
            "ix_visitor_invitations_unanswered", "offered_at", postgresql_where=text("state IN ('offered', 'shown')")
        ),
    )

    site_id: Mapped[UUID]
    visitor_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    rule_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    """Who invites; None when the panel is opened, or a message asked for."""
    by_agent_id: Mapped[UUID | None]
    """Who sent it by hand."""
    by_hand: Mapped[bool]
    kind: Mapped[str]
    """`message`, `open_panel` or `leave_message`."""
    state: Mapped[str]
    """`offered`, `shown`, `accepted`, `declined`, `ignored`, `expired`, or `held_out`."""
    content: Mapped[dict[str, Any]]
    """An `InvitationContent`, in the visitor's language."""
    image_file_id: Mapped[UUID | None]
    """Of the image in it, which the conversation that follows carries too."""
    offered_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    conversation_id: Mapped[UUID | None]
