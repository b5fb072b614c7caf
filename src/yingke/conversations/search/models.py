"""The index of everything that can be searched. It holds words and places, and is rebuilt from the secured tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, refers


class SearchText(InWorkspace, Base):
    """`id` is that of the message, the contact or the note on a contact; `kind` is `message`, `note` or `contact`."""

    __tablename__ = "search_texts"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="CASCADE"),
        refers("contact_id", "contacts", ondelete="CASCADE"),
        Index("ix_search_texts_recent", "workspace_id", text("at DESC"), text("id DESC")),
        Index(
            "ix_search_texts_conversation",
            "workspace_id",
            "conversation_id",
            postgresql_where=text("conversation_id IS NOT NULL"),
        ),
        Index("ix_search_texts_contact", "workspace_id", "contact_id", postgresql_where=text("contact_id IS NOT NULL")),
        # A search reads the list of entries not yet merged from end to end: it is kept short (kilobytes).
        Index("ix_search_texts_tsv", "tsv", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256}),
        # Contacts and notes are few among the messages.
        Index(
            "ix_search_texts_tsv_of_few",
            "tsv",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
            postgresql_where=text("kind <> 'message'"),
        ),
    )

    # What it indexes refers to the workspace. A second reference would have every text lock the one row of it.
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)
    kind: Mapped[str]
    conversation_id: Mapped[UUID | None]
    seq: Mapped[int | None]
    contact_id: Mapped[UUID | None]
    at: Mapped[datetime]
    tsv: Mapped[Any] = mapped_column(TSVECTOR, nullable=False)
