"""Notifications as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.kit.values import Value


class MailValue(Value, frozen=True, kw_only=True):
    """A mail to a visitor. `sent_at` is empty while it waits; `error` says why the last attempt failed.

    `content_url` is there while the mail is kept in the outbox folder.
    """

    id: UUID
    kind: Literal["transcript", "reply"]
    conversation_id: UUID
    to: str
    subject: str
    created_at: datetime
    sent_at: datetime | None
    error: str | None
    content_url: str | None


class MailPage(Value, frozen=True, kw_only=True):
    items: list[MailValue]
    next_cursor: str | None
