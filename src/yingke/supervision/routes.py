"""The HTTP door of supervision."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from yingke.conversations.values import ConversationValue
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.supervision import acting, queries
from yingke.supervision.values import Acts, WallConversations, WallFigures

router = APIRouter(route_class=WorkRoute, tags=["supervision"])

Reading = Annotated[Call, allowed("supervision.read")]
Acting = Annotated[Call, allowed("supervision.act")]
Words = Annotated[CleanStr, Field(min_length=1, max_length=5000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Said(_Body):
    client_id: UUID
    text: Words


class PassedOn(_Body):
    agent_id: UUID | None = None
    team_id: UUID | None = None
    note: CleanStr = Field(default="", max_length=5000)


class Ended(_Body):
    reason: Name = "done"


@router.get("/wall", summary="Every conversation that goes on, in short; facts say what changes")
async def show_wall(call: Reading) -> WallConversations:
    return WallConversations(items=await queries.wall_conversations(call.work, call.actor))


@router.get("/wall/figures", summary="Agents' figures of today, the queue over the last hour, visitors on the sites")
async def show_figures(call: Reading) -> WallFigures:
    roster, actor = call.services.tracking.roster, call.actor
    return await queries.wall_figures(call.work, actor, roster.count(actor.workspace_id, actor.only_site_ids))


@router.get("/supervision/acts", summary="What supervisors did, newest first")
async def list_acts(
    call: Reading,
    conversation_id: UUID | None = None,
    agent_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> Acts:
    items, following = await queries.acts(
        call.work, call.actor, limit=limit, cursor=cursor, conversation_id=conversation_id, agent_id=agent_id
    )
    return Acts(items=items, next_cursor=following)


@router.post("/conversations/{conversation_id}/watch", status_code=204, summary="Write down that one reads along")
async def watch(conversation_id: UUID, call: Acting) -> None:
    await acting.watch_conversation(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/whisper", status_code=204, summary="A note for the agent who has it")
async def whisper(conversation_id: UUID, body: Said, call: Acting) -> None:
    await acting.whisper(call.work, call.actor, conversation_id, body.client_id, body.text)


@router.post("/conversations/{conversation_id}/step-in", summary="Take part under one's own name")
async def step_in(conversation_id: UUID, call: Acting) -> ConversationValue:
    return await acting.step_in(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/take-over", summary="Have it from now on")
async def take_over(conversation_id: UUID, call: Acting) -> ConversationValue:
    return await acting.take_over(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/force-transfer", summary="Pass a colleague's conversation on")
async def force_transfer(conversation_id: UUID, body: PassedOn, call: Acting) -> ConversationValue:
    return await acting.force_transfer(
        call.work, call.actor, conversation_id, agent_id=body.agent_id, team_id=body.team_id, note=body.note
    )


@router.post("/conversations/{conversation_id}/force-end", summary="End a colleague's conversation")
async def force_end(conversation_id: UUID, body: Ended, call: Acting) -> ConversationValue:
    return await acting.force_end(call.work, call.actor, conversation_id, body.reason)


@router.post("/teams/{team_id}/messages", status_code=201, summary="Say something to everybody of a team")
async def message_team(team_id: UUID, body: Said, call: Acting) -> ConversationValue:
    return await acting.message_team(call.work, call.actor, team_id, body.client_id, body.text)
