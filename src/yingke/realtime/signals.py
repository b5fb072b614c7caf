"""What is shown and stored nowhere: at most once, to those who are there."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from yingke.conversations.values import Author
from yingke.kit.values import Value
from yingke.visitors import Page


class Signal(Value, frozen=True, kw_only=True):
    """`name` is its name on the wire."""

    name: ClassVar[str]


class Typing(Signal, frozen=True, kw_only=True):
    name = "typing"

    conversation: UUID
    from_: Author = msgspec.field(name="from")
    text: str | UnsetType = UNSET
    """Of a visitor whose site shows a preview."""


class Viewing(Signal, frozen=True, kw_only=True):
    """Who of the desk has a conversation open."""

    name = "viewing"

    conversation: UUID
    agent_ids: list[UUID]


class Presence(Signal, frozen=True, kw_only=True):
    name = "presence"

    visitor_id: UUID
    online: bool


class PageChanged(Signal, frozen=True, kw_only=True):
    name = "page"

    visitor_id: UUID
    page: Page


class Position(Signal, frozen=True, kw_only=True):
    """A place in the queue: 1 is next."""

    name = "position"

    conversation: UUID
    position: int
    ahead: int
    wait_low: int | None = None
    """Seconds that it will take, of which eight of ten hold; null when nothing honest can be said."""
    wait_high: int | None = None


class Delivered(Signal, frozen=True, kw_only=True):
    """A desk has the conversation on its screen up to here. Told when it is open in another process than the visitor."""

    name = "delivered"

    conversation: UUID
    seq: int


class OpenSign(Signal, frozen=True, kw_only=True):
    """The shop opened or closed for its visitors. `reply_time` in seconds."""

    name = "open"

    open: bool
    agents_online: int
    reply_time: int | None
    next_open_at: datetime | None


FOR_AGENTS: tuple[type[Signal], ...] = (Typing, Viewing, Presence, PageChanged)
FOR_VISITORS: tuple[type[Signal], ...] = (Typing, Delivered, Position, OpenSign)
