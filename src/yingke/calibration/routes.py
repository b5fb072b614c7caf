"""The HTTP door of calibration."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from yingke.calibration import agreement, answering, leading, queries
from yingke.calibration.reaching import found
from yingke.calibration.values import (
    AgreementReport,
    CalibrationCounts,
    CalibrationDetail,
    CalibrationState,
    CalibrationValue,
)
from yingke.conversations.models import Conversation
from yingke.conversations.queries import MessagePage, messages_before
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.quality.bodies import Answers, Body, FilledIn

router = APIRouter(prefix="/calibrations", route_class=WorkRoute, tags=["quality"])

Inspecting = Annotated[Call, allowed("quality.inspect")]
Leading = Annotated[Call, allowed("quality.calibrate")]
Limit = Annotated[int, Query(ge=1, le=100)]
BeforeSeq = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


class NewCalibration(Body):
    conversation_id: UUID
    card_id: UUID
    inspector_ids: Annotated[list[UUID], Field(min_length=1, max_length=20)]
    due_on: date
    why: CleanStr = Field(default="", max_length=500)


class Agreed(Body):
    answers: Answers


class Calibrations(Value, frozen=True, kw_only=True):
    items: list[CalibrationValue]
    next_cursor: str | None = None


@router.get("", summary="Calibrations within reach, newest first")
async def list_calibrations(
    call: Inspecting,
    state: CalibrationState | None = None,
    q: Name = "",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Calibrations:
    items, following = await queries.list_calibrations(
        call.work, call.actor, state=state, text=q, limit=limit, cursor=cursor
    )
    return Calibrations(items=items, next_cursor=following)


@router.get("/counts", summary="What waits for whoever asks: to score, to agree")
async def counts(call: Inspecting) -> CalibrationCounts:
    return await queries.count_calibrations(call.work, call.actor)


@router.get("/agreement", summary="How near each inspector is to what was agreed, by month and criterion")
async def report(
    call: Inspecting,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
) -> AgreementReport:
    return await agreement.agreement_report(call.work, call.actor, first, last)


@router.post("", status_code=201, summary="Have several inspectors score one conversation, each alone")
async def begin(body: NewCalibration, call: Leading) -> CalibrationDetail:
    begun = await leading.begin_calibration(
        call.work,
        call.actor,
        body.conversation_id,
        card_id=body.card_id,
        inspector_ids=body.inspector_ids,
        due_on=body.due_on,
        why=body.why,
    )
    return await queries.detail(call.work, call.actor, begun)


@router.get("/{calibration_id}", summary="A calibration: one's own answers, and the comparison when scoring is over")
async def show(calibration_id: UUID, call: Inspecting) -> CalibrationDetail:
    calibration, _ = await found(call.work, call.actor, calibration_id)
    return await queries.detail(call.work, call.actor, calibration)


@router.get("/{calibration_id}/messages", summary="The conversation; that it is read is written down")
async def read(calibration_id: UUID, call: Inspecting, before_seq: BeforeSeq = None, limit: Limit = 100) -> MessagePage:
    calibration = await answering.open_calibration(call.work, call.actor, calibration_id)
    row = await call.work.get(Conversation, calibration.conversation_id)
    return MessagePage(items=await messages_before(call.work, row.id, before_seq, limit), last_seq=row.last_seq)


@router.put("/{calibration_id}/draft", summary="Keep what is filled in so far, for oneself")
async def keep_draft(calibration_id: UUID, body: FilledIn, call: Inspecting) -> CalibrationDetail:
    kept = await answering.keep_score(call.work, call.actor, calibration_id, body.given(), body.remark)
    return await queries.detail(call.work, call.actor, kept)


@router.post("/{calibration_id}/submit", summary="Submit one's score; the last one ends the scoring")
async def submit(calibration_id: UUID, body: FilledIn, call: Inspecting) -> CalibrationDetail:
    done = await answering.submit_score(call.work, call.actor, calibration_id, body.given(), body.remark)
    return await queries.detail(call.work, call.actor, done)


@router.post("/{calibration_id}/close", summary="End the scoring before all have scored")
async def close(calibration_id: UUID, call: Leading) -> CalibrationDetail:
    closed = await leading.close_calibration(call.work, call.actor, calibration_id)
    return await queries.detail(call.work, call.actor, closed)


@router.put("/{calibration_id}/agreed", summary="Say what was agreed, criterion by criterion")
async def agree(calibration_id: UUID, body: Agreed, call: Leading) -> CalibrationDetail:
    agreed = await leading.agree(call.work, call.actor, calibration_id, [each.answer() for each in body.answers])
    return await queries.detail(call.work, call.actor, agreed)


@router.delete("/{calibration_id}", status_code=204, summary="Remove it, with what was scored in it")
async def remove(calibration_id: UUID, call: Leading) -> None:
    await leading.remove_calibration(call.work, call.actor, calibration_id)
