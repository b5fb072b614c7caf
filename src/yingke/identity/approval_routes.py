"""The HTTP door of requests that a second person decides."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yingke.identity.approval_values import ApprovalValue
from yingke.identity.doors import Call, WorkRoute, allowed
from yingke.identity.four_eyes import Deed, approvals, ask_for_approval, decide, withdraw
from yingke.kit.text import CleanStr
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["approvals"])

Anybody = Annotated[Call, allowed("workspace.read")]
"""What is approved needs its own permission, which the verbs look at."""
Reason = Annotated[CleanStr, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NewApproval(BaseModel):
    model_config = ConfigDict(extra="forbid")

    act: Annotated[CleanStr, Field(max_length=100)]
    subject_id: Annotated[CleanStr, Field(max_length=100)] = ""
    query: Annotated[CleanStr, Field(max_length=1000)] = ""
    reason: Reason


class Refusal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason


class Approvals(Value, frozen=True, kw_only=True):
    items: list[ApprovalValue]
    next_cursor: str | None


@router.get("/approvals", summary="What was asked for and what you may approve, newest first")
async def read(
    call: Anybody, waiting: bool = False, limit: Annotated[int, Query(ge=1, le=100)] = 50, cursor: str | None = None
) -> Approvals:
    items, more = await approvals(call.work, call.actor, waiting=waiting, limit=limit, cursor=cursor)
    return Approvals(items=items, next_cursor=more)


@router.post("/approvals", status_code=201, summary="Ask somebody to approve an export or an erasure")
async def ask(body: NewApproval, call: Anybody) -> ApprovalValue:
    deed = Deed(body.act, body.subject_id, body.query)
    return await ask_for_approval(call.work, call.actor, deed, body.reason)


@router.post("/approvals/{approval_id}/approve", summary="Approve what somebody else asked for")
async def approve(approval_id: UUID, call: Anybody) -> ApprovalValue:
    return await decide(call.work, call.actor, approval_id, approved=True)


@router.post("/approvals/{approval_id}/refuse", summary="Refuse it, with a reason")
async def refuse(approval_id: UUID, body: Refusal, call: Anybody) -> ApprovalValue:
    return await decide(call.work, call.actor, approval_id, approved=False, reason=body.reason)


@router.delete("/approvals/{approval_id}", summary="Take a request back")
async def take_back(approval_id: UUID, call: Anybody) -> ApprovalValue:
    return await withdraw(call.work, call.actor, approval_id)
