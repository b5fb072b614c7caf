"""Rows of tags."""

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing


class Tag(Thing, Base):
    __tablename__ = "tags"
    __table_args__ = (Index("uq_tags_name", "workspace_id", text("lower(name)"), unique=True),)

    name: Mapped[str]
    color: Mapped[str] = mapped_column(default="#8a8f98")
    """`#rrggbb`."""
