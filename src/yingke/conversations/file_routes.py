"""Reading files at the desk: what an agent may read depends on the conversations in their sight."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from yingke.conversations.attachments import file_for_agent
from yingke.files import serve_file, serve_thumb
from yingke.identity import Call, WorkRoute, allowed

router = APIRouter(route_class=WorkRoute, tags=["files"])


@router.get("/files/{file_id}/content", response_class=Response, summary="The content of a file")
async def content(
    file_id: UUID,
    call: Annotated[Call, allowed("files.read")],
    download: bool = False,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    file = await file_for_agent(call.work, call.actor, file_id)
    return await serve_file(call.services.files, file, range_header=range, download=download)


@router.get("/files/{file_id}/thumb", response_class=Response, summary="An image, at most 480 pixels wide and high")
async def thumb(file_id: UUID, call: Annotated[Call, allowed("files.read")]) -> Response:
    return await serve_thumb(call.services.files, await file_for_agent(call.work, call.actor, file_id))
