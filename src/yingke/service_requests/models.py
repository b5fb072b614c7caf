"""Rows of service requests, of what was done about them, and of how they are asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, UniqueConstraint, bindparam, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers
from yingke.service_requests.values import OPEN

_STATES = ", ".join(f"'{state}'" for state in OPEN)


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
        Index(
            "ix_service_requests_open",
            "workspace_id",
            "due_at",
            "id",
            postgresql_where=text(f"state IN ({_STATES})"),
        ),
        Index(
            "ix_service_requests_closed",
            "workspace_id",
            "changed_at",
            "id",
            postgresql_where=text(f"state NOT IN ({_STATES})"),
        ),
        Index("ix_service_requests_email", "workspace_id", "email", "created_at"),
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

    @hybrid_property
    def is_open(self) -> bool:
        """Neither decided nor taken back."""
        return self.state in OPEN

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        # Written out, because plans are made without parameters: they see by it which index has these rows alone.
        return cls.state.in_(bindparam(None, OPEN, expanding=True, literal_execute=True))


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


class ServiceRequestMail(Thing, Base):
    """A mail that tells the applicant of a step: written by its transaction, sent by a job. Its id makes its Message-ID."""

    __tablename__ = "service_request_mails"
    written_down = "columns"
    __table_args__ = (
        refers("request_id", "service_requests", ondelete="CASCADE"),
        refers("step_id", "service_request_steps", ondelete="CASCADE"),
        Index("ix_service_request_mails_created_at", "workspace_id", "created_at", "id"),
        Index("ix_service_request_mails_request", "workspace_id", "request_id"),
        Index("ix_service_request_mails_step", "workspace_id", "step_id"),
    )

    request_id: Mapped[UUID]
    step_id: Mapped[UUID]
    to: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why the last attempt failed."""


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
    clock: Mapped[str] = mapped_column(default="calendar", server_default="calendar")
    """`calendar` or `business`: which hours count."""
    remind_minutes: Mapped[int]
    team_id: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
