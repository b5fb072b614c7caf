"""Reading promises: one's own, those of one's teams, and all of the conversations one may read."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, ColumnExpressionArgument, and_, case, false, func, or_, select

from yingke.agents import TeamMember
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for, visible_to
from yingke.identity import Actor, zone_of
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.promises.models import Promise
from yingke.promises.reading import promise_in
from yingke.promises.values import PromiseCounts, PromiseProposal, PromiseValue, ShownPromise, promise_value

Scope = Literal["mine", "team", "all"]
Shown = Literal["open", "overdue", "kept", "broken", "dropped"]
COUNTED = timedelta(days=30)
_JOIN = and_(Conversation.workspace_id == Promise.workspace_id, Conversation.id == Promise.conversation_id)
_NAME = Conversation.who["name"].astext


async def list_promises(
    work: Work,
    actor: Actor,
    *,
    scope: Scope,
    state: Shown | None,
    owner_id: UUID | None,
    text: str,
    limit: int,
    cursor: str | None,
) -> tuple[list[PromiseValue], str | None]:
    """What is due first, first; what is settled, last due first. Raises BadCursor."""
    query = select(Promise, Conversation.number, _NAME).join(Conversation, _JOIN).where(_of(actor, scope))
    if state is not None:
        query = query.where(_STATES[state])
    if owner_id is not None:
        query = query.where(Promise.owner_id == owner_id)
    if text:
        query = query.where(or_(Promise.text.icontains(text, autoescape=True), _NAME.icontains(text, autoescape=True)))
    newest_first = state in ("kept", "broken", "dropped")
    if cursor is not None:
        at, id = read_cursor(cursor, datetime, UUID)
        beyond = Promise.due_at < at if newest_first else Promise.due_at > at
        after = Promise.id < id if newest_first else Promise.id > id
        query = query.where(or_(beyond, and_(Promise.due_at == at, after)))
    key: tuple[Any, ...] = (Promise.due_at, Promise.id)
    order = [column.desc() for column in key] if newest_first else key
    rows = (await work.rows.execute(query.order_by(*order).limit(limit + 1))).all()
    shown = [promise_value(*row) for row in rows[:limit]]
    return shown, write_cursor(shown[-1].due_at, shown[-1].id) if len(rows) > limit else None


async def count_promises(work: Work, actor: Actor, scope: Scope) -> PromiseCounts:
    lately = and_(Promise.due_at > work.now - COUNTED, Promise.due_at <= work.now)
    counts = (
        select(
            func.count().filter(_STATES["open"]),
            func.count().filter(_STATES["overdue"]),
            func.count().filter(and_(Promise.state == "kept", lately)),
            func.count().filter(and_(Promise.state == "broken", lately)),
        )
        .join(Conversation, _JOIN)
        .where(_of(actor, scope))
    )
    undone, overdue, kept, broken = (await work.rows.execute(counts)).one()
    rate = kept / (kept + broken) if kept + broken else None
    return PromiseCounts(open=undone, overdue=overdue, kept=kept, broken=broken, kept_rate=rate)


async def promises_of(work: Work, actor: Actor, conversation_id: UUID) -> list[PromiseValue]:
    """Of a conversation, and of the contact's others that the actor may read: what is still to be done, next due first, then what is
    settled, last due first; at most fifty. Raises ConversationMissing.
    """
    row = await conversation_for(work, actor, conversation_id)
    of_contact = Conversation.contact_id == row.contact_id if row.contact_id else false()
    query = (
        select(Promise, Conversation.number, _NAME)
        .join(Conversation, _JOIN)
        .where(visible_to(actor), or_(Promise.conversation_id == row.id, of_contact))
    )
    ordered = query.order_by(
        Promise.undone.desc(), case((Promise.undone, Promise.due_at)), Promise.due_at.desc(), Promise.id
    )
    return [promise_value(*found) for found in await work.rows.execute(ordered.limit(50))]


async def shown_promises(work: Work, visitor_ids: Collection[UUID], contact_id: UUID | None) -> list[ShownPromise]:
    """What was promised to these browsers and, when the shop signed who it is, to the contact: still to be done, or done in
    the last thirty days; what is due first, first."""
    signed = Conversation.contact_id == contact_id if contact_id is not None else false()
    query = (
        select(Promise)
        .join(Conversation, _JOIN)
        .where(
            Promise.workspace_id == work.workspace_id,
            or_(Conversation.visitor_id.in_(visitor_ids), signed),
            or_(_STATES["open"], Promise.done_at > work.now - COUNTED),
            Promise.state != "dropped",
        )
        .order_by(Promise.done_at.is_not(None), Promise.due_at, Promise.id)
        .limit(20)
    )
    rows = await work.all(query)
    return [ShownPromise(text=row.text, due_at=row.due_at, done_at=row.done_at) for row in rows]


async def propose(work: Work, text: str) -> PromiseProposal:
    """What `text`, said now, seems to promise, by the days of the workspace."""
    found = promise_in(text, work.now, await zone_of(work))
    return PromiseProposal(text=found.words if found else "", due_at=found.due if found else None)


_STATES: dict[Shown, ColumnExpressionArgument[bool]] = {
    "open": Promise.undone,
    "overdue": and_(Promise.state == "broken", Promise.undone),
    "kept": Promise.state == "kept",
    "broken": Promise.state == "broken",
    "dropped": Promise.state == "dropped",
}


def _of(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    mine = and_(Promise.workspace_id == actor.workspace_id, Promise.owner_id == actor.agent_id)
    if scope == "mine":
        return mine
    readable = and_(Promise.workspace_id == actor.workspace_id, visible_to(actor))
    if scope == "team":
        colleagues = select(TeamMember.agent_id).where(
            TeamMember.workspace_id == actor.workspace_id, TeamMember.team_id.in_(actor.team_ids)
        )
        return or_(mine, and_(readable, Promise.owner_id.in_(colleagues)))
    return or_(mine, readable)
