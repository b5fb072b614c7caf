"""Rows of roll-ups: what stays of a day when its page views are gone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace


class TrafficDay(InWorkspace, Base):
    """One key of one dimension on one day of the workspace's time zone, on one site. Every column is a sum."""

    __tablename__ = "traffic_days"

    dimension: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    visits: Mapped[int] = mapped_column(default=0)
    visitors: Mapped[int] = mapped_column(default=0)
    new_visitors: Mapped[int] = mapped_column(default=0)
    page_views: Mapped[int] = mapped_column(default=0)
    bounces: Mapped[int] = mapped_column(default=0)
    duration: Mapped[int] = mapped_column(BigInteger, default=0)
    """Seconds."""
    inquiries: Mapped[int] = mapped_column(default=0)
    conversions: Mapped[int] = mapped_column(default=0)
    value: Mapped[float] = mapped_column(default=0, server_default="0")
    entries: Mapped[int] = mapped_column(default=0)
    exits: Mapped[int] = mapped_column(default=0)
    open_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    visible_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    scroll: Mapped[int] = mapped_column(BigInteger, default=0)
    """Sum of the deepest scrolls, in per cent."""


class TrafficRolled(InWorkspace, Base):
    """A day that is over and rolled up: its figures come from `traffic_days`."""

    __tablename__ = "traffic_rolled"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
