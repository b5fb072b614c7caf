"""The HTTP door of files: agents' uploads, reading, and what is public."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy import select

from yingke.files.access import file_for_agent
from yingke.files.errors import FileNotYours
from yingke.files.keeping import Uploader, add_file
from yingke.files.models import File
from yingke.files.serving import serve_file, serve_thumb
from yingke.files.uploading import UPLOAD_FORM, read_upload, store_upload
from yingke.files.values import FileValue
from yingke.identity import Call, PublicCall, WorkRoute, allowed, public
from yingke.kit.errors import Invalid

router = APIRouter(route_class=WorkRoute, tags=["files"])
public_router = APIRouter(route_class=WorkRoute, include_in_schema=False)


@router.post("/files", status_code=201, summary="Upload a file", openapi_extra=UPLOAD_FORM)
async def upload(call: Annotated[Call, allowed("files.write")]) -> FileValue:
    async with call.work.at_rest():
        received = await read_upload(call.request, call.services.settings.largest_upload)
        stored = await store_upload(call.services.files, received)
    conversation_id = _id(received.fields.get("conversation_id"))
    return await add_file(call.work, stored, Uploader("agent", call.actor.agent_id), conversation_id=conversation_id)


@router.get("/files/{file_id}/content", response_class=Response, summary="The content of a file")
async def content(
    file_id: UUID,
    call: Annotated[Call, allowed("files.read")],
    download: bool = False,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    file = await file_for_agent(call.work, file_id)
    return serve_file(call.services.files, file, range_header=range, download=download)


@router.get("/files/{file_id}/thumb", response_class=Response, summary="An image, at most 480 pixels wide and high")
async def thumb(file_id: UUID, call: Annotated[Call, allowed("files.read")]) -> Response:
    return serve_thumb(call.services.files, await file_for_agent(call.work, file_id))


@public_router.get("/media/{what}/{file_id}", response_class=Response)
async def media(what: str, file_id: UUID, call: Annotated[PublicCall, public()]) -> Response:
    file = (await call.work.scalars(select(File).where(File.id == file_id, File.public))).one_or_none()
    if file is None:
        raise FileNotYours
    return serve_file(call.services.files, file)


def _id(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise Invalid("conversation_id is not an id.", field="conversation_id") from error
