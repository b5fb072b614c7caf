"""The row of a workspace's language model."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace


class LanguageModel(InWorkspace, Base):
    __tablename__ = "language_models"

    base_url: Mapped[str]
    """Of the protocol's version, `https://api.example.com/v1`."""
    sealed_secret: Mapped[str | None]
    embedding_model: Mapped[str] = mapped_column(default="")
    chat_model: Mapped[str] = mapped_column(default="")
    ranks: Mapped[bool] = mapped_column(default=False)
    phrases: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
