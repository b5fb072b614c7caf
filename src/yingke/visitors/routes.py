"""The HTTP door of visitors, for the desk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import Name
from yingke.kit.values import Value
from yingke.visitors.blocking import block_visitor, unblock_visitor
from yingke.visitors.models import Visitor
from yingke.visitors.queries import list_blocks, visitor_value
from yingke.visitors.values import BlockValue, VisitorValue

router = APIRouter(route_class=WorkRoute, tags=["visitors"])


class NewBlock(BaseModel):
    reason: Name = ""
    hours: Annotated[float, Field(gt=0, le=24 * 366)] | None = None
    """None: for good."""


class Blocks(Value, frozen=True, kw_only=True):
    items: list[BlockValue]
    next_cursor: str | None = None


@router.get("/visitors/{visitor_id}", summary="A visitor")
async def read(visitor_id: UUID, call: Annotated[Call, allowed("conversations.read")]) -> VisitorValue:
    return await visitor_value(call.work, await call.work.get(Visitor, visitor_id))


@router.post("/visitors/{visitor_id}/block", summary="Keep a visitor from writing")
async def block(visitor_id: UUID, body: NewBlock, call: Annotated[Call, allowed("visitors.block")]) -> VisitorValue:
    return await block_visitor(call.work, visitor_id, reason=body.reason, hours=body.hours, by=call.actor.agent_id)


@router.delete("/visitors/{visitor_id}/block", summary="Let a visitor write again")
async def unblock(visitor_id: UUID, call: Annotated[Call, allowed("visitors.block")]) -> VisitorValue:
    return await unblock_visitor(call.work, visitor_id)


@router.get("/blocks", summary="Who may not write now")
async def blocks(call: Annotated[Call, allowed("visitors.block")]) -> Blocks:
    return Blocks(items=await list_blocks(call.work))
