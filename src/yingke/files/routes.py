"""The HTTP door of files: agents' uploads, and what is public. Reading at the desk is the conversations'."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import select

from yingke.files.errors import FileNotYours
from yingke.files.keeping import Uploader, add_file
from yingke.files.models import File
from yingke.files.serving import serve_file
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


@public_router.get("/media/{what}/{file_id}", response_class=Response)
async def media(what: str, file_id: UUID, call: Annotated[PublicCall, public()]) -> Response:
    file = (await call.work.scalars(select(File).where(File.id == file_id, File.public))).one_or_none()
    if file is None:
        raise FileNotYours
    return await serve_file(call.services.files, file)


def _id(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise Invalid("conversation_id is not an id.", field="conversation_id") from error
