"""The decision, with its reason; and opening again what was decided."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.work import Work
from yingke.service_requests.colleagues import is_here
from yingke.service_requests.errors import RequestOpen
from yingke.service_requests.forms import form_of
from yingke.service_requests.handling import locked_for, open_for
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.moments import begin, require_ahead
from yingke.service_requests.telling import note_step
from yingke.service_requests.values import Kind, Outcome, ServiceRequestValue

OUTCOMES: Final[dict[str, tuple[Outcome, ...]]] = {
    "access": ("approved", "refused"),
    "complaint": ("settled", "refused"),
    "appointment": ("approved", "refused"),
}


async def decide_request(
    work: Work, actor: Actor, request_id: UUID, outcome: Outcome, reason: str, *, meets_at: datetime | None = None
) -> ServiceRequestValue:
    """`reason` is what the applicant reads. An approved appointment has its moment, `meets_at`.

    Raises RequestMissing, RequestClosed, Forbidden, Invalid naming the field.
    """
    request = await open_for(work, actor, request_id, "service_requests.decide")
    if outcome not in OUTCOMES[request.kind]:
        raise Invalid("A request of this kind does not end so.", field="outcome")
    if not reason.strip():
        raise Invalid("Give the reason: the applicant reads it.", field="reason")
    details = {"outcome": str(outcome)}
    request.look_at = request.waiting_since = None
    if request.kind == "appointment" and outcome == "approved":
        await _set_meeting(work, request, meets_at)
        details["meets_at"] = request.meets_at.isoformat() if request.meets_at else ""
    request.state, request.decision = outcome, reason.strip()
    request.decided_by, request.decided_at = actor.agent_id, work.now
    request.owner_id = request.owner_id or actor.agent_id
    return await note_step(
        work, request, "decided", actor, text=request.decision, shown=True, mailed=True, details=details
    )


async def move_meeting(
    work: Work, actor: Actor, request_id: UUID, meets_at: datetime, reason: str
) -> ServiceRequestValue:
    """A confirmed appointment takes place at another moment. Raises RequestMissing, RequestOpen, Forbidden, Invalid."""
    request = await locked_for(work, actor, request_id, "service_requests.decide")
    if request.state != "approved" or request.meets_at is None:
        raise RequestOpen("Confirm the appointment first.")
    await _set_meeting(work, request, meets_at)
    details = {"meets_at": meets_at.isoformat()}
    return await note_step(work, request, "meeting_moved", actor, text=reason, shown=True, mailed=True, details=details)


async def reopen_request(work: Work, actor: Actor, request_id: UUID, reason: str) -> ServiceRequestValue:
    """It is in work again, with the time that its kind allows. Raises RequestMissing, RequestOpen, Forbidden."""
    request = await locked_for(work, actor, request_id, "service_requests.decide")
    if request.is_open:
        raise RequestOpen
    request.state, request.meets_at = "in_work", None
    before = request.owner_id
    request.decision, request.decided_at, request.decided_by = "", None, None
    if request.owner_id is None or not await is_here(work, request.owner_id):
        request.owner_id = actor.agent_id
    await begin(work, request)
    return await note_step(work, request, "reopened", actor, text=reason, shown=True, owner_id_before=before)


async def _set_meeting(work: Work, request: ServiceRequest, meets_at: datetime | None) -> None:
    if meets_at is None:
        raise Invalid("Choose the time of the appointment.", field="meets_at")
    require_ahead(work, meets_at, "meets_at")
    form = await form_of(work, _kind(request))
    request.meets_at, request.meeting_reminded = meets_at, False
    request.look_at = max(meets_at - timedelta(minutes=form.remind_minutes), work.now)


def _kind(request: ServiceRequest) -> Kind:
    return request.kind  # type: ignore[return-value] # the column holds nothing else
