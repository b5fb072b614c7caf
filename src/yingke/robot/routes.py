"""The HTTP door of what the desk is offered."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from yingke.identity import Call, WorkRoute, allowed
from yingke.robot.suggesting import SuggestedEntries, suggest_entries

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])


@router.get("/conversations/{conversation_id}/suggestions", summary="Entries that answer what was asked last")
async def suggestions(conversation_id: UUID, call: Annotated[Call, allowed("knowledge.read")]) -> SuggestedEntries:
    return await suggest_entries(call.work, call.services.banks, call.actor, conversation_id)
