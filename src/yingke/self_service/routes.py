"""The HTTP door of self-service: the meter, and what would raise it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr
from yingke.knowledge.languages import Language
from yingke.self_service.figures import By, self_service
from yingke.self_service.gaps import dismiss, find_gaps
from yingke.self_service.values import Gaps, SelfService
from yingke.traffic.figures import range_of

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])
Reading = Annotated[Call, allowed("knowledge.read")]
First = Annotated[date | None, Query(alias="from")]


class DismissedQuestions(BaseModel):
    questions: Annotated[list[Annotated[CleanStr, Field(max_length=1_000)]], Field(min_length=1, max_length=200)]


@router.get("/self-service", summary="How many questions are answered without a person")
async def read(
    call: Reading,
    first: First = None,
    to: date | None = None,
    site_id: UUID | None = None,
    language: Language | None = None,
    by: By = "day",
) -> SelfService:
    return await self_service(call.work, await range_of(call.work, call.actor, first, to, site_id), language, by)


@router.get("/self-service/gaps", summary="Which entries would answer more")
async def read_gaps(
    call: Reading,
    first: First = None,
    to: date | None = None,
    site_id: UUID | None = None,
    language: Language | None = None,
) -> Gaps:
    range = await range_of(call.work, call.actor, first, to, site_id)
    return await find_gaps(call.work, call.services.banks, range, language)


@router.post("/self-service/gaps/dismiss", status_code=204, summary="No entry is needed for these questions")
async def dismiss_questions(body: DismissedQuestions, call: Annotated[Call, allowed("knowledge.write")]) -> None:
    await dismiss(call.work, call.actor, body.questions)
