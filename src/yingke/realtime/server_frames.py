"""Frames that the server sends: encoded from these, and described by these to those who write clients."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from yingke.agents import PublicAgent
from yingke.conversations.values import HiddenMessage, MessageValue, Rating
from yingke.kit.values import DescribedAs, Value
from yingke.knowledge import EntryLink
from yingke.routing import Department

Entries = Annotated[list[msgspec.Raw], DescribedAs(list[MessageValue | HiddenMessage])]
"""Messages, ascending, encoded one by one so that their size is known."""


class VisitorConversation(Value, frozen=True, kw_only=True):
    """A conversation as its visitor sees it."""

    id: UUID
    version: int
    status: Literal["queued", "open", "resolved"]
    kind: Literal["chat", "offline"]
    last_seq: int
    agent: PublicAgent | None
    team_id: UUID | None
    position: int | None = None
    robot: bool
    """A robot has it; whatever is said is answered by it."""
    wait_low: int | None = None
    """Seconds of waiting to expect, as in the signal `position`."""
    wait_high: int | None = None
    agent_read_seq: int
    agent_delivered_seq: int = 0
    """Up to here a desk has it on its screen; zero when nobody knows. Clients keep the highest they were told."""
    visitor_read_seq: int
    rating: Rating | None
    opened_at: datetime
    resolved_at: datetime | None


# Beginning and end.


class AgentWelcome(Value, frozen=True, kw_only=True):
    op: Literal["welcome"] = "welcome"
    ref: str | None
    v: Literal[1] = 1
    epoch: str
    agent_id: UUID
    heartbeat: int
    heads: dict[UUID, int]
    server_time: datetime


class Known(Value, frozen=True, kw_only=True):
    """What a visitor is told about himself and the shop. `history` is newest first; `reply_time` is in seconds."""

    visitor_id: UUID
    heartbeat: int
    open: bool
    agents_online: int
    reply_time: int | None
    next_open_at: datetime | None
    conversation: VisitorConversation | None
    history: list[VisitorConversation]
    robot: bool
    """A first message would be answered by the site's robot."""


class VisitorWelcome(Known, frozen=True, kw_only=True):
    op: Literal["welcome"] = "welcome"
    ref: str | None
    v: Literal[1] = 1
    epoch: str
    token: str


class Reload(Value, frozen=True, kw_only=True):
    op: Literal["reload"] = "reload"
    epoch: str


class Resync(Value, frozen=True, kw_only=True):
    op: Literal["resync"] = "resync"


class Bye(Value, frozen=True, kw_only=True):
    op: Literal["bye"] = "bye"
    code: str
    retry_after: float | UnsetType = UNSET


# Answers.


class Refused(Value, frozen=True, kw_only=True):
    op: Literal["error"] = "error"
    ref: str | None
    code: str
    detail: str
    field: str | UnsetType = UNSET
    retry_after: float | UnsetType = UNSET


class Ack(Value, frozen=True, kw_only=True):
    op: Literal["ack"] = "ack"
    ref: str | None


class PostedAck(Ack, frozen=True, kw_only=True):
    """To `send` and `leave_message`."""

    message_id: UUID
    conversation: UUID
    seq: int
    created_at: datetime
    repeated: Literal[True] | UnsetType = UNSET


class SubscribedAck(Ack, frozen=True, kw_only=True):
    last_seq: int
    conversation: VisitorConversation | UnsetType = UNSET
    """To visitors."""


class WatchingAck(Ack, frozen=True, kw_only=True):
    """To `watch_visitors`; the list itself follows in `visitors` frames."""

    count: int
    online: int


class SuggestionsAck(Ack, frozen=True, kw_only=True):
    items: list[EntryLink]


class HistoryAck(Ack, frozen=True, kw_only=True):
    items: Entries
    more: bool


class DepartmentsAck(Ack, frozen=True, kw_only=True):
    items: list[Department]


class IdentifiedAck(Known, frozen=True, kw_only=True):
    op: Literal["ack"] = "ack"
    ref: str | None
    token: str | None


# What happens.


class Messages(Value, frozen=True, kw_only=True):
    op: Literal["messages"] = "messages"
    conversation: UUID
    items: Entries
    last_seq: int
    more: bool


class Heartbeat(Value, frozen=True, kw_only=True):
    op: Literal["heartbeat"] = "heartbeat"
    heads: dict[UUID, int]


class VisitorNews(Value, frozen=True, kw_only=True):
    """What a visitor's fact carries; of changes only the conversation."""

    conversation: VisitorConversation
    message: MessageValue | HiddenMessage | UnsetType = UNSET


class FactFrame(Value, frozen=True, kw_only=True):
    op: Literal["fact"] = "fact"
    name: str
    data: Any


class SignalFrame(Value, frozen=True, kw_only=True):
    op: Literal["signal"] = "signal"
    name: str
    data: Any
