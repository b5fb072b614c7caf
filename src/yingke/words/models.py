"""Rows of word lists."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing


class StopList(Thing, Base):
    __tablename__ = "stop_lists"

    name: Mapped[str]
    side: Mapped[str]
    action: Mapped[str]
    enabled: Mapped[bool]
    colleagues: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether a list for what agents send also holds in rooms of colleagues."""
    words: Mapped[list[str]]
    created_at: Mapped[datetime]
