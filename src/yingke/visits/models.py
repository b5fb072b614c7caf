"""Rows of visits, of what was seen in them, and of the goals they reached.

Page views and custom events are only added to. Their key begins with the visit, whose id is a UUIDv7, so rows of one
time lie together, and the tables can be cut by visit ids when they grow. They refer to nothing: at ten thousand rows a
second each reference costs more than the row, and whoever removes a visitor removes them by name.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class Visit(Thing, Base):
    """One session of a visitor; half an hour without a sign of life ends it."""

    __tablename__ = "visits"
    __table_args__ = (
        refers("visitor_id", "visitors", ondelete="CASCADE"),
        Index("ix_visits_of_visitor", "workspace_id", "visitor_id", "number", unique=True),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    site_id: Mapped[UUID]
    visitor_id: Mapped[UUID]
    number: Mapped[int]
    """Which of the visitor's visits, from 1."""
    started_at: Mapped[datetime]
    active_at: Mapped[datetime]
    """The last sign of life that was written: of a visit under way, up to two minutes old."""
    page_views: Mapped[int] = mapped_column(default=0)
    events: Mapped[int] = mapped_column(default=0)
    landing_url: Mapped[str]
    landing_title: Mapped[str] = mapped_column(default="")
    exit_url: Mapped[str]
    exit_title: Mapped[str] = mapped_column(default="")
    referrer: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")
    source: Mapped[dict[str, Any]]
    """A `Source`."""
    region: Mapped[dict[str, Any]]
    """A `Region`."""
    device: Mapped[dict[str, Any]]
    """A `Device`."""


class PageView(Base):
    __tablename__ = "page_views"
    __table_args__ = (
        Index("ix_page_views_at", "at", postgresql_using="brin"),
        {"postgresql_with": {"fillfactor": "85"}},
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Chosen by the browser, so that what is sent again is stored once."""
    visitor_id: Mapped[UUID]
    site_id: Mapped[UUID]
    at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    open_ms: Mapped[int] = mapped_column(default=0)
    """How long the page was there, and how long of that somebody could look at it."""
    visible_ms: Mapped[int] = mapped_column(default=0)
    scroll: Mapped[int] = mapped_column(SmallInteger, default=0)
    """The deepest the page was scrolled, in per cent."""


class CustomEvent(Base):
    """Something the shop's page said (`track`), or a click on a marked element."""

    __tablename__ = "custom_events"
    __table_args__ = (Index("ix_custom_events_at", "at", postgresql_using="brin"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    visitor_id: Mapped[UUID]
    site_id: Mapped[UUID]
    page_id: Mapped[UUID | None]
    at: Mapped[datetime]
    kind: Mapped[str]
    """`event` or `click`."""
    name: Mapped[str]
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Goal(Thing, Base):
    """What a shop wants of a visit: an address reached, a custom event, or an order."""

    __tablename__ = "goals"
    __table_args__ = (refers("site_id", "sites", ondelete="CASCADE"),)

    site_id: Mapped[UUID | None]
    """None: on every site."""
    name: Mapped[str]
    kind: Mapped[str]
    """`url`, `event` or `order`."""
    pattern: Mapped[str]
    value: Mapped[float | None]
    """What it is worth to the shop, in its own currency; of an order, when the page does not say."""
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Conversion(InWorkspace, Base):
    """A visit reached a goal: once, however often it happened in it. An order counts once for all time on a site, by
    its number: two shops number theirs alike."""

    __tablename__ = "conversions"
    __table_args__ = (
        refers("goal_id", "goals", ondelete="CASCADE"),
        Index("ix_conversions_of_visit", "workspace_id", "visit_id"),
        Index("ix_conversions_of_visitor", "workspace_id", "visitor_id", "at"),
        Index(
            "ix_conversions_of_order",
            "workspace_id",
            "goal_id",
            "site_id",
            "order_number",
            unique=True,
            postgresql_where=text("order_number <> ''"),
        ),
    )

    goal_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_number: Mapped[str] = mapped_column(primary_key=True, default="", server_default="")
    """As the page says it; empty for what is no order, and for an order without one."""
    visitor_id: Mapped[UUID]
    site_id: Mapped[UUID]
    at: Mapped[datetime]
    value: Mapped[float | None]
    """What it was worth then, in the shop's currency."""
