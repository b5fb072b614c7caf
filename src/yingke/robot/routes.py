"""The HTTP door of what the desk is offered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.robot.suggesting import SuggestedEntries, note_use, suggest_entries

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])


@router.get("/conversations/{conversation_id}/suggestions", summary="Entries that answer what was asked last")
async def suggestions(conversation_id: UUID, call: Annotated[Call, allowed("knowledge.read")]) -> SuggestedEntries:
    return await suggest_entries(call.work, call.services.banks, call.actor, conversation_id)


class UsedSuggestion(BaseModel):
    entry_id: UUID
    seq: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    """Of the message that it answers."""


@router.post(
    "/conversations/{conversation_id}/suggestions/used", status_code=204, summary="An agent answered with an entry"
)
async def used(conversation_id: UUID, body: UsedSuggestion, call: Annotated[Call, allowed("knowledge.read")]) -> None:
    await note_use(call.work, call.actor, conversation_id, body.entry_id, body.seq)
