"""The HTTP door of tags."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import Name
from yingke.kit.values import Value
from yingke.tags import editing
from yingke.tags.queries import all_tags
from yingke.tags.values import TagValue

router = APIRouter(route_class=WorkRoute, tags=["tags"])

TagName = Annotated[Name, StringConstraints(min_length=1, max_length=40)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]


class NewTag(BaseModel):
    name: TagName
    color: Color = "#8a8f98"


class TagChanges(BaseModel):
    name: TagName | None = None
    color: Color | None = None


class Tags(Value, frozen=True, kw_only=True):
    items: list[TagValue]
    next_cursor: str | None = None


@router.get("/tags", summary="The workspace's tags, by name")
async def list_tags(call: Annotated[Call, allowed("tags.read")]) -> Tags:
    return Tags(items=await all_tags(call.work))


@router.post("/tags", status_code=201, summary="Make a tag")
async def create(body: NewTag, call: Annotated[Call, allowed("tags.manage")]) -> TagValue:
    return await editing.create_tag(call.work, name=body.name, color=body.color)


@router.patch("/tags/{tag_id}", summary="Rename or recolour a tag")
async def change(tag_id: UUID, body: TagChanges, call: Annotated[Call, allowed("tags.manage")]) -> TagValue:
    return await editing.change_tag(call.work, tag_id, name=body.name, color=body.color)


@router.delete("/tags/{tag_id}", status_code=204, summary="Delete a tag everywhere")
async def delete(tag_id: UUID, call: Annotated[Call, allowed("tags.manage")]) -> None:
    await editing.delete_tag(call.work, tag_id)
