"""Rows of service requests, of what was done about them, and of how they are asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class ServiceRequest(Thing, Base):
    __tablename__ = "service_requests"
    written_down = "columns"
    __table_args__ = (
        refers("site_id", "sites", ondelete="SET NULL"),
        refers("visitor_id", "visitors", ondelete="SET NULL"),
        refers("contact_id", "contacts", ondelete="SET NULL"),
        refers("conversation_id", "conversations", ondelete="SET NULL"),
        refers("owner_id", "agents", ondelete="SET NULL"),
        refers("team_id", "teams", ondelete="SET NULL"),
        UniqueConstraint("workspace_id", "number", name="uq_service_requests_number"),
        UniqueConstraint("workspace_id", "client_id", name="uq_service_requests_client_id"),
        Index("ix_service_requests_due", "workspace_id", "due_at", "id"),
        Index("ix_service_requests_owner", "workspace_id", "owner_id", "due_at"),
        Index("ix_service_requests_contact", "workspace_id", "contact_id"),
        Index("ix_service_requests_visitor", "workspace_id", "visitor_id"),
        Index("ix_service_requests_conversation", "workspace_id", "conversation_id"),
        Index("ix_service_requests_look_at", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    number: Mapped[int]
    client_id: Mapped[UUID]
    """Of who sent it: the same one files it once."""
    kind: Mapped[str]
    """`access`, `complaint` or `appointment`."""
    source: Mapped[str]
    """The door it came in by: `widget`, `help_centre` or `agent`."""
    state: Mapped[str] = mapped_column(default="new")
    """`new`, `in_work`, `waiting` (for the applicant), `approved`, `refused`, `settled` or `withdrawn`."""
    text: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    """What was chosen with one tap, in the words it was chosen by."""
    answers: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """`{key, label, value}` in the words of the form as it was."""
    files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    """Where the applicant is told what became of it; empty: nowhere."""
    site_id: Mapped[UUID | None]
    visitor_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    conversation_id: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    look_at: Mapped[datetime | None]
    """When time alone asks for something to be done."""
    waiting_since: Mapped[datetime | None]
    """Since when the applicant is asked: the clock stands still."""
    wishes: Mapped[list[str]] = mapped_column(default=list)
    """Moments wished for, in the applicant's order (RFC 3339)."""
    meets_at: Mapped[datetime | None]
    """The confirmed moment."""
    meeting_reminded: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str] = mapped_column(default="")
    """The reason given for the outcome."""
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ServiceRequestStep(Thing, Base):
    """Who did what about a request, and when."""

    __tablename__ = "service_request_steps"
    written_down = "columns"
    __table_args__ = (
        refers("request_id", "service_requests", ondelete="CASCADE"),
        Index("ix_service_request_steps_request", "workspace_id", "request_id", "id"),
    )

    request_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[str]
    """`applicant`, `agent` or `system`."""
    agent_id: Mapped[UUID | None]
    what: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    shown: Mapped[bool] = mapped_column(default=False)
    """Whether the applicant sees it."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)


class ServiceRequestForm(InWorkspace, Base):
    """How a kind is asked for, and who sees to it."""

    __tablename__ = "service_request_forms"
    __table_args__ = (
        refers("team_id", "teams", ondelete="SET NULL"),
        refers("owner_id", "agents", ondelete="SET NULL"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]
    intro: Mapped[dict[str, Any]]
    fields: Mapped[list[dict[str, Any]]]
    reasons: Mapped[list[dict[str, Any]]]
    hours: Mapped[int]
    remind_minutes: Mapped[int]
    team_id: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
