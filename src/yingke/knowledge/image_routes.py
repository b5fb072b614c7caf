"""The HTTP door of images that stand in answers: shown to everybody from the moment they are uploaded, by their address."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from yingke.files import UPLOAD_FORM, Uploader, add_file, public_url, read_upload, store_upload
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])


class AnswerImage(Value, frozen=True, kw_only=True):
    file_id: UUID
    url: str


@router.post("/knowledge/images", status_code=201, summary="Store an image for an answer", openapi_extra=UPLOAD_FORM)
async def upload_image(call: Annotated[Call, allowed("knowledge.write")]) -> AnswerImage:
    async with call.work.at_rest():
        received = await read_upload(call.request, call.services.settings.largest_upload)
        stored = await store_upload(call.services.files, received, images_only=True)
    file = await add_file(call.work, stored, Uploader("agent", call.actor.agent_id), public=True)
    return AnswerImage(file_id=file.id, url=public_url(file.id, "answers"))
