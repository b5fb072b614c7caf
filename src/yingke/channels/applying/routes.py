"""The widget's door: what may be applied for, what was, and what came of it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from yingke.channels.applying.filing import file_for_visitor, masked, offered_forms, tell_alerted
from yingke.channels.webchat.doors import VisitorCall, of_visitor
from yingke.files import File, serve_file, serve_thumb
from yingke.identity import WorkRoute
from yingke.inboxes import settings_of
from yingke.kit.errors import Invalid
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.promises.queries import shown_promises
from yingke.promises.values import ShownPromise
from yingke.service_requests.applying import add_word, file_of, find_own, own, requests_of, withdraw
from yingke.service_requests.filing import Application
from yingke.service_requests.forms import OfferedForm
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.values import Kind, OwnRequest
from yingke.visitors import require_unblocked, same_person_ids, signed_contact_id

router = APIRouter(route_class=WorkRoute, tags=["webchat"])

_Visiting = Annotated[VisitorCall, of_visitor()]
Language = Literal["zh-CN", "zh-TW", "en"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OwnApplication(_Body):
    client_id: UUID
    kind: Kind
    text: CleanStr = Field(default="", max_length=5_000)
    reason: Name = ""
    fields: dict[Name, Annotated[CleanStr, Field(max_length=500)]] = Field(default_factory=dict, max_length=12)
    wishes: list[AwareDatetime] = Field(default_factory=list, max_length=5)
    attachment_ids: list[UUID] = Field(default_factory=list, max_length=10)
    name: Name = ""
    email: Name = ""
    conversation_id: UUID | None = None
    language: Language = "zh-CN"


class OwnWord(_Body):
    text: CleanStr = Field(default="", max_length=5_000)
    attachment_ids: list[UUID] = Field(default_factory=list, max_length=10)


class OwnRequests(Value, frozen=True, kw_only=True):
    """What may be applied for here, what was, and what was promised."""

    forms: list[OfferedForm]
    items: list[OwnRequest]
    promises: list[ShownPromise]


@router.get("/w/{key}/service-requests", summary="What this visitor may apply for, and what came of it")
async def read(call: _Visiting, language: Language = "zh-CN") -> OwnRequests:
    visitor_ids = await same_person_ids(call.work, call.visitor)
    contact_id = signed_contact_id(call.visitor)
    promised = settings_of(call.site).requests.promises
    return OwnRequests(
        forms=await offered_forms(call, language),
        items=await requests_of(call.work, visitor_ids, contact_id),
        promises=await shown_promises(call.work, visitor_ids, contact_id) if promised else [],
    )


@router.post("/w/{key}/service-requests", status_code=201, summary="Apply for something")
async def file(body: OwnApplication, call: _Visiting) -> OwnRequest:
    call.services.rates.request.require(call.address)
    call.services.rates.request_visitor.require(str(call.visitor.id))
    application = Application(**body.model_dump(exclude={"conversation_id"}))
    row = await file_for_visitor(
        call.work, call, call.visitor, application, source="widget", conversation_id=body.conversation_id
    )
    return await own(call.work, row)


@router.post("/w/{key}/service-requests/{request_id}/words", summary="Say something more about it")
async def say(request_id: UUID, body: OwnWord, call: _Visiting) -> OwnRequest:
    call.services.rates.request.require(call.address)
    await require_unblocked(call.work, call.visitor, call.address)
    if not body.text.strip() and not body.attachment_ids:
        raise Invalid("Write a word, or add a file.", field="text")
    row = await _own(call, request_id, lock=True)
    text, alerted = await masked(call, body.text)
    await add_word(call.work, row, text, body.attachment_ids, call.visitor.id)
    tell_alerted(call.work, row, alerted, call.visitor.id)
    return await own(call.work, row)


@router.post("/w/{key}/service-requests/{request_id}/withdraw", summary="Take it back")
async def take_back(request_id: UUID, call: _Visiting) -> OwnRequest:
    row = await _own(call, request_id, lock=True)
    await withdraw(call.work, row)
    return await own(call.work, row)


@router.get(
    "/w/{key}/service-requests/{request_id}/files/{file_id}",
    response_class=Response,
    summary="A file of a request, for its applicant",
)
async def content(
    request_id: UUID,
    file_id: UUID,
    call: _Visiting,
    download: bool = False,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    file = await _file(call, request_id, file_id)
    return await serve_file(call.services.files, file, range_header=range, download=download)


@router.get(
    "/w/{key}/service-requests/{request_id}/files/{file_id}/thumb",
    response_class=Response,
    summary="An image of a request, small, for its applicant",
)
async def thumb(request_id: UUID, file_id: UUID, call: _Visiting) -> Response:
    return await serve_thumb(call.services.files, await _file(call, request_id, file_id))


async def _own(call: VisitorCall, request_id: UUID, *, lock: bool = False) -> ServiceRequest:
    visitor_ids = await same_person_ids(call.work, call.visitor)
    return await find_own(call.work, request_id, visitor_ids, signed_contact_id(call.visitor), lock=lock)


async def _file(call: VisitorCall, request_id: UUID, file_id: UUID) -> File:
    await _own(call, request_id)
    return await file_of(call.work, request_id, file_id, for_applicant=True)
