"""Conversations and messages as they leave the program."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import with_config
from typing_extensions import TypedDict

from yingke.files import FileValue
from yingke.kit.values import DescribedAs, Value

Channel = Literal["webchat", "colleague"]
Status = Literal["queued", "open", "snoozed", "resolved"]
Priority = Literal["", "invited", "vip", "returning"]
"""The class of a conversation in the queue; empty: ordinary."""
DueKind = Literal["first_response", "next_response", "resolution", "promise"]
MessageKind = Literal["incoming", "outgoing", "activity", "note"]
Audience = Literal["everyone", "staff"]
AuthorKind = Literal["visitor", "agent", "robot", "system"]


class Who(Value, frozen=True, kw_only=True):
    """The other side, as far as known."""

    visitor_id: UUID | None = None
    contact_id: UUID | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    external_id: str | None = None
    verified: bool = False


class LastMessage(Value, frozen=True, kw_only=True):
    seq: int
    kind: MessageKind
    author_kind: AuthorKind
    text: str
    at: datetime


class Rating(Value, frozen=True, kw_only=True):
    stars: int
    solved: bool | None
    reasons: list[str]
    comment: str
    at: datetime


class Summary(Value, frozen=True, kw_only=True):
    category: str = ""
    text: str = ""
    outcome: str = ""


class Due(Value, frozen=True, kw_only=True):
    """What is owed next, and until when: the one countdown of a conversation."""

    kind: DueKind
    at: datetime | None
    """None while its clock stands still."""
    warn_at: datetime | None = None
    left: int | None = None
    """Seconds that are left, while its clock stands still."""


class ConversationValue(Value, frozen=True, kw_only=True):
    """A conversation as staff see it. `version` grows with every change; the highest is the truth."""

    id: UUID
    number: int
    version: int
    channel: Channel
    kind: Literal["chat", "offline"]
    status: Status
    site_id: UUID | None
    team_id: UUID | None
    agent_id: UUID | None
    who: Who
    participant_ids: list[UUID]
    title: str | None
    language: str
    opened_at: datetime
    queued_at: datetime | None
    last_message_at: datetime
    last_seq: int
    last_message: LastMessage | None
    unread: int
    """Incoming messages that nobody on the desk has read."""
    agent_read_seq: int
    visitor_read_seq: int
    visitor_delivered_seq: int
    reads: dict[str, int]
    """Colleague rooms: agent id → seq read."""
    waiting_since: datetime | None
    """When the first unanswered message came in."""
    first_replied_at: datetime | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    resolve_reason: str | None
    tag_ids: list[UUID]
    summary: Summary | None
    rating: Rating | None
    reply_channel: str | None
    reply_to: str | None
    robot: bool = False
    """A robot holds it: it is open, has no agent, and nobody waits until it is handed over."""
    handed_over_at: datetime | None = None
    priority: Priority = ""
    due: Due | None = None


class Author(Value, frozen=True, kw_only=True):
    kind: AuthorKind
    id: UUID | None = None
    name: str | None = None


class Quote(Value, frozen=True, kw_only=True):
    seq: int
    text: str
    author_name: str | None


@with_config(extra="allow")
class Activity(TypedDict):
    """What happened, under `type`, and its details."""

    type: str


@with_config(extra="allow")
class Content(TypedDict):
    """What a message holds beside its text, under `type`: an answer, choices, a form. The text alone says it all."""

    type: str


class MessageValue(Value, frozen=True, kw_only=True):
    id: UUID
    conversation_id: UUID
    seq: int
    client_id: UUID | None
    kind: MessageKind
    audience: Audience
    author: Author
    text: str
    attachments: list[FileValue]
    quote: Quote | None
    mentions: list[UUID]
    activity: Annotated[dict[str, Any], DescribedAs(Activity)] | None
    content: Annotated[dict[str, Any], DescribedAs(Content)] | None = None
    recalled: bool
    created_at: datetime


class DraftValue(Value, frozen=True, kw_only=True):
    conversation_id: UUID
    text: str
    updated_at: datetime


class HiddenMessage(Value, frozen=True, kw_only=True):
    """Stands where a message is that this reader may not see."""

    seq: int
    hidden: Literal[True] = True
