"""The HTTP door of segments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from yingke.contacts import ContactValue
from yingke.contacts.queries import list_contacts
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.segments import saving
from yingke.segments.conditions import SegmentGroup
from yingke.segments.patience import with_patience
from yingke.segments.people import contacts_in, count_contacts
from yingke.segments.values import SegmentSize, SegmentValue

router = APIRouter(route_class=WorkRoute, tags=["segments"])

Reading = Annotated[Call, allowed("segments.read")]
Managing = Annotated[Call, allowed("segments.manage")]
SegmentName = Annotated[Name, StringConstraints(min_length=1, max_length=60)]


class NewSegment(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: SegmentName
    conditions: SegmentGroup


class SegmentChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: SegmentName | None = None
    conditions: SegmentGroup | None = None


class SegmentDraft(BaseModel):
    model_config = ConfigDict(extra="forbid")

    conditions: SegmentGroup


class Segments(Value, frozen=True, kw_only=True):
    items: list[SegmentValue]
    next_cursor: str | None = None


class SegmentContacts(Value, frozen=True, kw_only=True):
    items: list[ContactValue]
    next_cursor: str | None


@router.get("/segments", summary="Segments, by name")
async def list_all(call: Reading) -> Segments:
    return Segments(items=await saving.list_segments(call.work))


@router.post("/segments", status_code=201, summary="Save conditions under a name")
async def create(body: NewSegment, call: Managing) -> SegmentValue:
    return await saving.create_segment(call.work, name=body.name, conditions=body.conditions)


@router.post("/segments/size", summary="How many fit conditions now")
async def size(body: SegmentDraft, call: Reading) -> SegmentSize:
    async with with_patience(call.work):
        online = await call.services.sighting.count(call.work, call.actor, body.conditions)
        return SegmentSize(online=online, contacts=await count_contacts(call.work, body.conditions))


@router.get("/segments/{segment_id}", summary="A segment")
async def read(segment_id: UUID, call: Reading) -> SegmentValue:
    return await saving.read_segment(call.work, segment_id)


@router.patch("/segments/{segment_id}", summary="Rename a segment, or change its conditions")
async def change(segment_id: UUID, body: SegmentChange, call: Managing) -> SegmentValue:
    return await saving.change_segment(call.work, segment_id, name=body.name, conditions=body.conditions)


@router.delete("/segments/{segment_id}", status_code=204, summary="Delete a segment that no rule looks at")
async def delete(segment_id: UUID, call: Managing) -> None:
    await saving.delete_segment(call.work, segment_id)


@router.get("/segments/{segment_id}/contacts", summary="Contacts in a segment, last seen first")
async def contacts(
    segment_id: UUID,
    call: Annotated[Call, allowed("contacts.read")],
    q: CleanStr = "",
    tag_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> SegmentContacts:
    group = await saving.conditions_of_segment(call.work, segment_id)
    async with with_patience(call.work):
        items, more = await list_contacts(
            call.work, q=q, tag_id=tag_id, limit=limit, cursor=cursor, only=contacts_in(group, call.work.now)
        )
    return SegmentContacts(items=items, next_cursor=more)
