"""Reading requests at the desk: one's own, those of one's teams, and all that one may see."""

from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, tuple_

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

Scope = Literal["mine", "team", "unowned", "all"]
Shown = Literal["open", "closed"] | State
Due = Literal["overdue", "today", "week"]
_OPEN = ServiceRequest.state.in_(OPEN)
_CLOSED = case((_OPEN, 0), else_=1)


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
    # Of closed ones the latest decision leads: one rising key for both.
    at = case(
        (_OPEN, func.extract("epoch", ServiceRequest.due_at)), else_=-func.extract("epoch", ServiceRequest.changed_at)
    )
    key: tuple[Any, ...] = (_CLOSED, at, ServiceRequest.id)
    if cursor is not None:
        query = query.where(tuple_(*key) > tuple_(*read_cursor(cursor, int, float, UUID)))
    rows = (await work.rows.execute(query.add_columns(at).order_by(*key).limit(limit + 1))).all()
    shown = [request_value(row[0]) for row in rows[:limit]]
    if len(rows) <= limit:
        return shown, None
    last, at_last = rows[limit - 1]
    return shown, write_cursor(int(last.state not in OPEN), float(at_last), last.id)


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
    rows = await work.all(query.order_by(_CLOSED, ServiceRequest.id.desc()).limit(50))
    return [request_value(row) for row in rows]


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
