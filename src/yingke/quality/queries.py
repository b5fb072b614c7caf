"""Reading inspections: an inspector's work, an agent's results."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_

from yingke.conversations.models import Conversation
from yingke.conversations.queries import took_part, visible_to, within_limits
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.quality.appealing import appeal_until
from yingke.quality.models import CardVersion, Inspection
from yingke.quality.scoring import CriterionAnswer
from yingke.quality.values import (
    InspectionDetail,
    InspectionStep,
    InspectionValue,
    QualityCounts,
    card_value,
    inspection_value,
)

_SHOWN: tuple[Any, ...] = (Inspection, CardVersion, Conversation)
Shown = Literal["todo", "submitted", "appealed"]
OF_CONVERSATION = and_(
    Conversation.workspace_id == Inspection.workspace_id, Conversation.id == Inspection.conversation_id
)
_OF_CARD = and_(CardVersion.workspace_id == Inspection.workspace_id, CardVersion.id == Inspection.card_version_id)


async def list_inspections(
    work: Work,
    actor: Actor,
    *,
    state: Shown | None = None,
    mine: bool = False,
    agent_id: UUID | None = None,
    team_id: UUID | None = None,
    plan_id: UUID | None = None,
    text: str = "",
    limit: int,
    cursor: str | None,
) -> tuple[list[InspectionValue], str | None]:
    """What the actor may inspect, newest first. Raises BadCursor."""
    query = _joined().where(may_inspect(actor))
    if state is not None:
        query = query.where(_STATES[state])
    if mine:
        query = query.where(_for(actor))
    equal = ((Inspection.agent_id, agent_id), (Inspection.team_id, team_id), (Inspection.plan_id, plan_id))
    query = query.where(*(column == value for column, value in equal if value is not None))
    if text:
        query = query.where(called(text))
    return await _page(work, query, limit, cursor)


async def list_results(
    work: Work, actor: Actor, *, limit: int, cursor: str | None
) -> tuple[list[InspectionValue], str | None]:
    """Of the actor's own conversations, newest first. Raises BadCursor."""
    return await _page(work, _joined().where(*_own(actor)), limit, cursor)


async def detail(work: Work, inspection: Inspection) -> InspectionDetail:
    card = await work.get(CardVersion, inspection.card_version_id)
    row = await work.get(Conversation, inspection.conversation_id)
    return InspectionDetail(
        inspection=inspection_value(inspection, card, row, appeal_until(inspection, card.appeal_days, work.now)),
        version=inspection.version,
        card=card_value(card),
        answers=msgspec.convert(inspection.answers, list[CriterionAnswer]),
        remark=inspection.remark,
        history=msgspec.convert(inspection.history, list[InspectionStep]),
    )


async def count_quality(work: Work, actor: Actor) -> QualityCounts:
    """What waits for the actor."""
    unseen = await _count(work, select(func.count()).where(*_own(actor), Inspection.seen_at.is_(None)))
    if not actor.may("quality.inspect"):
        return QualityCounts(to_inspect=0, appeals=0, unseen=unseen)
    joined = select(func.count()).select_from(Inspection).join(Conversation, OF_CONVERSATION).where(may_inspect(actor))
    mine = joined.where(_STATES["todo"], _for(actor))
    of_others = joined.where(_STATES["appealed"], Inspection.inspector_id.is_distinct_from(actor.agent_id))
    return QualityCounts(to_inspect=await _count(work, mine), appeals=await _count(work, of_others), unseen=unseen)


def called(text: str) -> ColumnElement[bool]:
    """Of conversations joined: those with somebody of this name, or of this number."""
    name = Conversation.who["name"].astext.icontains(text, autoescape=True)
    number = text.removeprefix("#")
    return or_(name, Conversation.number == int(number)) if number.isdecimal() and len(number) < 10 else name


def may_inspect(actor: Actor) -> ColumnElement[bool]:
    """Of conversations joined: what is within reach, and of others."""
    return and_(reach(actor), ~took_part(actor.agent_id))


def _for(actor: Actor) -> ColumnElement[bool]:
    """Given to the actor, or to nobody any more: whoever may takes it."""
    return or_(Inspection.inspector_id == actor.agent_id, Inspection.inspector_id.is_(None))


def reach(actor: Actor) -> ColumnElement[bool]:
    """Of conversations joined: what the actor is told figures of."""
    return and_(
        Inspection.workspace_id == actor.workspace_id,
        Inspection.agent_id != actor.agent_id,
        visible_to(actor),
        within_limits(actor),
    )


_STATES: dict[Shown, ColumnElement[bool]] = {
    "todo": Inspection.state != "submitted",
    "submitted": Inspection.state == "submitted",
    "appealed": Inspection.appeal == "open",
}


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Inspection.workspace_id == actor.workspace_id,
        Inspection.agent_id == actor.agent_id,
        Inspection.state == "submitted",
    )


def _joined() -> Select[Any]:
    return select(*_SHOWN).join(Conversation, OF_CONVERSATION).join(CardVersion, _OF_CARD)


async def _page(
    work: Work, query: Select[Any], limit: int, cursor: str | None
) -> tuple[list[InspectionValue], str | None]:
    key = (func.coalesce(Inspection.submitted_at, Inspection.picked_at), Inspection.id)
    if cursor is not None:
        query = query.where(tuple_(*key) < read_cursor(cursor, datetime, UUID))
    rows = (await work.rows.execute(query.order_by(*(each.desc() for each in key)).limit(limit + 1))).all()
    items = [
        inspection_value(inspection, card, row, appeal_until(inspection, card.appeal_days, work.now))
        for inspection, card, row in rows[:limit]
    ]
    last = items[-1] if items else None
    following = write_cursor(last.submitted_at or last.picked_at, last.id) if last and len(rows) > limit else None
    return items, following


async def _count(work: Work, query: Select[Any]) -> int:
    return int((await work.rows.execute(query)).scalar_one())
