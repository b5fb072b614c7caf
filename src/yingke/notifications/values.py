"""Notifications as they leave the program."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.identity import LetterKind
from yingke.kit.values import Value

MailKind = Literal["transcript", "reply", "service_request"] | LetterKind


class MailValue(Value, frozen=True, kw_only=True):
    """A mail to a visitor, of a conversation; to an applicant, of a service request; or to a person who signs in here.

    `sent_at` is empty while it waits; `error` says why the last attempt failed. `content_url` is there while the mail is
    kept in the outbox folder.
    """

    id: UUID
    kind: MailKind
    conversation_id: UUID | None
    service_request_id: UUID | None
    to: str
    subject: str
    created_at: datetime
    sent_at: datetime | None
    error: str | None
    content_url: str | None


class MailPage(Value, frozen=True, kw_only=True):
    items: list[MailValue]
    next_cursor: str | None
