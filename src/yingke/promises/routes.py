"""The HTTP door of promises."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.promises import making, queries
from yingke.promises.queries import Scope, Shown
from yingke.promises.values import PromiseCounts, PromiseProposal, PromiseValue

router = APIRouter(route_class=WorkRoute, tags=["promises"])

Reading = Annotated[Call, allowed("promises.read")]
Writing = Annotated[Call, allowed("promises.write")]
Words = Annotated[CleanStr, Field(min_length=1, max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewPromise(_Body):
    text: Words
    due_at: AwareDatetime
    owner_id: UUID | None = None
    seq: int | None = Field(default=None, ge=1, le=2**31 - 1)


class PromiseChange(_Body):
    """What is not given stays as it is."""

    text: Words | None = None
    due_at: AwareDatetime | None = None
    owner_id: UUID | None = None

    def given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}


class PromiseDropped(_Body):
    reason: Name = Field(min_length=1)


class PromiseText(_Body):
    text: CleanStr = Field(max_length=10_000)


class PromisesHandedOver(_Body):
    from_agent_id: UUID
    to_agent_id: UUID


class PromisesPassedOn(Value, frozen=True, kw_only=True):
    count: int


class Promises(Value, frozen=True, kw_only=True):
    items: list[PromiseValue]
    next_cursor: str | None = None


@router.get("/promises", summary="Promises, what is due first at the top")
async def list_promises(
    call: Reading,
    scope: Scope = "mine",
    state: Shown | None = None,
    owner_id: UUID | None = None,
    q: Name = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> Promises:
    items, following = await queries.list_promises(
        call.work, call.actor, scope=scope, state=state, owner_id=owner_id, text=q, limit=limit, cursor=cursor
    )
    return Promises(items=items, next_cursor=following)


@router.get("/promises/counts", summary="How many are open and overdue, and the share that was kept")
async def count_promises(call: Reading, scope: Scope = "mine") -> PromiseCounts:
    return await queries.count_promises(call.work, call.actor, scope)


@router.post("/promises/proposal", summary="What a text seems to promise, and until when")
async def propose(body: PromiseText, call: Writing) -> PromiseProposal:
    return await queries.propose(call.work, body.text)


@router.post("/promises/hand-over", summary="Give a colleague all that another still has to do")
async def hand_over(body: PromisesHandedOver, call: Writing) -> PromisesPassedOn:
    count = await making.hand_over(call.work, call.actor, body.from_agent_id, body.to_agent_id)
    return PromisesPassedOn(count=count)


@router.get("/conversations/{conversation_id}/promises", summary="What was promised to this contact")
async def promises_of(conversation_id: UUID, call: Reading) -> Promises:
    return Promises(items=await queries.promises_of(call.work, call.actor, conversation_id))


@router.post("/conversations/{conversation_id}/promises", status_code=201, summary="Write a promise down")
async def make_promise(conversation_id: UUID, body: NewPromise, call: Writing) -> PromiseValue:
    return await making.make_promise(
        call.work,
        call.actor,
        conversation_id,
        text=body.text,
        due_at=body.due_at,
        owner_id=body.owner_id,
        seq=body.seq,
    )


@router.patch("/promises/{promise_id}", summary="Change it, or hand it to a colleague")
async def change_promise(promise_id: UUID, body: PromiseChange, call: Writing) -> PromiseValue:
    return await making.change_promise(call.work, call.actor, promise_id, body.given())


@router.post("/promises/{promise_id}/keep", summary="It was done")
async def keep_promise(promise_id: UUID, call: Writing) -> PromiseValue:
    return await making.keep_promise(call.work, call.actor, promise_id)


@router.post("/promises/{promise_id}/drop", summary="It need not be done any more")
async def drop_promise(promise_id: UUID, body: PromiseDropped, call: Writing) -> PromiseValue:
    return await making.drop_promise(call.work, call.actor, promise_id, body.reason)
