"""Reading visits: trails, past visits, touches."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select, tuple_

from yingke.contacts import current_contact
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.visitors import Page, Visitor
from yingke.visits.models import Conversion, CustomEvent, Goal, PageView, Visit
from yingke.visits.regions import Region
from yingke.visits.sources import Source
from yingke.visits.values import (
    EventValue,
    GoalReachedValue,
    PageViewValue,
    Touch,
    Touches,
    VisitValue,
)

ENDS_AFTER = timedelta(minutes=3)
"""Without a sign of life for so long a visit is shown as ended; a page seen within half an hour goes on with it."""
_MOST_EVENTS = 500


async def visits_of_visitor(
    work: Work, visitor_id: UUID, *, limit: int, cursor: str | None = None
) -> tuple[list[VisitValue], str | None]:
    """Newest first. Raises Missing, BadCursor."""
    await work.get(Visitor, visitor_id)
    return await _visits(work, [visitor_id], limit, cursor)


async def visits_of_contact(
    work: Work, actor: Actor, contact_id: UUID, *, limit: int, cursor: str | None = None
) -> tuple[list[VisitValue], str | None]:
    """Of all browsers of the contact on the actor's sites, newest first. Raises Missing, BadCursor."""
    return await _visits(work, [each.id for each in await _browsers(work, actor, contact_id)], limit, cursor)


async def visit_of(work: Work, visit_id: UUID) -> VisitValue:
    """Raises Missing."""
    return (await visit_values(work, [await work.get(Visit, visit_id)]))[0]


async def last_visit(work: Work, visitor_id: UUID) -> VisitValue | None:
    visits, _ = await _visits(work, [visitor_id], 1, None)
    return visits[0] if visits else None


async def page_views_of_visit(
    work: Work, visit_id: UUID, *, limit: int, cursor: str | None = None
) -> tuple[list[PageViewValue], str | None]:
    """The trail of one visit, oldest first. Raises BadCursor."""
    return await _page_views(work, _pages(work).where(PageView.visit_id == visit_id), limit, cursor)


async def trail_of_visitor(
    work: Work,
    visitor_id: UUID,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    cursor: str | None = None,
) -> tuple[list[PageViewValue], str | None]:
    """Page views between two moments, over visits, oldest first. Raises Missing, BadCursor."""
    await work.get(Visitor, visitor_id)
    mine = select(Visit.id).where(Visit.workspace_id == work.workspace_id, Visit.visitor_id == visitor_id)
    if since is not None:
        mine = mine.where(Visit.active_at >= since)
    query = _pages(work).where(PageView.visit_id.in_(mine))
    if since is not None:
        query = query.where(PageView.at >= since)
    if until is not None:
        query = query.where(PageView.at <= until)
    return await _page_views(work, query, limit, cursor)


async def touches_of_visitor(work: Work, visitor_id: UUID) -> Touches:
    """Raises Missing."""
    return _touches([await work.get(Visitor, visitor_id)])


async def touches_of_contact(work: Work, actor: Actor, contact_id: UUID) -> Touches:
    """First and last over all browsers of the contact on the actor's sites. Raises Missing."""
    return _touches(await _browsers(work, actor, contact_id))


async def visit_values(work: Work, visits: Sequence[Visit]) -> list[VisitValue]:
    ids = [visit.id for visit in visits]
    visible = await _visible(work, ids)
    goals = await _goals(work, ids)
    return [_value(work, visit, visible.get(visit.id, 0), goals.get(visit.id, [])) for visit in visits]


async def _visits(
    work: Work, visitor_ids: Collection[UUID], limit: int, cursor: str | None
) -> tuple[list[VisitValue], str | None]:
    query = select(Visit).where(Visit.workspace_id == work.workspace_id, Visit.visitor_id.in_(visitor_ids))
    if cursor:
        query = query.where(Visit.id < read_cursor(cursor, UUID)[0])
    rows = await work.all(query.order_by(Visit.id.desc()).limit(limit + 1))
    shown = await visit_values(work, rows[:limit])
    return shown, write_cursor(shown[-1].id) if len(rows) > limit else None


async def _browsers(work: Work, actor: Actor, contact_id: UUID) -> Sequence[Visitor]:
    contact = await current_contact(work, contact_id)
    theirs = select(Visitor).where(Visitor.workspace_id == work.workspace_id, Visitor.contact_id == contact.id)
    if actor.only_site_ids is not None:
        theirs = theirs.where(Visitor.site_id.in_(actor.only_site_ids))
    return await work.all(theirs)


def _touches(visitors: Sequence[Visitor]) -> Touches:
    firsts = [msgspec.convert(each.first_touch, Touch, strict=False) for each in visitors if each.first_touch]
    lasts = [msgspec.convert(each.last_touch, Touch, strict=False) for each in visitors if each.last_touch]
    led = [touch for touch in lasts if touch.source.kind != "direct"] or lasts
    return Touches(
        first=min(firsts, key=lambda touch: touch.at, default=None),
        last=max(led, key=lambda touch: touch.at, default=None),
    )


def _pages(work: Work) -> Select[Any]:
    return select(PageView).where(PageView.workspace_id == work.workspace_id)


async def _page_views(
    work: Work, query: Select[Any], limit: int, cursor: str | None
) -> tuple[list[PageViewValue], str | None]:
    if cursor:
        query = query.where(tuple_(PageView.at, PageView.id) > read_cursor(cursor, datetime, UUID))
    rows: Sequence[PageView] = await work.all(query.order_by(PageView.at, PageView.id).limit(limit + 1))
    events = await _events(work, rows[:limit])
    shown = [page_view_value(row, events.get((row.visit_id, row.id), [])) for row in rows[:limit]]
    return shown, write_cursor(shown[-1].at, shown[-1].id) if len(rows) > limit else None


async def _events(work: Work, pages: Sequence[PageView]) -> dict[tuple[UUID, UUID], list[EventValue]]:
    found: defaultdict[tuple[UUID, UUID], list[EventValue]] = defaultdict(list)
    if not pages:
        return found
    query = select(CustomEvent).where(
        CustomEvent.workspace_id == work.workspace_id,
        CustomEvent.visit_id.in_({page.visit_id for page in pages}),
        CustomEvent.page_id.in_([page.id for page in pages]),
    )
    for row in await work.all(query.order_by(CustomEvent.at, CustomEvent.id).limit(_MOST_EVENTS)):
        assert row.page_id is not None
        found[row.visit_id, row.page_id].append(event_value(row))
    return found


async def _visible(work: Work, visit_ids: Collection[UUID]) -> dict[UUID, int]:
    query = (
        select(PageView.visit_id, func.sum(PageView.visible_ms))
        .where(PageView.workspace_id == work.workspace_id, PageView.visit_id.in_(visit_ids))
        .group_by(PageView.visit_id)
    )
    return {row[0]: row[1] for row in await work.rows.execute(query)}


async def _goals(work: Work, visit_ids: Collection[UUID]) -> dict[UUID, list[GoalReachedValue]]:
    query = (
        select(Conversion.visit_id, Conversion.goal_id, Goal.name, Conversion.at, Conversion.value)
        .join(Goal, (Goal.workspace_id == Conversion.workspace_id) & (Goal.id == Conversion.goal_id))
        .where(Conversion.workspace_id == work.workspace_id, Conversion.visit_id.in_(visit_ids))
        .order_by(Conversion.at)
    )
    found: defaultdict[UUID, list[GoalReachedValue]] = defaultdict(list)
    for row in await work.rows.execute(query):
        reached = GoalReachedValue(goal_id=row.goal_id, name=row.name, at=row.at, value=row.value)
        found[row.visit_id].append(reached)
    return found


def event_value(row: CustomEvent) -> EventValue:
    kind: Any = row.kind
    return EventValue(id=row.id, page_id=row.page_id, at=row.at, kind=kind, name=row.name, properties=row.properties)


def page_view_value(row: PageView, events: list[EventValue]) -> PageViewValue:
    return PageViewValue(
        id=row.id,
        visit_id=row.visit_id,
        page=Page(url=row.url, title=row.title),
        at=row.at,
        left_at=row.left_at,
        open=row.open_ms / 1000,
        visible=row.visible_ms / 1000,
        scroll=row.scroll,
        events=events,
    )


def _value(work: Work, visit: Visit, visible_ms: int, goals: list[GoalReachedValue]) -> VisitValue:
    over = work.now - visit.active_at > ENDS_AFTER
    return VisitValue(
        id=visit.id,
        visitor_id=visit.visitor_id,
        site_id=visit.site_id,
        number=visit.number,
        started_at=visit.started_at,
        ended_at=visit.active_at if over else None,
        duration=(visit.active_at - visit.started_at).total_seconds(),
        visible=visible_ms / 1000,
        page_views=visit.page_views,
        events=visit.events,
        landing=Page(url=visit.landing_url, title=visit.landing_title),
        exit=Page(url=visit.exit_url, title=visit.exit_title),
        referrer=visit.referrer,
        source=msgspec.convert(visit.source, Source),
        region=msgspec.convert(visit.region, Region),
        device=visit.device,
        language=visit.language,
        goals=goals,
    )
