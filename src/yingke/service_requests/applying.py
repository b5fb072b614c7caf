"""What applicants see of their requests, and may do about them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from yingke.contacts import merged_ids
from yingke.files import File, FileNotYours, Uploader, claim_for_request
from yingke.kit.work import Work
from yingke.service_requests.errors import RequestClosed, RequestMissing
from yingke.service_requests.models import ServiceRequest, ServiceRequestStep
from yingke.service_requests.moments import go_on, hours_of
from yingke.service_requests.rows import goes_on, own_request
from yingke.service_requests.telling import alarm, note_step
from yingke.service_requests.values import OwnRequest

MOST_SHOWN = 50


async def requests_of(work: Work, visitor_ids: Collection[UUID], contact_id: UUID | None) -> list[OwnRequest]:
    """Of these browsers and, when the shop signed who it is, of the contact; newest first."""
    contact_ids = await merged_ids(work, contact_id) if contact_id is not None else []
    theirs = or_(ServiceRequest.visitor_id.in_(visitor_ids), ServiceRequest.contact_id.in_(contact_ids))
    query = select(ServiceRequest).where(ServiceRequest.workspace_id == work.workspace_id, theirs)
    rows = list(await work.all(query.order_by(ServiceRequest.id.desc()).limit(MOST_SHOWN)))
    steps = await _steps_of(work, [row.id for row in rows])
    return [own_request(row, [step for step in steps if step.request_id == row.id], work.now) for row in rows]


async def own(work: Work, request: ServiceRequest) -> OwnRequest:
    return own_request(request, await _steps_of(work, [request.id]), work.now)


async def find_own(
    work: Work, request_id: UUID, visitor_ids: Collection[UUID], contact_id: UUID | None, *, lock: bool = False
) -> ServiceRequest:
    """With `lock`, kept from others until the commit. Raises RequestMissing for what is somebody else's."""
    request = await work.find(ServiceRequest, request_id, lock=lock)
    if request is None:
        raise RequestMissing
    signed = contact_id is not None and request.contact_id in await merged_ids(work, contact_id)
    if request.visitor_id not in visitor_ids and not signed:
        raise RequestMissing
    return request


async def add_word(
    work: Work, request: ServiceRequest, text: str, attachment_ids: Sequence[UUID] = (), visitor_id: UUID | None = None
) -> None:
    """The applicant says something more; a request that waited for it goes on. Raises RequestClosed, FileNotYours."""
    if not request.is_open:
        raise RequestClosed
    uploader = Uploader("visitor", visitor_id or request.id)
    files = await claim_for_request(work, attachment_ids, uploader, request.id)
    if request.state == "waiting":
        request.state = "in_work"
        go_on(work, request, await hours_of(work, request))
    value = await note_step(work, request, "said", "applicant", text=text.strip(), shown=True, files=files)
    alarm(work, "said", value)


async def withdraw(work: Work, request: ServiceRequest, reason: str = "") -> None:
    """The applicant takes it back; doing it again changes nothing. Raises RequestClosed when it was decided."""
    if request.state == "withdrawn":
        return
    if not goes_on(request, work.now):
        raise RequestClosed
    request.state, request.look_at, request.waiting_since = "withdrawn", None, None
    value = await note_step(work, request, "withdrawn", "applicant", text=reason.strip(), shown=True)
    alarm(work, "said", value)


async def file_of(work: Work, request_id: UUID, file_id: UUID, *, for_applicant: bool) -> File:
    """A file of the request, whose reader was checked; an applicant reads those that are shown. Raises FileNotYours."""
    file = await work.find(File, file_id)
    if file is None or file.service_request_id != request_id:
        raise FileNotYours
    if for_applicant:
        carried = ServiceRequestStep.files.contains([{"id": str(file_id)}])
        hidden = select(ServiceRequestStep.id).where(
            ServiceRequestStep.workspace_id == work.workspace_id,
            ServiceRequestStep.request_id == request_id,
            ServiceRequestStep.shown.is_(False),
            carried,
        )
        if (await work.scalars(hidden.limit(1))).first() is not None:
            raise FileNotYours
    return file


async def _steps_of(work: Work, ids: Collection[UUID]) -> list[ServiceRequestStep]:
    query = select(ServiceRequestStep).where(
        ServiceRequestStep.workspace_id == work.workspace_id,
        ServiceRequestStep.request_id.in_(ids),
    )
    return list(await work.all(query.order_by(ServiceRequestStep.id)))
