"""The doors of the pages for applicants: what may be applied for, the form, and how a request stands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Response
from fastapi.responses import RedirectResponse

from yingke.channels.applying.filing import file_for_visitor, masked, offered_forms, tell_alerted
from yingke.channels.applying.pages import Shown, language, page, time_zone
from yingke.channels.applying.words import words
from yingke.channels.webchat.doors import SiteCall, of_site
from yingke.files import (
    FileDamaged,
    FileTooLarge,
    FileTypeRefused,
    Stored,
    Uploader,
    add_file,
    serve_file,
    store_upload,
)
from yingke.files.uploading import read_form
from yingke.identity import WorkRoute
from yingke.kit.errors import Invalid, Missing, Refusal, Throttled
from yingke.kit.ids import new_id
from yingke.kit.text import clean
from yingke.kit.work import Work
from yingke.service_requests.applying import add_word, file_of, own, withdraw
from yingke.service_requests.filing import Application
from yingke.service_requests.forms import OfferedForm
from yingke.service_requests.signing import page_path, signed_request
from yingke.service_requests.values import Kind
from yingke.visitors import Visitor, VisitorIsBlocked, greet_visitor, is_blocked, network_is_blocked

router = APIRouter(route_class=WorkRoute, include_in_schema=False)

_Call = Annotated[SiteCall, of_site()]
_MOST_FILES = 5
_LONGEST = {"text": 5_000, "name": 120, "email": 254}
_BAD_FILES = (FileDamaged, FileTooLarge, FileTypeRefused)


@router.get("/w/{key}/requests")
async def kinds(call: _Call) -> Response:
    speak = words(language(call))
    forms = await offered_forms(call, language(call))
    values = {"forms": forms, "base": f"/w/{call.site.key}/requests"}
    return page(call, Shown(template="kinds.html", title=speak["title"], values=values))


@router.get("/w/{key}/requests/new/{kind}")
async def show(kind: Kind, call: _Call) -> Response:
    return _form(call, await _offered(call, kind), _given({}))


@router.post("/w/{key}/requests/new/{kind}")
async def send(kind: Kind, call: _Call) -> Response:
    form = await _offered(call, kind)
    speak = words(language(call))
    given = _given({})
    try:
        async with call.work.at_rest():
            fields, uploads = await read_form(
                call.request, call.services.settings.largest_upload, most_files=_MOST_FILES
            )
            given = _given(fields)
            if fields.get("website"):
                return RedirectResponse(f"/w/{call.site.key}/requests", 303)  # a robot filled in what people do not see
            call.services.rates.request.require(call.address)
            stored = [await store_upload(call.services.files, upload) for upload in uploads]
            async with call.services.ground.work_in(call.site.workspace_id) as work:
                path = await _file(call, work, form, given, stored)
    except Throttled as throttled:
        problems = {"": speak["too_many"]}
        return _form(call, form, given, problems, status=429, retry_after=throttled.retry_after)
    except VisitorIsBlocked:
        return _form(call, form, given, {"": speak["blocked"]}, status=403)
    except Refusal as refusal:
        return _form(call, form, given, _problem(speak, form, refusal), status=422)
    return RedirectResponse(f"{path}?sent=true", 303)


@router.get("/w/{key}/requests/{request_id}/{signature}")
async def look(request_id: UUID, signature: str, call: _Call, sent: bool = False) -> Response:
    return await _stands(call, request_id, signature, sent=sent)


@router.post("/w/{key}/requests/{request_id}/{signature}")
async def act(request_id: UUID, signature: str, call: _Call) -> Response:
    speak = words(language(call))
    row = await signed_request(call.work, call.site, request_id, signature)
    applicant = await call.work.find(Visitor, row.visitor_id) if row.visitor_id else None
    blocked = await network_is_blocked(call.work, call.address)
    blocked = blocked or (applicant is not None and await is_blocked(call.work, applicant))
    try:
        async with call.work.at_rest():
            fields, uploads = await read_form(
                call.request, call.services.settings.largest_upload, most_files=_MOST_FILES
            )
            call.services.rates.request.require(call.address)
            if blocked and fields.get("act") != "withdraw":
                raise VisitorIsBlocked
            stored = [await store_upload(call.services.files, upload) for upload in uploads]
            async with call.services.ground.work_in(call.site.workspace_id) as work:
                await _act(call, work, request_id, signature, fields, stored)
    except Throttled:
        return await _stands(call, request_id, signature, problem=speak["too_many"], status=429)
    except VisitorIsBlocked:
        return await _stands(call, request_id, signature, problem=speak["blocked"], status=403)
    except _BAD_FILES:
        return await _stands(call, request_id, signature, problem=speak["bad_files"], status=422)
    except Refusal:
        return await _stands(call, request_id, signature, problem=speak["bad"], status=422)
    return RedirectResponse(page_path(call.site, request_id), 303)


@router.get("/w/{key}/requests/{request_id}/{signature}/files/{file_id}", response_class=Response)
async def file(
    request_id: UUID,
    signature: str,
    file_id: UUID,
    call: _Call,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    await signed_request(call.work, call.site, request_id, signature)
    found = await file_of(call.work, request_id, file_id, for_applicant=True)
    return await serve_file(call.services.files, found, range_header=range)


async def _offered(call: SiteCall, kind: Kind) -> OfferedForm:
    """Raises Missing for a kind that is not taken here."""
    found = next((form for form in await offered_forms(call, language(call)) if form.kind == kind), None)
    if found is None:
        raise Missing
    return found


async def _file(call: SiteCall, work: Work, form: OfferedForm, given: Mapping[str, str], stored: list[Stored]) -> str:
    greeted = await greet_visitor(
        work,
        call.site,
        token=None,
        page_url=call.request.headers.get("referer", ""),
        language=language(call),
        user_agent=call.request.headers.get("user-agent", ""),
        address=call.address,
    )
    uploader = Uploader("visitor", greeted.visitor.id)
    files = [await add_file(work, each, uploader) for each in stored]
    application = Application(
        client_id=UUID(given["client_id"]),
        kind=form.kind,
        text=given["text"],
        reason=given["reason"],
        fields={field.key: given.get(f"f-{field.key}", "") for field in form.fields},
        wishes=[_moment(call, given[name]) for name in ("wish-1", "wish-2", "wish-3") if given.get(name)],
        attachment_ids=[each.id for each in files],
        name=given["name"],
        email=given["email"],
        language=language(call),
    )
    row = await file_for_visitor(work, call, greeted.visitor, application, source="help_centre")
    return page_path(call.site, row.id)


async def _act(
    call: SiteCall, work: Work, request_id: UUID, signature: str, fields: Mapping[str, str], stored: list[Stored]
) -> None:
    row = await signed_request(work, call.site, request_id, signature, lock=True)
    if fields.get("act") == "withdraw":
        if fields.get("sure") == "yes":
            await withdraw(work, row)
        return
    said = clean(fields.get("text", ""))[: _LONGEST["text"]]
    if not said.strip() and not stored:
        raise Invalid("Write a word, or add a file.", field="text")
    text, alerted = await masked(call, said)
    uploader_id = row.visitor_id or row.id
    files = [await add_file(work, each, Uploader("visitor", uploader_id)) for each in stored]
    await add_word(work, row, text, [each.id for each in files], uploader_id)
    tell_alerted(work, row, alerted, row.visitor_id)


async def _stands(
    call: SiteCall, request_id: UUID, signature: str, *, sent: bool = False, problem: str = "", status: int = 200
) -> Response:
    row = await signed_request(call.work, call.site, request_id, signature)
    shown = await own(call.work, row)
    values = {"request": shown, "sent": sent, "base": page_path(call.site, request_id)}
    problems = {"": problem} if problem else {}
    title = f"{words(language(call))[shown.kind]} #{shown.number}"
    return page(call, Shown(template="request.html", title=title, values=values, problems=problems, status=status))


def _form(
    call: SiteCall,
    form: OfferedForm,
    given: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    retry_after: float | None = None,
) -> Response:
    shown = Shown(
        template="form.html",
        title=words(language(call))[form.kind],
        values={"form": form, "given": given},
        problems=problems or {},
        status=status,
    )
    return page(call, replace(shown, retry_after=retry_after))


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, bounded; a form that is shown for the first time gets its id here."""
    given = {"reason": "", "text": "", "name": "", "email": ""}
    given |= {key: clean(value)[: _LONGEST.get(key, 500)] for key, value in fields.items()}
    try:
        given["client_id"] = str(UUID(fields.get("client_id", "")))
    except ValueError:
        given["client_id"] = str(new_id())
    return given


def _moment(call: SiteCall, text: str) -> datetime:
    """Raises Invalid."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=time_zone(call))
    except ValueError as error:
        raise Invalid("Choose a day and a time.", field="wishes") from error


def _problem(speak: Mapping[str, str], form: OfferedForm, refusal: Refusal) -> dict[str, str]:
    """The field that is wrong, in the words of the page."""
    field: Any = refusal.field or ""
    if isinstance(refusal, _BAD_FILES):
        return {"files": speak["bad_files"]}
    if field.startswith("fields."):
        asked = next((each.label for each in form.fields if f"fields.{each.key}" == field), "")
        return {field: speak["bad_field"].format(field=asked)}
    return {field: speak[f"bad_{field}"] if field in ("text", "email", "wishes") else speak["bad"]}
