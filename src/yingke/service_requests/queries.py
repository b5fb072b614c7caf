"""Reading requests at the desk: one's own, those of one's teams, and all that one may see."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from yingke.contacts import merged_ids
from yingke.conversations.queries import conversation_for
from yingke.identity import Actor, zone_of
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.service_requests.errors import RequestMissing
from yingke.service_requests.models import ServiceRequest, ServiceRequestStep
from yingke.service_requests.rows import request_value, sees_request, step_value, visible_to
from yingke.service_requests.values import (
    OPEN,
    Kind,
    ServiceRequestCounts,
    ServiceRequestValue,
    ServiceRequestWhole,
    State,
)

_Query = Select[Any]
_Place = tuple[bool, datetime, UUID]
"""Where a page ends: whether among the open ones, by which moment, at which request."""
Scope = Literal["mine", "team", "unowned", "all"]
Shown = Literal["open", "closed"] | State
Due = Literal["overdue", "today", "week"]
_OPEN: ColumnElement[bool] = ServiceRequest.is_open  # type: ignore[assignment] # a class's is an expression


async def list_requests(
    work: Work,
    actor: Actor,
    *,
    scope: Scope = "all",
    kind: Kind | None = None,
    state: Shown | None = None,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
    contact_id: UUID | None = None,
    due: Due | None = None,
    text: str = "",
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[list[ServiceRequestValue], str | None]:
    """Open ones first, what is due first at their top, so that those overdue lead; then closed ones, newest first."""
    query = select(ServiceRequest).where(_of(actor, scope))
    for column, wanted in (
        (ServiceRequest.kind, kind),
        (ServiceRequest.owner_id, owner_id),
        (ServiceRequest.team_id, team_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if contact_id is not None:
        query = query.where(ServiceRequest.contact_id.in_(await merged_ids(work, contact_id)))
    if state is not None:
        query = query.where(_in_state(state))
    if due is not None:
        query = query.where(await _due(work, due))
    if text:
        query = query.where(_contains(text))
    after = read_cursor(cursor, bool, datetime, UUID) if cursor is not None else None
    rows: list[ServiceRequest] = []
    for part in _parts(state, after):
        rows += await work.all(part(query).limit(limit + 1 - len(rows)))
        if len(rows) > limit:
            break
    shown = [request_value(row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return shown, write_cursor(*_place(last)) if last else None


async def count_requests(work: Work, actor: Actor) -> ServiceRequestCounts:
    mine = ServiceRequest.owner_id == actor.agent_id
    overdue = and_(ServiceRequest.due_at <= work.now, ServiceRequest.waiting_since.is_(None))
    wanted = {
        "mine": mine,
        "mine_to_do": and_(mine, ServiceRequest.state != "waiting"),
        "mine_overdue": and_(mine, overdue),
        "seen": ServiceRequest.id.is_not(None),
        "unowned": ServiceRequest.owner_id.is_(None),
        "overdue": overdue,
    }
    counts = select(*(func.count().filter(each).label(name) for name, each in wanted.items()))
    row = (await work.rows.execute(counts.where(visible_to(actor), _OPEN))).mappings().one()
    return ServiceRequestCounts(**row)


async def request_for(work: Work, actor: Actor, request_id: UUID) -> ServiceRequest:
    """Raises RequestMissing."""
    row = await work.find(ServiceRequest, request_id)
    if row is None or not sees_request(actor, row):
        raise RequestMissing
    return row


async def read_request(work: Work, actor: Actor, request_id: UUID) -> ServiceRequestWhole:
    """With its history, oldest first. Raises RequestMissing."""
    row = await request_for(work, actor, request_id)
    steps = select(ServiceRequestStep).where(
        ServiceRequestStep.workspace_id == work.workspace_id, ServiceRequestStep.request_id == row.id
    )
    shown = [step_value(step) for step in await work.all(steps.order_by(ServiceRequestStep.id))]
    return ServiceRequestWhole(request=request_value(row), steps=shown)


async def requests_beside(work: Work, actor: Actor, conversation_id: UUID) -> list[ServiceRequestValue]:
    """Of a conversation, and of its contact or visitor elsewhere; newest first, at most fifty. Raises ConversationMissing."""
    talk = await conversation_for(work, actor, conversation_id)
    contact_ids = await merged_ids(work, talk.contact_id) if talk.contact_id else []
    theirs = or_(
        ServiceRequest.conversation_id == talk.id,
        ServiceRequest.contact_id.in_(contact_ids),
        ServiceRequest.visitor_id == talk.visitor_id if talk.visitor_id else false(),
    )
    query = select(ServiceRequest).where(visible_to(actor), theirs)
    rows = await work.all(query.order_by(_OPEN.desc(), ServiceRequest.id.desc()).limit(50))
    return [request_value(row) for row in rows]


def _parts(state: Shown | None, after: _Place | None) -> Iterator[Callable[[_Query], _Query]]:
    """The open ones, then the closed ones, as far as `state` wants them: each by an index of its own."""
    wants_open = state is None or state == "open" or state in OPEN
    wants_closed = state is None or not wants_open
    if wants_open and (after is None or after[0]):
        yield partial(_open_ones, after=after)
    if wants_closed:
        yield partial(_closed_ones, after=after if after and not after[0] else None)


def _open_ones(query: _Query, after: _Place | None) -> _Query:
    key = ServiceRequest.due_at, ServiceRequest.id
    query = query.where(_OPEN).order_by(*key)
    return query if after is None else query.where(tuple_(*key) > tuple_(*after[1:]))


def _closed_ones(query: _Query, after: _Place | None) -> _Query:
    key = ServiceRequest.changed_at, ServiceRequest.id
    query = query.where(~_OPEN).order_by(*(each.desc() for each in key))
    return query if after is None else query.where(tuple_(*key) < tuple_(*after[1:]))


def _place(row: ServiceRequest) -> _Place:
    return row.is_open, row.due_at if row.is_open else row.changed_at, row.id


def _of(actor: Actor, scope: Scope) -> ColumnElement[bool]:
    seen = visible_to(actor)
    match scope:
        case "mine":
            return and_(seen, ServiceRequest.owner_id == actor.agent_id)
        case "team":
            return and_(seen, ServiceRequest.team_id.in_(actor.team_ids))
        case "unowned":
            return and_(seen, ServiceRequest.owner_id.is_(None))
    return seen


def _in_state(state: Shown) -> ColumnElement[bool]:
    if state in ("open", "closed"):
        return _OPEN if state == "open" else ~_OPEN
    return ServiceRequest.state == state


async def _due(work: Work, due: Due) -> ColumnElement[bool]:
    """Today and the week end by the days of the workspace."""
    running = and_(_OPEN, ServiceRequest.waiting_since.is_(None))
    if due == "overdue":
        return and_(running, ServiceRequest.due_at <= work.now)
    today = work.now.astimezone(await zone_of(work)).replace(hour=0, minute=0, second=0, microsecond=0)
    return and_(running, ServiceRequest.due_at < today + timedelta(days=1 if due == "today" else 7))


def _contains(text: str) -> ColumnElement[bool]:
    """Anywhere in what was asked, who asked and what was decided; a number is that request's."""
    number = text.removeprefix("#")
    if number.isdecimal() and len(number) < 9:
        return ServiceRequest.number == int(number)
    columns = (
        ServiceRequest.text,
        ServiceRequest.reason,
        ServiceRequest.name,
        ServiceRequest.email,
        ServiceRequest.decision,
    )
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
