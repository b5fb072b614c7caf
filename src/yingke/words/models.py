"""Rows of word lists."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from yingke.kit.database import Base, Thing


class StopList(Thing, Base):
    __tablename__ = "stop_lists"

    name: Mapped[str]
    side: Mapped[str]
    action: Mapped[str]
    enabled: Mapped[bool]
    words: Mapped[list[str]]
    created_at: Mapped[datetime]
