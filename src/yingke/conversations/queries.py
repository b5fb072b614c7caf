"""Reading conversations: every list starts from what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    any_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation, Message, MessageDraft
from yingke.conversations.rows import SHOWN_OF_CONVERSATION, SHOWN_OF_MESSAGE, message_value, shown_conversation
from yingke.conversations.values import ConversationValue, DraftValue, MessageValue
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work

View = Literal["mine", "queue", "all", "done", "snoozed", "colleagues", "robot", "unanswered", "due"]
MOST = 100


class Asking(Protocol):
    """Who reads: an actor, or what is bound to one when a statement runs."""

    @property
    def workspace_id(self) -> Any: ...
    @property
    def agent_id(self) -> Any: ...
    @property
    def team_ids(self) -> Any: ...
    @property
    def sees_all(self) -> bool: ...
    @property
    def only_site_ids(self) -> Any: ...


def visible_to(actor: Asking) -> ColumnElement[bool]:
    """What the actor may read. `threads.may_see` says the same of one conversation."""
    takes_part = any_(Conversation.participant_ids) == actor.agent_id
    in_workspace = Conversation.workspace_id == actor.workspace_id
    in_sight: list[ColumnElement[bool]] = []
    if not actor.sees_all:
        in_sight.append(or_(Conversation.team_id.is_(None), Conversation.team_id.in_(actor.team_ids)))
    if actor.only_site_ids is not None:
        in_sight.append(Conversation.site_id.in_(actor.only_site_ids))
    if in_sight:
        in_sight = [or_(Conversation.agent_id == actor.agent_id, and_(*in_sight))]
    return and_(in_workspace, or_(takes_part, and_(Conversation.channel != "colleague", *in_sight)))


def within_limits(actor: Actor) -> ColumnElement[bool]:
    """Where the actor may do what is held to the teams and sites a person is limited to: `Actor.may`, on rows."""
    limits: list[ColumnElement[bool]] = []
    if actor.only_team_ids is not None:
        limits.append(Conversation.team_id.in_(actor.only_team_ids))
    if actor.only_site_ids is not None:
        limits.append(Conversation.site_id.in_(actor.only_site_ids))
    return and_(true(), *limits)


def took_part(agent_id: UUID | SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Whether the agent has or ever had the conversation, joined it, ended it or said anything in it, also among colleagues.

    The thread knows who left again, the conversation only who is there.
    """
    # Said to be one: ids that come from the database are of a type of the driver's own.
    agent: SQLColumnExpression[UUID] = literal(agent_id, Uuid()) if isinstance(agent_id, UUID) else agent_id
    said = and_(Message.author_kind == "agent", Message.author_id == agent)
    named = Message.activity["agent_id"].astext == cast(agent, Text)
    # A value, not EXISTS: that could be planned as one look at every message there is.
    in_thread = (
        select(literal(True))
        .where(Message.workspace_id == Conversation.workspace_id, Message.conversation_id == Conversation.id)
        .where(or_(said, named))
        .limit(1)
    )
    now = or_(Conversation.agent_id == agent, any_(Conversation.participant_ids) == agent)
    return func.coalesce(or_(now, in_thread.scalar_subquery()), False)


def limits_of(actor: Actor) -> dict[str, list[UUID] | None]:
    """The same for a statement in words: its `teams` and `sites`, null where there is no limit."""
    return {
        "teams": None if actor.only_team_ids is None else list(actor.only_team_ids),
        "sites": None if actor.only_site_ids is None else list(actor.only_site_ids),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; None means no matter."""

    view: View = "all"
    team_id: UUID | None = None
    tag_id: UUID | None = None
    site_id: UUID | None = None
    agent_id: UUID | None = None
    contact_id: UUID | None = None
    visitor_id: UUID | None = None
    status: str | None = None
    unread: bool = False


_NOT_A_ROOM = Conversation.channel != "colleague"
_STATUS: dict[View, str] = {"mine": "open", "queue": "queued", "done": "resolved", "snoozed": "snoozed"}
_EQUAL = ("team_id", "site_id", "agent_id", "contact_id", "visitor_id", "status")


def _narrow(actor: Actor, chosen: Filter) -> list[ColumnElement[bool]]:
    colleagues = chosen.view == "colleagues"
    conditions = [visible_to(actor), Conversation.channel == "colleague" if colleagues else _NOT_A_ROOM]
    if chosen.view in _STATUS:
        conditions.append(Conversation.status == _STATUS[chosen.view])
    if chosen.view == "robot":
        conditions.append(Conversation.robot.is_(True))
    if chosen.view == "unanswered":
        going_on = Conversation.status.in_(["queued", "open", "snoozed"])
        conditions += [going_on, Conversation.kind == "chat", Conversation.waiting_since.is_not(None)]
    if chosen.view == "due":
        conditions += [Conversation.due_at.is_not(None), Conversation.status != "resolved"]
    if chosen.view == "mine":
        conditions.append(Conversation.agent_id == actor.agent_id)
    equals = {name: getattr(chosen, name) for name in _EQUAL}
    conditions += [getattr(Conversation, name) == value for name, value in equals.items() if value is not None]
    if chosen.tag_id:
        conditions.append(Conversation.tag_ids.contains([chosen.tag_id]))
    if chosen.unread:
        conditions.append(Conversation.unread > 0)
    return conditions


_EARLIEST_FIRST: dict[View, Any] = {"queue": Conversation.place_at, "due": Conversation.due_at}


@dataclass(frozen=True, slots=True)
class Page:
    items: list[ConversationValue]
    next_cursor: str | None


async def list_conversations(work: Work, actor: Actor, chosen: Filter, *, limit: int, cursor: str | None) -> Page:
    """Newest activity first; the queue in the order it is served, `due` by what is owed first. `limit` is at most MOST."""
    shown_and_key = (*SHOWN_OF_CONVERSATION, Conversation.place_at, Conversation.due_at, Conversation.active_period)
    query: Select[Any] = select(*shown_and_key).where(*_narrow(actor, chosen))
    if chosen.view in _EARLIEST_FIRST:
        key: tuple[Any, ...] = (_EARLIEST_FIRST[chosen.view], Conversation.id)
        query = query.order_by(*key)
        if cursor:
            query = query.where(tuple_(*key) > read_cursor(cursor, datetime, UUID))
    else:
        key = (Conversation.active_period, Conversation.last_message_at, Conversation.id)
        query = query.order_by(*(column.desc() for column in key))
        if cursor:
            query = query.where(tuple_(*key) < read_cursor(cursor, datetime, datetime, UUID))
    limit = min(limit, MOST)
    rows = (await (await work.rows.connection()).execute(query.limit(limit + 1))).all()
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        [shown_conversation(row) for row in shown],
        write_cursor(*(getattr(shown[-1], column.key) for column in key)) if more else None,
    )


class Counts(Value, frozen=True, kw_only=True):
    mine: int
    queue: int
    all: int
    """Going on: queued, open and snoozed."""
    snoozed: int
    unread: int
    """The actor's conversations with something unread."""
    robot: int
    """Held by a robot."""


async def count_conversations(work: Work, actor: Actor) -> Counts:
    mine = and_(Conversation.agent_id == actor.agent_id, Conversation.status == "open")
    counts = select(
        func.count().filter(mine),
        func.count().filter(Conversation.status == "queued"),
        func.count(),
        func.count().filter(Conversation.status == "snoozed"),
        func.count().filter(mine, Conversation.unread > 0),
        func.count().filter(Conversation.robot),
    ).where(
        visible_to(actor), Conversation.channel != "colleague", Conversation.status.in_(["queued", "open", "snoozed"])
    )
    row = (await work.rows.execute(counts)).one()
    return Counts(mine=row[0], queue=row[1], all=row[2], snoozed=row[3], unread=row[4], robot=row[5])


async def conversation_for(work: Work, actor: Actor, conversation_id: UUID) -> Conversation:
    """The row, for an agent who may read it. Raises ConversationMissing."""
    wanted = select(Conversation).where(visible_to(actor), Conversation.id == conversation_id)
    row: Conversation | None = (await work.scalars(wanted)).first()
    if row is None:
        raise ConversationMissing
    return row


class MessagePage(Value, frozen=True, kw_only=True):
    items: list[MessageValue]
    last_seq: int


async def messages_after(work: Work, conversation_id: UUID, after_seq: int, limit: int) -> list[MessageValue]:
    query = _messages_of(work, conversation_id).where(Message.seq > after_seq).order_by(Message.seq).limit(limit)
    return [message_value(row) for row in await work.rows.execute(query)]


async def messages_before(work: Work, conversation_id: UUID, before_seq: int | None, limit: int) -> list[MessageValue]:
    """The newest `limit` messages below `before_seq`, ascending."""
    query = _messages_of(work, conversation_id).order_by(Message.seq.desc()).limit(limit)
    if before_seq is not None:
        query = query.where(Message.seq < before_seq)
    return [message_value(row) for row in reversed((await work.rows.execute(query)).all())]


def _messages_of(work: Work, conversation_id: UUID) -> Select[Any]:
    return select(*SHOWN_OF_MESSAGE).where(
        Message.workspace_id == work.workspace_id, Message.conversation_id == conversation_id
    )


async def conversations_of_visitor(work: Work, person_ids: Collection[UUID], *, limit: int) -> Sequence[Conversation]:
    """Conversations of these browsers of one person, newest first."""
    query = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id, Conversation.visitor_id.in_(person_ids)
    )
    return await work.all(query.order_by(Conversation.opened_at.desc()).limit(limit))


class Load(Value, frozen=True, kw_only=True):
    agent_id: UUID
    load: int


async def loads(work: Work) -> list[Load]:
    """How many conversations each agent has open now; agents without any are left out."""
    query = (
        select(Conversation.agent_id, func.count())
        .where(
            Conversation.workspace_id == work.workspace_id,
            Conversation.status == "open",
            Conversation.channel != "colleague",
            Conversation.agent_id.is_not(None),
        )
        .group_by(Conversation.agent_id)
    )
    return [Load(agent_id=agent_id, load=load) for agent_id, load in await work.rows.execute(query) if agent_id]


async def queue_position(work: Work, row: Conversation) -> int | None:
    """The place in the queue from 1, or None when it does not wait."""
    if row.status != "queued":
        return None
    ahead = select(func.count()).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.status == "queued",
        Conversation.team_id.is_not_distinct_from(row.team_id),
        tuple_(Conversation.place_at, Conversation.id) < tuple_(row.place_at, row.id),
    )
    return int((await work.rows.execute(ahead)).scalar_one()) + 1


async def drafts_of(work: Work, agent_id: UUID) -> list[DraftValue]:
    rows = await work.all(
        select(MessageDraft)
        .where(MessageDraft.workspace_id == work.workspace_id, MessageDraft.agent_id == agent_id)
        .order_by(MessageDraft.updated_at.desc())
        .limit(200)
    )
    return [DraftValue(conversation_id=r.conversation_id, text=r.text, updated_at=r.updated_at) for r in rows]
