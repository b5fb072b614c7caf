"""The HTTP door of proposals."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StringConstraints

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr
from yingke.knowledge.content import LONGEST_QUESTION
from yingke.knowledge.languages import Language
from yingke.knowledge.proposing.deciding import (
    DecidedProposals,
    accept_proposals,
    dismiss_proposals,
    reopen_proposals,
)
from yingke.knowledge.proposing.listing import ProposalPage, ProposalState, list_proposals

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])
Writing = Annotated[Call, allowed("knowledge.write")]


class ChosenProposals(BaseModel):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class AcceptedProposals(ChosenProposals):
    questions: dict[UUID, Annotated[CleanStr, StringConstraints(max_length=LONGEST_QUESTION)]] = Field(
        default_factory=dict, max_length=200
    )
    """By proposal: another wording than the proposed one."""


@router.get("/knowledge/proposals", summary="Similar questions that people's doings suggest")
async def read(
    call: Annotated[Call, allowed("knowledge.read")],
    state: ProposalState = "open",
    language: Language | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> ProposalPage:
    return await list_proposals(
        call.work,
        state=state,
        language=language,
        q=q,
        only_site_ids=call.actor.only_site_ids,
        limit=limit,
        cursor=cursor,
    )


@router.post("/knowledge/proposals/accept", summary="Make them similar questions of their entries")
async def accept(body: AcceptedProposals, call: Writing) -> DecidedProposals:
    return await accept_proposals(call.work, call.actor, body.ids, questions=body.questions)


@router.post("/knowledge/proposals/dismiss", summary="Do not propose them again")
async def dismiss(body: ChosenProposals, call: Writing) -> DecidedProposals:
    return await dismiss_proposals(call.work, call.actor, body.ids)


@router.post("/knowledge/proposals/reopen", summary="Propose dismissed ones after all")
async def reopen(body: ChosenProposals, call: Writing) -> DecidedProposals:
    return await reopen_proposals(call.work, call.actor, body.ids)
