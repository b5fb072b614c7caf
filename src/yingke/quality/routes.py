"""The HTTP door of quality."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from yingke.conversations.models import Conversation
from yingke.conversations.queries import MessagePage, conversation_for, messages_before
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name, RequiredName
from yingke.kit.values import Value
from yingke.quality import appealing, cards, inspecting, plans, queries
from yingke.quality.bodies import Answers, Body, Change, FilledIn
from yingke.quality.queries import Shown
from yingke.quality.report import QualityReport, quality_report
from yingke.quality.sampling import Period
from yingke.quality.scoring import Criterion
from yingke.quality.standing import QualityStanding, standing
from yingke.quality.values import CardValue, InspectionDetail, InspectionValue, PlanTerms, PlanValue, QualityCounts

router = APIRouter(prefix="/quality", route_class=WorkRoute, tags=["quality"])

Own = Annotated[Call, allowed("quality.self")]
Inspecting = Annotated[Call, allowed("quality.inspect")]
Deciding = Annotated[Call, allowed("quality.inspect", written_down=True)]
Managing = Annotated[Call, allowed("quality.manage")]
Reason = Annotated[CleanStr, Field(min_length=1, max_length=2000)]
Criteria = Annotated[list[Criterion], Field(max_length=50)]
AppealDays = Annotated[int, Field(ge=0, le=60)]
People = Annotated[list[UUID], Field(min_length=1, max_length=100)]
PerAgent = Annotated[int, Field(ge=1, le=100)]
Limit = Annotated[int, Query(ge=1, le=100)]
BeforeSeq = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


class NewCard(Body):
    name: RequiredName
    criteria: Criteria
    appeal_days: AppealDays = 7


class CardChange(Body):
    name: RequiredName | None = None
    criteria: Criteria | None = None
    appeal_days: AppealDays | None = None
    archived: bool | None = None


class NewPlan(Body):
    name: RequiredName
    card_id: UUID
    period: Period = "week"
    per_agent: PerAgent = 3
    terms: PlanTerms = PlanTerms()
    inspector_ids: People
    active: bool = True


class PlanChange(Change):
    name: RequiredName | None = None
    card_id: UUID | None = None
    period: Period | None = None
    per_agent: PerAgent | None = None
    terms: PlanTerms | None = None
    inspector_ids: People | None = None
    active: bool | None = None


class NewInspection(Body):
    conversation_id: UUID
    card_id: UUID


class Kept(FilledIn):
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    """The one that was read: a newer one refuses this."""


class Appealed(Body):
    reason: Reason


class AppealDecision(Body):
    """Without `answers` the score is kept."""

    reason: Reason
    answers: Answers | None = None


class Cards(Value, frozen=True, kw_only=True):
    items: list[CardValue]
    next_cursor: str | None = None


class Plans(Value, frozen=True, kw_only=True):
    items: list[PlanValue]
    next_cursor: str | None = None


class Inspections(Value, frozen=True, kw_only=True):
    items: list[InspectionValue]
    next_cursor: str | None = None


@router.get("/counts", summary="What waits for whoever asks: to inspect, appeals, results not looked at")
async def counts(call: Own) -> QualityCounts:
    return await queries.count_quality(call.work, call.actor)


@router.get("/cards", summary="Score cards, by name")
async def list_cards(call: Inspecting) -> Cards:
    return Cards(items=await cards.list_cards(call.work))


@router.post("/cards", status_code=201, summary="Make a score card")
async def create_card(body: NewCard, call: Managing) -> CardValue:
    return await cards.create_card(call.work, name=body.name, criteria=body.criteria, appeal_days=body.appeal_days)


@router.patch("/cards/{card_id}", summary="Change it: a new version, for what is inspected from now on")
async def change_card(card_id: UUID, body: CardChange, call: Managing) -> CardValue:
    return await cards.change_card(
        call.work,
        card_id,
        name=body.name,
        criteria=body.criteria,
        appeal_days=body.appeal_days,
        archived=body.archived,
    )


@router.get("/plans", summary="Sampling plans, by name")
async def list_plans(call: Inspecting) -> Plans:
    return Plans(items=await plans.list_plans(call.work))


@router.post("/plans", status_code=201, summary="Make a plan; it picks from the last complete period at once")
async def create_plan(body: NewPlan, call: Managing) -> PlanValue:
    return await plans.create_plan(
        call.work,
        name=body.name,
        card_id=body.card_id,
        period=body.period,
        per_agent=body.per_agent,
        terms=body.terms,
        inspector_ids=body.inspector_ids,
        active=body.active,
    )


@router.patch("/plans/{plan_id}", summary="Change it, for what it picks from now on")
async def change_plan(plan_id: UUID, body: PlanChange, call: Managing) -> PlanValue:
    return await plans.change_plan(call.work, plan_id, body.given())


@router.delete("/plans/{plan_id}", status_code=204, summary="Remove it; what it picked stays")
async def delete_plan(plan_id: UUID, call: Managing) -> None:
    await plans.delete_plan(call.work, plan_id)


@router.get("/inspections", summary="What there is to inspect and what was inspected, newest first")
async def list_inspections(
    call: Inspecting,
    state: Shown | None = None,
    mine: bool = False,
    agent_id: UUID | None = None,
    team_id: UUID | None = None,
    plan_id: UUID | None = None,
    q: Name = "",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Inspections:
    items, following = await queries.list_inspections(
        call.work,
        call.actor,
        state=state,
        mine=mine,
        agent_id=agent_id,
        team_id=team_id,
        plan_id=plan_id,
        text=q,
        limit=limit,
        cursor=cursor,
    )
    return Inspections(items=items, next_cursor=following)


@router.post("/inspections", status_code=201, summary="Inspect a conversation that no plan picked")
async def begin(body: NewInspection, call: Inspecting) -> InspectionDetail:
    made = await inspecting.begin_inspection(call.work, call.actor, body.conversation_id, body.card_id)
    return await queries.detail(call.work, made)


@router.get("/inspections/{inspection_id}", summary="An inspection with its card, answers and history")
async def show(inspection_id: UUID, call: Inspecting) -> InspectionDetail:
    inspection, _ = await inspecting.inspected(call.work, call.actor, inspection_id)
    return await queries.detail(call.work, inspection)


@router.get("/inspections/{inspection_id}/messages", summary="The conversation; that it is read is written down")
async def read(inspection_id: UUID, call: Inspecting, before_seq: BeforeSeq = None, limit: Limit = 100) -> MessagePage:
    inspection = await inspecting.open_inspection(call.work, call.actor, inspection_id)
    row = await call.work.get(Conversation, inspection.conversation_id)
    return MessagePage(items=await messages_before(call.work, row.id, before_seq, limit), last_seq=row.last_seq)


@router.put("/inspections/{inspection_id}/draft", summary="Keep what is filled in so far")
async def keep_draft(inspection_id: UUID, body: Kept, call: Inspecting) -> InspectionDetail:
    given = body.given()
    kept = await inspecting.keep_draft(call.work, call.actor, inspection_id, given, body.remark, version=body.version)
    return await queries.detail(call.work, kept)


@router.post("/inspections/{inspection_id}/take-over", summary="Inspect what a colleague was to inspect")
async def take_over(inspection_id: UUID, call: Inspecting) -> InspectionDetail:
    return await queries.detail(call.work, await inspecting.take_over(call.work, call.actor, inspection_id))


@router.post("/inspections/{inspection_id}/submit", summary="Submit it: its agent is told")
async def submit(inspection_id: UUID, body: Kept, call: Deciding) -> InspectionDetail:
    given = body.given()
    done = await inspecting.submit_inspection(
        call.work, call.actor, inspection_id, given, body.remark, version=body.version
    )
    return await queries.detail(call.work, done)


@router.post("/inspections/{inspection_id}/decision", summary="Decide an appeal: the score is kept or changed")
async def decide(inspection_id: UUID, body: AppealDecision, call: Deciding) -> InspectionDetail:
    answers = None if body.answers is None else [each.answer() for each in body.answers]
    decided = await appealing.decide_appeal(call.work, call.actor, inspection_id, body.reason, answers)
    return await queries.detail(call.work, decided)


@router.get("/results", summary="How one's own conversations were scored, newest first")
async def list_results(call: Own, limit: Limit = 50, cursor: str | None = None) -> Inspections:
    items, following = await queries.list_results(call.work, call.actor, limit=limit, cursor=cursor)
    return Inspections(items=items, next_cursor=following)


@router.get("/results/standing", summary="How one's own conversations were scored in the last four weeks")
async def show_standing(call: Own) -> QualityStanding:
    return await standing(call.work, call.actor)


@router.get("/results/{inspection_id}", summary="A result of one's own, with remarks")
async def show_result(inspection_id: UUID, call: Own) -> InspectionDetail:
    return await queries.detail(call.work, await appealing.look_at_result(call.work, call.actor, inspection_id))


@router.get("/results/{inspection_id}/messages", summary="The conversation of a result of one's own")
async def read_result(inspection_id: UUID, call: Own, before_seq: BeforeSeq = None, limit: Limit = 100) -> MessagePage:
    result = await appealing.result_of(call.work, call.actor, inspection_id)
    row = await conversation_for(call.work, call.actor, result.conversation_id)
    return MessagePage(items=await messages_before(call.work, row.id, before_seq, limit), last_seq=row.last_seq)


@router.post("/results/{inspection_id}/appeal", summary="Say why the score is not right")
async def appeal(inspection_id: UUID, body: Appealed, call: Own) -> InspectionDetail:
    return await queries.detail(call.work, await appealing.appeal(call.work, call.actor, inspection_id, body.reason))


@router.get("/report", summary="Scores by agent, team, criterion and week")
async def report(
    call: Inspecting,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
) -> QualityReport:
    return await quality_report(call.work, call.actor, first, last)
