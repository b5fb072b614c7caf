"""Frames that clients send. Decoding checks shapes and limits; what does not fit is answered, never guessed at."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from yingke.visits.live import Filter
from yingke.visits.reports import Events

Ref = Annotated[str, Meta(max_length=40)] | None
Short = Annotated[str, Meta(max_length=300)]
Url = Annotated[str, Meta(max_length=4000)]
Text = Annotated[str, Meta(max_length=20_000)]
Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Files = Annotated[list[UUID], Meta(max_length=10)]
Version = Literal[1]
"""Of the protocol: a client that speaks another one is refused, not misunderstood."""


class Frame(msgspec.Struct, tag_field="op", tag=str.lower, kw_only=True, frozen=True):
    ref: Ref = None


class Page(msgspec.Struct, frozen=True):
    url: Url = ""
    title: Short = ""
    referrer: Url = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who the shop says the visitor is; `hash` is the hex HMAC-SHA256 of `external_id` with the site's secret."""

    external_id: Annotated[str, Meta(min_length=1, max_length=200)]
    hash: Annotated[str, Meta(max_length=128)]
    name: Short | None = None
    email: Short | None = None
    phone: Short | None = None
    fields: dict[str, Short | bool | int | float] = {}


class AgentHello(Frame, tag="hello", frozen=True):
    v: Version = 1
    epoch: Annotated[str, Meta(max_length=40)] | None = None
    visible: bool = True
    """Whether the desk is on a screen; told again by `visible`."""


class VisitorHello(Frame, tag="hello", frozen=True):
    site: Annotated[str, Meta(max_length=64)]
    token: Annotated[str, Meta(max_length=200)] | None = None
    v: Version = 1
    epoch: Annotated[str, Meta(max_length=40)] | None = None
    page: Page = Page()
    language: Annotated[str, Meta(max_length=35)] = ""
    identity: Identity | None = None


class Ping(Frame, tag="ping", frozen=True):
    pass


class Subscribe(Frame, tag="subscribe", frozen=True):
    conversation: UUID
    after_seq: Seq = 0


class Unsubscribe(Frame, tag="unsubscribe", frozen=True):
    conversation: UUID


class Read(Frame, tag="read", frozen=True):
    conversation: UUID
    seq: Seq


class AgentSend(Frame, tag="send", frozen=True):
    client_id: UUID
    conversation: UUID
    kind: Literal["outgoing", "note"] = "outgoing"
    text: Text = ""
    attachment_ids: Files = []
    quote_seq: Seq | None = None
    mentions: Annotated[list[UUID], Meta(max_length=50)] = []


class AgentTyping(Frame, tag="typing", frozen=True):
    conversation: UUID


class Visible(Frame, tag="visible", frozen=True):
    """The desk came onto a screen, or was covered."""

    visible: bool


class Viewing(Frame, tag="viewing", frozen=True):
    conversation: UUID | None = None


class WatchVisitors(Frame, tag="watch_visitors", frozen=True):
    """Show who is on the sites now, and go on showing it."""

    filter: Filter = Filter()


class UnwatchVisitors(Frame, tag="unwatch_visitors", frozen=True):
    pass


AgentFrame = (
    Ping
    | Subscribe
    | Unsubscribe
    | Read
    | AgentSend
    | AgentTyping
    | Viewing
    | Visible
    | WatchVisitors
    | UnwatchVisitors
)


class VisitorSend(Frame, tag="send", frozen=True):
    client_id: UUID
    conversation: UUID | None = None
    text: Text = ""
    attachment_ids: Files = []
    quote_seq: Seq | None = None
    team_id: UUID | None = None
    prechat: dict[str, Short] = {}
    entry_id: UUID | None = None
    """The question that was clicked, `text` being its words."""


class Delivered(Frame, tag="delivered", frozen=True):
    conversation: UUID
    seq: Seq


class VisitorTyping(Frame, tag="typing", frozen=True):
    conversation: UUID
    text: Text | None = None


class Move(Frame, tag="page", frozen=True):
    url: Url = ""
    title: Short = ""


class Resolve(Frame, tag="resolve", frozen=True):
    conversation: UUID


class Rate(Frame, tag="rate", frozen=True):
    conversation: UUID
    stars: Annotated[int, Meta(ge=1, le=5)]
    solved: bool | None = None
    reasons: Annotated[list[Short], Meta(max_length=20)] = []
    comment: Text = ""


class Transcript(Frame, tag="transcript", frozen=True):
    conversation: UUID
    email: Short


class LeaveMessage(Frame, tag="leave_message", frozen=True):
    client_id: UUID
    text: Text
    channel: Literal["email", "phone"]
    reply_to: Short
    name: Short = ""
    team_id: UUID | None = None
    attachment_ids: Files = []


class KeepPlace(Frame, tag="keep_place", frozen=True):
    """The visitor leaves the page and wants to be told when it is their turn."""

    conversation: UUID
    channel: Literal["email", "phone"]
    reply_to: Short


class Departments(Frame, tag="departments", frozen=True):
    pass


class Identify(Frame, tag="identify", frozen=True):
    external_id: Annotated[str, Meta(min_length=1, max_length=200)]
    hash: Annotated[str, Meta(max_length=128)]
    name: Short | None = None
    email: Short | None = None
    phone: Short | None = None
    fields: dict[str, Short | bool | int | float] = {}


class GiveContact(Frame, tag="contact", frozen=True):
    name: Short | None = None
    email: Short | None = None
    phone: Short | None = None


class History(Frame, tag="history", frozen=True):
    conversation: UUID
    before_seq: Seq | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class VisitorReport(Frame, tag="report", frozen=True):
    """What the page says of a visit, as it says it over HTTP when there is no socket."""

    events: Events = []


class Suggest(Frame, tag="suggest", frozen=True):
    """Questions that may be meant by what is being typed."""

    text: Short
    limit: Annotated[int, Meta(ge=1, le=10)] = 5


class RobotSolved(Frame, tag="robot_solved", frozen=True):
    """Whether the robot's answer `seq` helped."""

    conversation: UUID
    seq: Seq
    solved: bool


class RobotHandOver(Frame, tag="robot_hand_over", frozen=True):
    """A person is wanted."""

    conversation: UUID


class RobotForm(Frame, tag="robot_form", frozen=True):
    """What was filled in; without values it was skipped."""

    client_id: UUID
    conversation: UUID
    values: dict[str, Short] = {}


VisitorFrame = (
    Ping
    | Subscribe
    | Unsubscribe
    | Read
    | Delivered
    | VisitorSend
    | VisitorTyping
    | Move
    | Resolve
    | Rate
    | Transcript
    | LeaveMessage
    | KeepPlace
    | Departments
    | Identify
    | GiveContact
    | History
    | VisitorReport
    | Suggest
    | RobotSolved
    | RobotHandOver
    | RobotForm
)


def decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)
