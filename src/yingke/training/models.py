"""Rows of training."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing, refers


class Example(Thing, Base):
    """A good answer: a masked copy of some messages, why it is good, and what for."""

    __tablename__ = "training_examples"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("agent_id", "agents", ondelete="SET NULL"),
        refers("marked_by", "agents", ondelete="SET NULL"),
        Index("ix_training_examples_conversation", "workspace_id", "conversation_id"),
    )

    conversation_id: Mapped[UUID]
    visitor_id: Mapped[UUID | None]
    """Whose conversation it was, as a copy: it is looked for when they are erased, when no reference is left."""
    contact_id: Mapped[UUID | None]
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    agent_id: Mapped[UUID | None]
    """Who answered so well."""
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[datetime]
    topic: Mapped[str]
    criterion: Mapped[str]
    """The title of one of a score card; empty for none."""
    why: Mapped[str]
    lines: Mapped[list[dict[str, Any]]]
    """A `Line` each."""


class Drill(Thing, Base):
    """A situation to answer, in five minutes at most."""

    __tablename__ = "training_drills"
    written_down = "columns"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("made_by", "agents", ondelete="SET NULL"),
        Index("ix_training_drills_conversation", "workspace_id", "conversation_id"),
    )

    title: Mapped[str]
    criterion: Mapped[str]
    situation: Mapped[str]
    """What the visitor says, masked or made up."""
    kind: Mapped[str]
    """`choice` or `free`."""
    options: Mapped[list[dict[str, Any]]]
    """A `Option` each; empty for `free`."""
    good: Mapped[str]
    """A good answer; for `choice`, why the right one is."""
    conversation_id: Mapped[UUID | None]
    """Where the situation is from; None: made up."""
    visitor_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    archived: Mapped[bool] = mapped_column(default=False)


class Exercise(Thing, Base):
    """A drill that an agent has to do, or has done."""

    __tablename__ = "training_exercises"
    __table_args__ = (
        refers("drill_id", "training_drills", ondelete="CASCADE"),
        refers("agent_id", "agents"),
        refers("given_by", "agents", ondelete="SET NULL"),
        Index(
            "uq_training_exercises_open",
            "workspace_id",
            "drill_id",
            "agent_id",
            unique=True,
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_training_exercises_agent", "workspace_id", "agent_id", "done_at"),
    )

    drill_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    given_by: Mapped[UUID | None]
    """None: taken by oneself."""
    given_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    choice: Mapped[int | None]
    """Place among the options."""
    answer: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str | None]
    """`good`, `partly` or `not_yet`: of a choice by what is right, of a free answer by the agent's own comparison."""
    done_at: Mapped[datetime | None]
