"""Rows of uploaded files."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, Thing


class File(Thing, Base):
    """One stored file. `conversation_id` is set when a message carries it; several messages of that conversation may."""

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_conversation_id", "workspace_id", "conversation_id"),
        Index("ix_files_uploader", "workspace_id", "uploader_id", "created_at"),
        Index("ix_files_public", "id", postgresql_where=text("public")),
        Index("ix_files_unclaimed", "created_at", postgresql_where=text("conversation_id IS NULL")),
        Index("ix_files_key", "workspace_id", "key"),
    )

    name: Mapped[str]
    mime: Mapped[str]
    """What the bytes are, by their own testimony."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes as stored: an image's after it was drawn anew."""
    sha256: Mapped[str]
    kind: Mapped[str]
    """`image`, `audio` or `file`; only the first two are ever shown in a page."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration: Mapped[float | None]
    """Seconds, when known."""
    key: Mapped[str]
    thumb_key: Mapped[str | None]
    public: Mapped[bool] = mapped_column(default=False)
    """Anybody who knows the id may see it: a site's logo, an agent's portrait."""
    shared_with: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    """Ids of the teams whose canned responses carry it, or of the workspace. What was shared stays so."""
    uploader_kind: Mapped[str]
    """`visitor` or `agent`."""
    uploader_id: Mapped[UUID]
    conversation_id: Mapped[UUID | None]
    service_request_id: Mapped[UUID | None]
    """The request that carries it, in place of a conversation."""
    created_at: Mapped[datetime]
