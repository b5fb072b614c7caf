"""The HTTP door of visits and goals, for the desk."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.errors import Invalid
from yingke.kit.text import CleanStr, Name, RequiredName
from yingke.kit.values import Value
from yingke.visitors import ProfileValue, Visitor, VisitorValue, profile_of, visitor_value
from yingke.visits import goals, queries
from yingke.visits.export import VisitorExport, export_visitor
from yingke.visits.goal_patterns import address_matches
from yingke.visits.live import Filter, Present, group, page
from yingke.visits.removing import erase_visitor
from yingke.visits.values import GoalKind, GoalValue, LiveVisitor, PageViewValue, Touches, VisitValue

if TYPE_CHECKING:
    from yingke.visits.tracking import Tracking

router = APIRouter(route_class=WorkRoute, tags=["visits"])

Reading = Annotated[Call, allowed("visitors.read")]
Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[CleanStr, Field(max_length=200)] | None
Seconds = Annotated[int, Field(ge=0, le=7 * 86400)] | None


class LiveFilter(BaseModel):
    """All that is given must hold."""

    model_config = ConfigDict(extra="ignore")

    site_id: UUID | None = None
    q: Word = None
    source: Word = None
    engine: Word = None
    keyword: Word = None
    page: Word = None
    region: Word = None
    device: Word = None
    language: Word = None
    returning: bool | None = None
    hidden: bool | None = None
    known: bool | None = None
    tag_id: UUID | None = None
    min_dwell: Seconds = None
    max_dwell: Seconds = None
    segment_id: UUID | None = None

    def read(self) -> Filter:
        return msgspec.convert(self.model_dump(exclude_none=True, exclude={"limit", "cursor"}), Filter)


class LiveQuery(LiveFilter):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str | None = None


class LiveVisitors(Value, frozen=True, kw_only=True):
    items: list[LiveVisitor]
    next_cursor: str | None
    count: int
    """How many match, and how many are on the sites."""
    online: int


class Share(Value, frozen=True, kw_only=True):
    key: str
    name: str
    count: int


class Shares(Value, frozen=True, kw_only=True):
    items: list[Share]
    count: int


class VisitorCard(Value, frozen=True, kw_only=True):
    visitor: VisitorValue
    profile: ProfileValue
    live: LiveVisitor | None
    visit: VisitValue | None
    """The one under way, or the last."""
    touches: Touches


class Visits(Value, frozen=True, kw_only=True):
    items: list[VisitValue]
    next_cursor: str | None


class Trail(Value, frozen=True, kw_only=True):
    visit: VisitValue
    items: list[PageViewValue]
    next_cursor: str | None


class PageViews(Value, frozen=True, kw_only=True):
    items: list[PageViewValue]
    next_cursor: str | None


class Goals(Value, frozen=True, kw_only=True):
    items: list[GoalValue]
    next_cursor: str | None = None


class Matched(Value, frozen=True, kw_only=True):
    matches: bool


class RegionFile(Value, frozen=True, kw_only=True):
    available: bool
    problem: str | None
    """Why the operator's file cannot be used."""


class NewGoal(BaseModel):
    name: RequiredName
    kind: GoalKind
    pattern: Annotated[CleanStr, Field(min_length=1, max_length=500)]
    site_id: UUID | None = None
    value: Annotated[float, Field(ge=0, le=1e12)] | None = None


class GoalChange(BaseModel):
    name: Name | None = None
    pattern: Annotated[CleanStr, Field(max_length=500)] | None = None
    value: Annotated[float, Field(ge=0, le=1e12)] | None = None
    archived: bool | None = None


class GoalTrial(BaseModel):
    kind: GoalKind
    pattern: Annotated[CleanStr, Field(min_length=1, max_length=500)]
    url: Annotated[CleanStr, Field(max_length=2000)]
    """The address, or the name of the event."""


@router.get("/visitors", summary="Who is on the sites now")
async def live(query: Annotated[LiveQuery, Query()], call: Reading) -> LiveVisitors:
    roster = _tracking(call).roster
    shown = page(await _fitting(call, query), query.limit, query.cursor)
    return LiveVisitors(
        items=shown.items,
        next_cursor=shown.next_cursor,
        count=shown.count,
        online=roster.count(call.work.workspace_id, call.actor.only_site_ids),
    )


@router.get("/visitors/online/by", summary="Who is on the sites now, counted")
async def live_by(
    dimension: Literal["region", "page", "source", "device", "site"],
    query: Annotated[LiveQuery, Query()],
    call: Reading,
) -> Shares:
    counted = group(await _fitting(call, query), dimension)
    items = [Share(key=key, name=name, count=count) for key, name, count in counted[:50]]
    return Shares(items=items, count=sum(count for _, _, count in counted))


@router.get("/region-file", summary="Whether regions of visitors can be told")
async def region_file(call: Reading) -> RegionFile:
    regions = _tracking(call).regions
    return RegionFile(available=regions.available, problem=regions.problem)


@router.get("/visitors/{visitor_id}/card", summary="Everything about a visitor at a glance")
async def card(visitor_id: UUID, call: Reading) -> VisitorCard:
    work = call.work
    present = _tracking(call).roster.find(work.workspace_id, visitor_id)
    return VisitorCard(
        visitor=await visitor_value(work, await work.get(Visitor, visitor_id)),
        profile=await profile_of(work, visitor_id),
        live=present.value if present else None,
        visit=await queries.last_visit(work, visitor_id),
        touches=await queries.touches_of_visitor(work, visitor_id),
    )


@router.get("/visitors/{visitor_id}/visits", summary="Visits of a browser")
async def visits(visitor_id: UUID, call: Reading, limit: Limit = 20, cursor: str | None = None) -> Visits:
    items, more = await queries.visits_of_visitor(call.work, visitor_id, limit=limit, cursor=cursor)
    return Visits(items=items, next_cursor=more)


@router.get("/visitors/{visitor_id}/trail", summary="Page views of a browser between two moments")
async def trail(
    visitor_id: UUID,
    call: Reading,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> PageViews:
    for name, moment in (("from", since), ("to", until)):
        if moment is not None and (moment.tzinfo is None or not 2000 <= moment.year < 2200):
            raise Invalid("A time has an offset and is of this age, as in 2027-01-01T00:00:00Z.", field=name)
    items, more = await queries.trail_of_visitor(
        call.work, visitor_id, since=since, until=until, limit=limit, cursor=cursor
    )
    return PageViews(items=items, next_cursor=more)


@router.get("/visitors/{visitor_id}/export", summary="All that is recorded of a browser")
async def export(
    visitor_id: UUID, call: Annotated[Call, allowed("contacts.delete", written_down=True, four_eyes=True)]
) -> VisitorExport:
    return await export_visitor(call.work, visitor_id)


@router.delete("/visitors/{visitor_id}", status_code=204, summary="Erase all that is recorded of a browser")
async def erase(visitor_id: UUID, call: Annotated[Call, allowed("contacts.delete", four_eyes=True)]) -> None:
    await erase_visitor(call.work, visitor_id)


@router.get("/visits/{visit_id}", summary="A visit with its page views")
async def visit(visit_id: UUID, call: Reading, limit: Limit = 100, cursor: str | None = None) -> Trail:
    value = await queries.visit_of(call.work, visit_id)
    items, more = await queries.page_views_of_visit(call.work, visit_id, limit=limit, cursor=cursor)
    return Trail(visit=value, items=items, next_cursor=more)


@router.get("/contacts/{contact_id}/visits", summary="Visits of a contact, over all browsers")
async def contact_visits(contact_id: UUID, call: Reading, limit: Limit = 20, cursor: str | None = None) -> Visits:
    items, more = await queries.visits_of_contact(call.work, call.actor, contact_id, limit=limit, cursor=cursor)
    return Visits(items=items, next_cursor=more)


@router.get("/contacts/{contact_id}/touches", summary="What first and what last brought a contact here")
async def contact_touches(contact_id: UUID, call: Reading) -> Touches:
    return await queries.touches_of_contact(call.work, call.actor, contact_id)


@router.get("/goals", summary="Goals")
async def list_goals(call: Annotated[Call, allowed("goals.read")]) -> Goals:
    return Goals(items=await goals.list_goals(call.work, call.actor.only_site_ids))


@router.post("/goals", status_code=201, summary="Make a goal")
async def create_goal(body: NewGoal, call: Annotated[Call, allowed("goals.manage")]) -> GoalValue:
    return await goals.create_goal(call.work, **body.model_dump())


@router.post("/goals/try", summary="Whether an address or an event reaches a goal")
async def try_goal(body: GoalTrial, call: Annotated[Call, allowed("goals.read")]) -> Matched:
    reached = address_matches(body.pattern, body.url) if body.kind == "url" else body.url == body.pattern
    return Matched(matches=reached)


@router.patch("/goals/{goal_id}", summary="Change a goal")
async def change_goal(goal_id: UUID, body: GoalChange, call: Annotated[Call, allowed("goals.manage")]) -> GoalValue:
    return await goals.change_goal(call.work, goal_id, body.model_dump(exclude_unset=True))


@router.delete("/goals/{goal_id}", status_code=204, summary="Delete a goal with its conversions")
async def delete_goal(goal_id: UUID, call: Annotated[Call, allowed("goals.manage")]) -> None:
    await goals.delete_goal(call.work, goal_id)


async def _fitting(call: Call, query: LiveFilter) -> list[Present]:
    roster = _tracking(call).roster
    if query.segment_id is not None:
        await roster.segments.look(call.work, query.segment_id)
    within = msgspec.structs.replace(query.read(), only_site_ids=call.actor.only_site_ids)
    return roster.fitting(call.work.workspace_id, within, call.work.now)


def _tracking(call: Call) -> "Tracking":
    services: Any = call.request.app.state.services
    return services.tracking  # type: ignore[no-any-return]
