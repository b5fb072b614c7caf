"""The HTTP door of canned responses."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from yingke.canned_responses import editing
from yingke.canned_responses.errors import TableTooLarge
from yingke.canned_responses.filling import filled_in
from yingke.canned_responses.importing import (
    LONGEST_FOLDER,
    LONGEST_TEXT,
    LONGEST_TITLE,
    export_responses,
    import_responses,
)
from yingke.canned_responses.queries import CannedResponsePage, Filter, list_folders, list_responses, match_responses
from yingke.canned_responses.values import CannedResponseValue, ImportReport, Scope
from yingke.files import read_upload
from yingke.identity import Call, WorkRoute, Workspace, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["canned responses"])

Title = Annotated[Name, StringConstraints(min_length=1, max_length=LONGEST_TITLE)]
Text = Annotated[CleanStr, StringConstraints(min_length=1, max_length=LONGEST_TEXT, strip_whitespace=True)]
Folder = Annotated[Name, StringConstraints(max_length=LONGEST_FOLDER), AfterValidator(editing.tidy_folder)]
Attachments = Annotated[list[UUID], Field(max_length=10)]
Asked = Annotated[
    CleanStr, Query(max_length=100, description="Letters of the title, its pinyin or initials, or the text")
]

LARGEST_TABLE = 5 * 1024 * 1024
_TABLE_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class NewCannedResponse(BaseModel):
    scope: Scope = "personal"
    team_id: UUID | None = None
    folder: Folder = ""
    title: Title
    text: Text
    attachment_ids: Attachments = []


class CannedResponseChanges(BaseModel):
    scope: Scope | None = None
    team_id: UUID | None = None
    folder: Folder | None = None
    title: Title | None = None
    text: Text | None = None
    attachment_ids: Attachments | None = None


@router.get("/canned-responses", summary="Canned responses by folder and title, or the best matches of q")
async def list_all(
    *,
    call: Annotated[Call, allowed("canned_responses.read")],
    q: Asked = "",
    folder: Annotated[Folder | None, Query()] = None,
    scope: Scope | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> CannedResponsePage:
    chosen = Filter(q=q, folder=folder, scope=scope)
    return await list_responses(call.work, call.actor, chosen, limit=limit, cursor=cursor)


@router.get("/canned-responses/match", summary="The eight likeliest, filled in for a conversation")
async def match(
    call: Annotated[Call, allowed("canned_responses.read")], q: Asked = "", conversation_id: UUID | None = None
) -> CannedResponsePage:
    found = await match_responses(call.work, call.actor, q)
    if conversation_id is not None:
        found = await filled_in(call.work, call.actor, found, conversation_id)
    return CannedResponsePage(items=found, next_cursor=None)


class Folders(Value, frozen=True, kw_only=True):
    items: list[str]
    next_cursor: str | None = None


@router.get("/canned-responses/folders", summary="Paths of the folders of all you see")
async def folders(call: Annotated[Call, allowed("canned_responses.read")]) -> Folders:
    return Folders(items=await list_folders(call.work, call.actor))


@router.get(
    "/canned-responses/export.csv",
    summary="All you see, as CSV in UTF-8",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export(call: Annotated[Call, allowed("canned_responses.read", written_down=True)]) -> Response:
    workspace = await call.work.rows.get_one(Workspace, call.work.workspace_id)
    table = await export_responses(call.work, call.actor, workspace.locale)
    headers = {"Content-Disposition": 'attachment; filename="canned-responses.csv"'}
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/canned-responses/import", summary="Store the rows of a CSV file, all or none", openapi_extra=_TABLE_FORM)
async def import_table(call: Annotated[Call, allowed("canned_responses.write")], dry_run: bool = False) -> ImportReport:
    workspace_id = call.work.workspace_id
    await call.work.rows.commit()  # a slow upload keeps no connection
    upload = await read_upload(call.request, LARGEST_TABLE)
    if len(upload.content) > LARGEST_TABLE:
        raise TableTooLarge(field="file")
    await call.work.narrow(workspace_id)
    return await import_responses(call.work, call.actor, upload.content, dry_run=dry_run)


@router.post("/canned-responses", status_code=201, summary="Make a canned response")
async def create(
    body: NewCannedResponse, call: Annotated[Call, allowed("canned_responses.write")]
) -> CannedResponseValue:
    return await editing.create_response(call.work, call.actor, editing.Content(**body.model_dump()))


@router.patch("/canned-responses/{response_id}", summary="Change a canned response")
async def change(
    response_id: UUID, body: CannedResponseChanges, call: Annotated[Call, allowed("canned_responses.write")]
) -> CannedResponseValue:
    changes = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in changes.items() if value is not None or name == "team_id"}
    return await editing.change_response(call.work, call.actor, response_id, changes)


@router.delete("/canned-responses/{response_id}", status_code=204, summary="Delete a canned response")
async def delete(response_id: UUID, call: Annotated[Call, allowed("canned_responses.write")]) -> None:
    await editing.delete_response(call.work, call.actor, response_id)


@router.post("/canned-responses/{response_id}/used", status_code=204, summary="Count one use")
async def used(response_id: UUID, call: Annotated[Call, allowed("canned_responses.read")]) -> None:
    await editing.count_use(call.work, call.actor, response_id)
