"""What time does to requests: a reminder before they are due, an escalation after, a reminder of an appointment."""

from sqlalchemy import select

from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.telling import alarm, note_step

AT_ONCE = 200


async def look_at_all_due(ground: Ground) -> None:
    """For a timer: what is to be reminded of, or overdue, in every workspace."""
    await in_each(
        ground, lambda work: select(ServiceRequest.workspace_id).where(ServiceRequest.look_at <= work.now), look_at_due
    )


async def look_at_due(work: Work) -> None:
    due = select(ServiceRequest.id).where(
        ServiceRequest.workspace_id == work.workspace_id, ServiceRequest.look_at <= work.now
    )
    for id in list(await work.scalars(due.order_by(ServiceRequest.id).limit(AT_ONCE))):
        request = await work.find(ServiceRequest, id, lock=True)
        if request is not None and request.look_at is not None and request.look_at <= work.now:
            await _look(work, request)


async def _look(work: Work, request: ServiceRequest) -> None:
    if request.state == "approved":
        await _remind_of_meeting(work, request)
    elif not request.is_open:
        request.look_at = None
    elif request.due_at <= work.now:
        request.look_at = None
        alarm(work, "overdue", await note_step(work, request, "overdue", "system"))
    else:
        request.look_at = request.due_at
        alarm(work, "soon", await note_step(work, request, "reminded", "system"))


async def _remind_of_meeting(work: Work, request: ServiceRequest) -> None:
    request.look_at = None
    if request.meeting_reminded or request.meets_at is None:
        return
    request.meeting_reminded = True
    alarm(work, "meeting", await note_step(work, request, "meeting_reminded", "system", shown=True, mailed=True))
