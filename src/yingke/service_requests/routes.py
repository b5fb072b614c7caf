"""The HTTP door of service requests at the desk."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from yingke.files import serve_file, serve_thumb
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.service_requests import deciding, filing, forms, handing_over, handling, queries
from yingke.service_requests.applying import file_of
from yingke.service_requests.filing import Application, Handed
from yingke.service_requests.forms import FormValue, RequestForm
from yingke.service_requests.queries import Due, Scope, Shown
from yingke.service_requests.values import (
    Kind,
    Outcome,
    ServiceRequestCounts,
    ServiceRequestValue,
    ServiceRequestWhole,
)

router = APIRouter(route_class=WorkRoute, tags=["service requests"])

Reading = Annotated[Call, allowed("service_requests.read")]
Writing = Annotated[Call, allowed("service_requests.write")]
Deciding = Annotated[Call, allowed("service_requests.decide")]
Words = Annotated[CleanStr, Field(min_length=1, max_length=5_000)]
Answer = Annotated[CleanStr, Field(max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewServiceRequest(_Body):
    client_id: UUID
    kind: Kind
    contact_id: UUID | None = None
    conversation_id: UUID | None = None
    text: CleanStr = Field(default="", max_length=5_000)
    reason: Name = ""
    """The key of one of the form's."""
    fields: dict[Name, Answer] = Field(default_factory=dict, max_length=12)
    wishes: list[AwareDatetime] = Field(default_factory=list, max_length=5)
    attachment_ids: list[UUID] = Field(default_factory=list, max_length=10)
    email: Name = ""
    language: Literal["zh-CN", "zh-TW", "en"] | None = None
    """None: the applicant's."""
    owner_id: UUID | None = None
    team_id: UUID | None = None
    due_at: AwareDatetime | None = None


class ServiceRequestChange(_Body):
    """What is not given stays as it is."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    due_at: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in given.items() if name != "due_at" or value is not None}


class RequestWord(_Body):
    """`ask`: the request waits until the applicant has answered."""

    text: Words
    ask: bool = False


class RequestNote(_Body):
    text: Words


class RequestDecision(_Body):
    outcome: Outcome
    reason: Words
    meets_at: AwareDatetime | None = None


class MovedMeeting(_Body):
    meets_at: AwareDatetime
    reason: Words


class RequestsHandedOver(_Body):
    from_agent_id: UUID
    to_agent_id: UUID


class RequestsPassedOn(Value, frozen=True, kw_only=True):
    count: int


class ServiceRequests(Value, frozen=True, kw_only=True):
    items: list[ServiceRequestValue]
    next_cursor: str | None = None


class RequestForms(Value, frozen=True, kw_only=True):
    items: list[FormValue]


@router.get("/service-requests", summary="Requests, what is overdue and due first at the top")
async def list_requests(
    call: Reading,
    scope: Scope = "all",
    kind: Kind | None = None,
    state: Shown | None = None,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
    contact_id: UUID | None = None,
    due: Due | None = None,
    q: Name = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> ServiceRequests:
    items, following = await queries.list_requests(
        call.work,
        call.actor,
        scope=scope,
        kind=kind,
        state=state,
        owner_id=owner_id,
        team_id=team_id,
        contact_id=contact_id,
        due=due,
        text=q,
        limit=limit,
        cursor=cursor,
    )
    return ServiceRequests(items=items, next_cursor=following)


@router.get("/service-requests/counts", summary="How many are open, mine, of nobody, overdue")
async def count_requests(call: Reading) -> ServiceRequestCounts:
    return await queries.count_requests(call.work, call.actor)


@router.get("/service-requests/forms", summary="How each kind is asked for")
async def read_forms(call: Reading) -> RequestForms:
    found = await forms.forms_of(call.work)
    return RequestForms(items=[forms.form_value(kind, form) for kind, form in found.items()])


@router.put("/service-requests/forms/{kind}", summary="Change how a kind is asked for")
async def change_form(
    kind: Kind, body: RequestForm, call: Annotated[Call, allowed("service_requests.manage")]
) -> FormValue:
    return await forms.change_form(call.work, kind, body)


@router.post("/service-requests", status_code=201, summary="File a request for a contact")
async def file_request(body: NewServiceRequest, call: Writing) -> ServiceRequestValue:
    application = Application(
        client_id=body.client_id,
        kind=body.kind,
        text=body.text,
        reason=body.reason,
        fields=body.fields,
        wishes=body.wishes,
        attachment_ids=body.attachment_ids,
        email=body.email,
        language=body.language or "",
    )
    handed = Handed(owner_id=body.owner_id, team_id=body.team_id, due_at=body.due_at)
    return await filing.file_for_contact(
        call.work,
        call.actor,
        application,
        contact_id=body.contact_id,
        conversation_id=body.conversation_id,
        handed=handed,
    )


@router.post("/service-requests/hand-over", summary="Give a colleague all that another still has to do")
async def hand_over(body: RequestsHandedOver, call: Writing) -> RequestsPassedOn:
    count = await handing_over.hand_all_over(call.work, call.actor, body.from_agent_id, body.to_agent_id)
    return RequestsPassedOn(count=count)


@router.get("/service-requests/{request_id}", summary="A request and its history")
async def read_request(request_id: UUID, call: Reading) -> ServiceRequestWhole:
    return await queries.read_request(call.work, call.actor, request_id)


@router.patch("/service-requests/{request_id}", summary="Hand it to a colleague or a team, or move its due moment")
async def change_request(request_id: UUID, body: ServiceRequestChange, call: Writing) -> ServiceRequestValue:
    return await handling.change_request(call.work, call.actor, request_id, body.given())


@router.post("/service-requests/{request_id}/take", summary="Take it into work")
async def take_request(request_id: UUID, call: Writing) -> ServiceRequestValue:
    return await handling.take_request(call.work, call.actor, request_id)


@router.post("/service-requests/{request_id}/notes", summary="Note something for colleagues")
async def note(request_id: UUID, body: RequestNote, call: Writing) -> ServiceRequestValue:
    return await handling.note(call.work, call.actor, request_id, body.text)


@router.post("/service-requests/{request_id}/words", summary="Tell or ask the applicant something")
async def answer(request_id: UUID, body: RequestWord, call: Writing) -> ServiceRequestValue:
    await call.services.words.check_sent(call.actor.workspace_id, body.text)
    return await handling.answer(call.work, call.actor, request_id, body.text, ask=body.ask)


@router.post("/service-requests/{request_id}/decision", summary="Decide it, with the reason that the applicant reads")
async def decide(request_id: UUID, body: RequestDecision, call: Deciding) -> ServiceRequestValue:
    await call.services.words.check_sent(call.actor.workspace_id, body.reason)
    return await deciding.decide_request(
        call.work, call.actor, request_id, body.outcome, body.reason, meets_at=body.meets_at
    )


@router.post("/service-requests/{request_id}/meeting", summary="Move a confirmed appointment")
async def move_meeting(request_id: UUID, body: MovedMeeting, call: Deciding) -> ServiceRequestValue:
    await call.services.words.check_sent(call.actor.workspace_id, body.reason)
    return await deciding.move_meeting(call.work, call.actor, request_id, body.meets_at, body.reason)


@router.post("/service-requests/{request_id}/reopen", summary="Open it again")
async def reopen(request_id: UUID, body: RequestNote, call: Deciding) -> ServiceRequestValue:
    await call.services.words.check_sent(call.actor.workspace_id, body.text)
    return await deciding.reopen_request(call.work, call.actor, request_id, body.text)


@router.get("/conversations/{conversation_id}/service-requests", summary="What this contact has applied for")
async def requests_beside(conversation_id: UUID, call: Reading) -> ServiceRequests:
    return ServiceRequests(items=await queries.requests_beside(call.work, call.actor, conversation_id))


@router.get(
    "/service-requests/{request_id}/files/{file_id}/content", response_class=Response, summary="A file of a request"
)
async def content(
    request_id: UUID,
    file_id: UUID,
    call: Reading,
    download: bool = False,
    range: Annotated[str | None, Header()] = None,
) -> Response:
    await queries.request_for(call.work, call.actor, request_id)
    file = await file_of(call.work, request_id, file_id, for_applicant=False)
    return await serve_file(call.services.files, file, range_header=range, download=download)


@router.get(
    "/service-requests/{request_id}/files/{file_id}/thumb",
    response_class=Response,
    summary="An image of a request, small",
)
async def thumb(request_id: UUID, file_id: UUID, call: Reading) -> Response:
    await queries.request_for(call.work, call.actor, request_id)
    return await serve_thumb(call.services.files, await file_of(call.work, request_id, file_id, for_applicant=False))
