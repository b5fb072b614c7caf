"""Rows of sites."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing


class Site(Thing, Base):
    __tablename__ = "sites"

    key: Mapped[str] = mapped_column(unique=True)
    """Names the site in public addresses; 16 URL-safe characters."""
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]
    """A `SiteSettings`, whole."""
    identity_secret: Mapped[str]
    """With it the shop signs who its visitors are."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    """When the widget last connected from a page."""
    widget_seen_url: Mapped[str | None]
