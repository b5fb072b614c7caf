"""The HTTP door of views."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import Name
from yingke.kit.values import Value
from yingke.views import saving
from yingke.views.values import ViewValue

router = APIRouter(route_class=WorkRoute, tags=["views"])

ViewName = Annotated[Name, StringConstraints(min_length=1, max_length=40)]


class FilterBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    view: Literal["mine", "queue", "all", "done", "snoozed", "colleagues", "robot", "unanswered", "due"] | None = None
    team_id: UUID | None = None
    tag_id: UUID | None = None
    site_id: UUID | None = None
    agent_id: UUID | None = None
    status: Literal["queued", "open", "snoozed", "resolved"] | None = None
    unread: bool = False
    q: Annotated[Name, StringConstraints(max_length=100)] = ""


class NewView(BaseModel):
    name: ViewName
    shared: bool = False
    filter: FilterBody


class ViewChanges(BaseModel):
    name: ViewName | None = None
    shared: bool | None = None
    filter: FilterBody | None = None


class Views(Value, frozen=True, kw_only=True):
    items: list[ViewValue]
    next_cursor: str | None = None


@router.get("/views", summary="One's own and the shared views, by name")
async def list_views(call: Annotated[Call, allowed("views.write")]) -> Views:
    return Views(items=list(await saving.all_views(call.work, call.actor)))


@router.post("/views", status_code=201, summary="Save a filter under a name")
async def save(body: NewView, call: Annotated[Call, allowed("views.write")]) -> ViewValue:
    chosen = body.filter.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return await saving.save_view(call.work, call.actor, name=body.name, shared=body.shared, filter=chosen)


@router.patch("/views/{view_id}", summary="Rename, share or change a view")
async def change(view_id: UUID, body: ViewChanges, call: Annotated[Call, allowed("views.write")]) -> ViewValue:
    changes = body.model_dump(mode="json", exclude_none=True)
    if body.filter is not None:
        changes["filter"] = body.filter.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return await saving.change_view(call.work, call.actor, view_id, changes)


@router.delete("/views/{view_id}", status_code=204, summary="Delete a view")
async def delete(view_id: UUID, call: Annotated[Call, allowed("views.write")]) -> None:
    await saving.delete_view(call.work, call.actor, view_id)
