"""The HTTP door of words."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, RequiredName
from yingke.kit.values import Value
from yingke.words.editing import change_list, create_list, delete_list, sides_of, stop_lists
from yingke.words.guarding import find_in
from yingke.words.values import Action, Found, Side, StopListValue

router = APIRouter(route_class=WorkRoute, tags=["words"])

Managing = Annotated[Call, allowed("words.manage")]
Words = Annotated[list[Annotated[CleanStr, Field(max_length=100)]], Field(max_length=5000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewStopList(_Body):
    name: RequiredName
    side: Side
    action: Action
    enabled: bool = True
    colleagues: bool = False
    words: Words = []


class StopListChange(_Body):
    name: RequiredName | None = None
    action: Action | None = None
    enabled: bool | None = None
    colleagues: bool | None = None
    words: Words | None = None


class Tried(_Body):
    text: Annotated[CleanStr, Field(max_length=10_000)]


class Written(Tried):
    among_colleagues: bool = False
    """Whether it is for a room of colleagues."""


class StopLists(Value, frozen=True, kw_only=True):
    items: list[StopListValue]
    next_cursor: str | None = None


class FoundWords(Value, frozen=True, kw_only=True):
    items: list[Found]
    next_cursor: str | None = None


class Watched(Value, frozen=True, kw_only=True):
    """For which side there is anything to look for."""

    sides: list[Side]


@router.get("/stop-lists", summary="Lists of words that are stopped")
async def read(call: Managing) -> StopLists:
    return StopLists(items=await stop_lists(call.work))


@router.post("/stop-lists", status_code=201, summary="Make a list of words")
async def create(body: NewStopList, call: Managing) -> StopListValue:
    return await create_list(
        call.work, name=body.name, side=body.side, action=body.action, enabled=body.enabled,
        colleagues=body.colleagues, words=body.words,
    )  # fmt: skip


@router.patch("/stop-lists/{list_id}", summary="Change a list of words")
async def change(list_id: UUID, body: StopListChange, call: Managing) -> StopListValue:
    return await change_list(
        call.work, list_id, name=body.name, action=body.action, enabled=body.enabled,
        colleagues=body.colleagues, words=body.words,
    )  # fmt: skip


@router.delete("/stop-lists/{list_id}", status_code=204, summary="Delete a list of words")
async def delete(list_id: UUID, call: Managing) -> None:
    await delete_list(call.work, list_id)


@router.post("/stop-lists/try", summary="What all lists find in a text, those switched off included")
async def try_out(body: Tried, call: Annotated[Call, allowed("words.manage", written_down=False)]) -> FoundWords:
    return FoundWords(items=find_in(body.text, await stop_lists(call.work)))


@router.get("/words/watched", summary="Whether what agents send is looked at before")
async def watched(call: Annotated[Call, allowed("conversations.reply")]) -> Watched:
    return Watched(sides=sides_of(await stop_lists(call.work)))


@router.post("/words/check", summary="What of the agents' lists stands in a text, before it is sent")
async def check(body: Written, call: Annotated[Call, allowed("conversations.reply")]) -> FoundWords:
    guard, workspace_id = call.services.words, call.actor.workspace_id
    await guard.load(workspace_id)
    return FoundWords(items=guard.find(workspace_id, "agent", body.text, among_colleagues=body.among_colleagues))
