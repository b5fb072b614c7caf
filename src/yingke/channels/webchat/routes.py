"""The public addresses of a site."""

import mimetypes
import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response
from msgspec.structs import replace
from sqlalchemy import select

from yingke.channels.webchat import assets
from yingke.channels.webchat.doors import SiteCall, VisitorCall, of_site, of_visitor
from yingke.conversations.models import Conversation, Message
from yingke.files import (
    UPLOAD_FORM,
    File,
    FileValue,
    Uploader,
    add_file,
    file_for_visitor,
    read_upload,
    serve_file,
    serve_thumb,
    store_upload,
)
from yingke.identity import PublicCall, WorkRoute, public
from yingke.inboxes import public_configuration
from yingke.kit.errors import Missing
from yingke.kit.values import Value, encode
from yingke.kit.work import Work
from yingke.knowledge import EntryLink
from yingke.knowledge.asked_on import page_of
from yingke.knowledge.languages import closest, language_of
from yingke.knowledge.readers import Reader
from yingke.knowledge.shelves import links_for, reading_languages, top_questions
from yingke.visitors import require_unblocked, same_person_ids

router = APIRouter(route_class=WorkRoute, tags=["webchat"])

_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,120}")
_PAGE_HEADERS = {
    "Cache-Control": assets.PAGE_CACHING,
    "Referrer-Policy": "strict-origin-when-cross-origin",
}


@router.get("/w/sw.js", include_in_schema=False)
async def service_worker(request: Request, call: Annotated[PublicCall, public()]) -> Response:
    """Keeps the panel openable while the server is away."""
    body = assets.template("sw.js").encode()
    return assets.answer(request, body, "text/javascript", {"Cache-Control": "no-cache"})


@router.get("/w/assets/{name}", include_in_schema=False)
async def asset(name: str, request: Request, call: Annotated[PublicCall, public()]) -> Response:
    body = assets.asset(name) if _ASSET.fullmatch(name) else None
    if body is None:
        raise Missing
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return assets.answer(request, body, media_type, {"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("/w/{key}.js", response_class=Response, summary="The launcher of a site")
async def loader(call: Annotated[SiteCall, of_site()]) -> Response:
    tracker = call.services.settings.tracking_path.replace("{key}", call.site.key) + ".js"
    body = assets.loader(await public_configuration(call.work, call.site), tracker).encode()
    # A page that uses the script is another origin by nature.
    headers = _PAGE_HEADERS | {"Cross-Origin-Resource-Policy": "cross-origin"}
    return assets.answer(call.request, body, "text/javascript", headers)


@router.get("/w/{key}/frame", response_class=Response, summary="The panel of a site, one HTML page")
async def frame(call: Annotated[SiteCall, of_site()], language: str | None = None) -> Response:
    configuration = await public_configuration(call.work, call.site)
    chosen = assets.frame_language(configuration, language)
    body = assets.frame(configuration, chosen).encode()
    headers = _PAGE_HEADERS | {"Content-Security-Policy": assets.frame_policy(call.site, chosen)}
    return assets.answer(call.request, body, "text/html", headers)


@router.get("/w/{key}/config", response_class=Response, summary="The public configuration of a site")
async def configuration(call: Annotated[SiteCall, of_site()]) -> Response:
    body = encode(await public_configuration(call.work, call.site))
    return _shared(call, assets.answer(call.request, body, "application/json", dict(_PAGE_HEADERS)))


class Questions(Value, frozen=True, kw_only=True):
    items: list[EntryLink]
    next_cursor: str | None = None


@router.get(
    "/w/{key}/questions",
    response_class=Response,
    summary="The questions that are asked most; those asked on `page`, a path, before the others",
)
async def questions(
    call: Annotated[SiteCall, of_site()],
    language: str = "",
    category_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
    page: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:
    reader = Reader(site_id=call.site.id)
    there = closest(language_of(language), await reading_languages(call.work, reader))
    items = await top_questions(call.work, there, reader, limit=limit, category_id=category_id) if there else []
    if there and page and category_id is None:
        asked = await call.services.asked_on.entries(call.work, call.site.id, page_of(page))
        here = [link for link in await links_for(call.work, reader, asked) if link.language == there]
        items = [*here, *(link for link in items if link not in here)][:limit]
    headers = _PAGE_HEADERS | {"Cache-Control": "public, max-age=60"}
    return _shared(call, assets.answer(call.request, encode(Questions(items=items)), "application/json", headers))


@router.options("/w/{key}/config", include_in_schema=False)
@router.options("/w/{key}/files", include_in_schema=False)
@router.options("/w/{key}/files/{file_id}", include_in_schema=False)
@router.options("/w/{key}/files/{file_id}/thumb", include_in_schema=False)
async def preflight(call: Annotated[SiteCall, of_site()]) -> Response:
    allowing = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "600",
    }
    return _shared(call, Response(status_code=204, headers=allowing))


@router.post("/w/{key}/files", status_code=201, summary="Upload a visitor's file", openapi_extra=UPLOAD_FORM)
async def upload(call: Annotated[VisitorCall, of_visitor()], response: Response) -> FileValue:
    rates = call.services.rates
    rates.upload_address.require(call.address)
    rates.upload.require(str(call.visitor.id))
    await require_unblocked(call.work, call.visitor, call.address)
    async with call.work.at_rest():
        received = await read_upload(call.request, call.services.settings.largest_upload)
        stored = await store_upload(call.services.files, received)
    value = await add_file(call.work, stored, Uploader("visitor", call.visitor.id))
    _shared(call, response)
    own = f"/w/{call.site.key}/files/{value.id}"
    return replace(value, url=own, thumb_url=f"{own}/thumb" if value.kind == "image" else None)


@router.get("/w/{key}/files/{file_id}", response_class=Response, summary="The content of a file, for its visitor")
async def content(
    file_id: UUID,
    call: Annotated[VisitorCall, of_visitor()],
    download: bool = False,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    file = await _own_file(call, file_id)
    return _shared(call, await serve_file(call.services.files, file, range_header=range, download=download))


@router.get("/w/{key}/files/{file_id}/thumb", response_class=Response, summary="An image, small, for its visitor")
async def thumb(file_id: UUID, call: Annotated[VisitorCall, of_visitor()]) -> Response:
    return _shared(call, await serve_thumb(call.services.files, await _own_file(call, file_id)))


async def _own_file(call: VisitorCall, file_id: UUID) -> File:
    visitor_ids = await same_person_ids(call.work, call.visitor)

    async def was_shown(file: File) -> bool:
        return await _was_said(call.work, file, visitor_ids)

    return await file_for_visitor(call.work, file_id, visitor_ids=visitor_ids, was_shown=was_shown)


async def _was_said(work: Work, file: File, visitor_ids: list[UUID]) -> bool:
    """A message to everybody carries the file in one of these visitors' conversations, and was not recalled."""
    carried: Any = Message.attachments
    query = (
        select(Message.id)
        .join(
            Conversation,
            (Conversation.workspace_id == Message.workspace_id) & (Conversation.id == Message.conversation_id),
        )
        .where(
            Message.workspace_id == work.workspace_id,
            Message.conversation_id == file.conversation_id,
            Message.audience == "everyone",
            Message.recalled_at.is_(None),
            Conversation.visitor_id.in_(visitor_ids),
            carried.contains([{"id": str(file.id)}]),
        )
        .limit(1)
    )
    return (await work.scalars(query)).first() is not None


def _shared(call: SiteCall, response: Response) -> Response:
    """Let a page of one of the site's origins read the answer."""
    if call.origin is not None:
        response.headers["Access-Control-Allow-Origin"] = call.origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Vary"] = "Origin, Accept-Encoding"
    return response
