"""The HTTP door of visitors, for the desk."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from yingke.contacts import Details
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.visitors.blocking import block_visitor, unblock_visitor
from yingke.visitors.identifying import describe_visitor
from yingke.visitors.models import Visitor
from yingke.visitors.profiles import add_note, edit_profile, profile_of, remove_note, tag_visitor
from yingke.visitors.queries import list_blocks, visitor_value
from yingke.visitors.values import BlockValue, ProfileValue, VisitorNoteValue, VisitorValue

router = APIRouter(route_class=WorkRoute, tags=["visitors"])


class NewBlock(BaseModel):
    reason: Name = ""
    hours: Annotated[float, Field(gt=0, le=24 * 366)] | None = None
    """None: for good."""


class ProfileChange(BaseModel):
    name: Name | None = None
    fields: Annotated[dict[CleanStr, CleanStr | None], Field(max_length=100)] | None = None
    """A merge patch: null removes a field."""


class WhoVisits(BaseModel):
    """What is not given stays as it is; null clears."""

    name: Name | None = None
    email: CleanStr | None = None
    phone: CleanStr | None = None
    company: Name | None = None

    def details(self) -> Details:
        given: Any = self.model_dump(exclude_unset=True)
        return given  # type: ignore[no-any-return]


class VisitorTagIds(BaseModel):
    tag_ids: Annotated[list[UUID], Field(max_length=50)]


class NewVisitorNote(BaseModel):
    text: Annotated[CleanStr, Field(min_length=1, max_length=5000)]


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


@router.get("/visitors/{visitor_id}/profile", summary="What is noted about a visitor")
async def profile(visitor_id: UUID, call: Annotated[Call, allowed("visitors.read")]) -> ProfileValue:
    return await profile_of(call.work, visitor_id)


@router.patch("/visitors/{visitor_id}/profile", summary="Note name and fields of a visitor nobody knows yet")
async def edit(visitor_id: UUID, body: ProfileChange, call: Annotated[Call, allowed("visitors.write")]) -> ProfileValue:
    return await edit_profile(call.work, visitor_id, name=body.name, fields=body.fields)


@router.put("/visitors/{visitor_id}/contact", summary="Note who a visitor is, in a contact that is made when needed")
async def who(visitor_id: UUID, body: WhoVisits, call: Annotated[Call, allowed("contacts.write")]) -> ProfileValue:
    visitor = await call.work.get(Visitor, visitor_id, lock=True)
    await describe_visitor(call.work, visitor, body.details())
    return await profile_of(call.work, visitor_id)


@router.put("/visitors/{visitor_id}/tags", summary="Tag a visitor nobody knows yet")
async def tag(visitor_id: UUID, body: VisitorTagIds, call: Annotated[Call, allowed("visitors.write")]) -> ProfileValue:
    return await tag_visitor(call.work, visitor_id, body.tag_ids)


@router.post("/visitors/{visitor_id}/notes", status_code=201, summary="Note something about a visitor")
async def note(
    visitor_id: UUID, body: NewVisitorNote, call: Annotated[Call, allowed("visitors.write")]
) -> VisitorNoteValue:
    return await add_note(call.work, visitor_id, body.text, by=call.actor.agent_id)


@router.delete("/visitors/{visitor_id}/notes/{note_id}", status_code=204, summary="Remove a note")
async def unnote(visitor_id: UUID, note_id: UUID, call: Annotated[Call, allowed("visitors.write")]) -> None:
    await remove_note(call.work, visitor_id, note_id)
