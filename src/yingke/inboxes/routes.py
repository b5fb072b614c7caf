"""The HTTP door of sites."""

from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from yingke.files import UPLOAD_FORM, Uploader, add_file, read_upload, store_upload
from yingke.identity import WHICHEVER, Call, Scope, WorkRoute, Workspace, allowed
from yingke.inboxes import editing
from yingke.inboxes.checking import check_page, unreachable
from yingke.inboxes.models import Site
from yingke.inboxes.public_holidays import PublicDays, public_days
from yingke.inboxes.queries import get_site, list_sites
from yingke.inboxes.snippet import snippet
from yingke.inboxes.values import SiteValue, SnippetCheck
from yingke.kit.errors import Refusal
from yingke.kit.text import CleanStr, RequiredName
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["sites"])

Reading = Annotated[Call, allowed("sites.read")]
Managing = Annotated[Call, allowed("sites.manage")]
_LARGEST_IMAGE = 5 * 1024 * 1024


class NewSite(BaseModel):
    name: RequiredName
    allowed_origins: list[CleanStr] | None = None
    settings: dict[str, Any] = {}


class SiteChanges(BaseModel):
    name: RequiredName | None = None
    settings: dict[str, Any] | None = None
    """A JSON merge patch on the site's settings."""


class PageToCheck(BaseModel):
    url: Annotated[CleanStr, Field(min_length=4, max_length=2000)]


class Sites(Value, frozen=True, kw_only=True):
    items: list[SiteValue]
    next_cursor: str | None = None


class Snippet(Value, frozen=True, kw_only=True):
    html: str


class IdentitySecret(Value, frozen=True, kw_only=True):
    secret: str


@router.get("/sites", summary="The workspace's sites")
async def list_all(call: Reading) -> Sites:
    return Sites(items=await list_sites(call.work, call.actor))


@router.post("/sites", status_code=201, summary="Add a site")
async def create(body: NewSite, call: Managing) -> SiteValue:
    call.actor.require("sites.manage", Scope(WHICHEVER, None))
    settings = body.settings
    if body.allowed_origins is not None:
        settings = settings | {"allowed_origins": body.allowed_origins}
    return await editing.create_site(call.work, name=body.name, settings=settings)


@router.get("/holidays/china", summary="Holidays and adjusted working days of a year, to be proposed")
async def read_holidays(call: Reading, year: Annotated[int, Query(ge=2000, le=2200)]) -> PublicDays:
    return public_days(year)


@router.get("/sites/{site_id}", summary="A site")
async def read(site_id: UUID, call: Reading) -> SiteValue:
    return await get_site(call.work, site_id)


@router.patch("/sites/{site_id}", summary="Change a site")
async def change(site_id: UUID, body: SiteChanges, call: Managing) -> SiteValue:
    return await editing.change_site(call.work, site_id, name=body.name, settings=body.settings)


@router.delete("/sites/{site_id}", status_code=204, summary="Delete a site and its visitors")
async def delete(site_id: UUID, call: Managing) -> None:
    call.actor.require("sites.manage", Scope(WHICHEVER, None))
    await editing.delete_site(call.work, site_id)


@router.get("/sites/{site_id}/snippet", summary="The lines to copy into pages")
async def show_snippet(site_id: UUID, call: Reading) -> Snippet:
    site = await call.work.get(Site, site_id)
    language = (await call.work.rows.get_one(Workspace, call.work.workspace_id)).locale
    return Snippet(html=snippet(site, call.services.settings.public_url, language))


@router.get("/sites/{site_id}/identity", summary="The secret that signs who visitors are")
async def show_secret(site_id: UUID, call: Managing) -> IdentitySecret:
    return IdentitySecret(secret=(await call.work.get(Site, site_id)).identity_secret)


@router.post("/sites/{site_id}/identity", summary="Replace the secret; the old one stops working at once")
async def rotate_secret(site_id: UUID, call: Managing) -> IdentitySecret:
    return IdentitySecret(secret=await editing.rotate_identity_secret(call.work, site_id))


@router.put("/sites/{site_id}/logo", summary="Upload the logo", openapi_extra=UPLOAD_FORM)
async def put_logo(site_id: UUID, call: Managing) -> SiteValue:
    file_id = await _public_image(call, site_id)
    return await editing.change_site(call.work, site_id, settings={"look": {"logo_file_id": str(file_id)}})


@router.put("/sites/{site_id}/banner-image", summary="Upload the banner's image", openapi_extra=UPLOAD_FORM)
async def put_banner_image(site_id: UUID, call: Managing) -> SiteValue:
    file_id = await _public_image(call, site_id)
    return await editing.change_site(call.work, site_id, settings={"banner": {"image_file_id": str(file_id)}})


@router.put("/sites/{site_id}/robot-picture", summary="Upload the robot's picture", openapi_extra=UPLOAD_FORM)
async def put_robot_picture(site_id: UUID, call: Managing) -> SiteValue:
    file_id = await _public_image(call, site_id)
    return await editing.change_site(call.work, site_id, settings={"robot": {"picture_file_id": str(file_id)}})


@router.post("/sites/{site_id}/check", summary="Does the snippet on a page work?")
async def check(
    site_id: UUID, body: PageToCheck, call: Annotated[Call, allowed("sites.manage", written_down=False)]
) -> SnippetCheck:
    site = await call.work.get(Site, site_id)
    language = (await call.work.rows.get_one(Workspace, call.work.workspace_id)).locale
    url = body.url if "://" in body.url else f"https://{body.url}"
    async with call.work.at_rest():
        try:
            answer = await call.services.outbound.get(url)
        except Refusal as error:
            error.field = "url"
            raise
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return unreachable(str(error) or type(error).__name__, language)
    return check_page(
        site,
        public_url=call.services.settings.public_url,
        url=str(answer.request.url),
        status=answer.status_code,
        headers=answer.headers,
        html=answer.text,
        language=language,
    )


async def _public_image(call: Call, site_id: UUID) -> UUID:
    await call.work.get(Site, site_id)
    async with call.work.at_rest():
        received = await read_upload(call.request, min(_LARGEST_IMAGE, call.services.settings.largest_upload))
        stored = await store_upload(call.services.files, received, images_only=True)
    return (await add_file(call.work, stored, Uploader("agent", call.actor.agent_id), public=True)).id
