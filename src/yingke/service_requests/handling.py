"""What agents do about a request until it is decided."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from yingke.identity import Actor, Scope
from yingke.kit.work import Work
from yingke.service_requests.colleagues import require_colleague, require_team
from yingke.service_requests.errors import RequestClosed, RequestMissing
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.moments import go_on, hours_of, require_ahead, set_due, stop_clock
from yingke.service_requests.rows import request_value, sees_request
from yingke.service_requests.telling import alarm, note_step
from yingke.service_requests.values import ServiceRequestValue


async def take_request(work: Work, actor: Actor, request_id: UUID) -> ServiceRequestValue:
    """It is the actor's from now on, and in work. Doing it again changes nothing. Raises RequestMissing, RequestClosed."""
    request = await open_for(work, actor, request_id)
    if request.owner_id == actor.agent_id and request.state == "in_work":
        return request_value(request)
    before, request.owner_id = request.owner_id, actor.agent_id
    if request.state == "new":
        request.state = "in_work"
    return await note_step(work, request, "taken", actor, shown=True, owner_id_before=before)


async def change_request(work: Work, actor: Actor, request_id: UUID, change: dict[str, Any]) -> ServiceRequestValue:
    """`change` holds some of `owner_id`, `team_id` (None: of no team) and `due_at`.

    Raises RequestMissing, RequestClosed, Forbidden, Invalid naming the field.
    """
    request = await open_for(work, actor, request_id)
    if "due_at" in change and change["due_at"] != request.due_at:
        await _move_due(work, actor, request, change["due_at"])
    if change.keys() & {"owner_id", "team_id"}:
        await _hand_over(work, actor, request, change)
    return request_value(request)


async def note(work: Work, actor: Actor, request_id: UUID, text: str) -> ServiceRequestValue:
    """For colleagues only, also after the decision. Raises RequestMissing."""
    request = await locked_for(work, actor, request_id)
    return await note_step(work, request, "noted", actor, text=text)


async def answer(work: Work, actor: Actor, request_id: UUID, text: str, *, ask: bool) -> ServiceRequestValue:
    """Tell the applicant something; with `ask` the request waits for what they say. Raises RequestMissing, RequestClosed."""
    request = await open_for(work, actor, request_id)
    request.owner_id = request.owner_id or actor.agent_id
    what: Literal["asked", "said"] = "asked" if ask else "said"
    if ask:
        request.state = "waiting"
        stop_clock(work, request)
    elif request.state == "new":
        request.state = "in_work"
    return await note_step(work, request, what, actor, text=text, shown=True, mailed=True)


async def locked_for(
    work: Work, actor: Actor, request_id: UUID, permission: str = "service_requests.write"
) -> ServiceRequest:
    """Kept from others until the commit. Whose it is may do all of it; others where they may, in its team.

    Raises RequestMissing, Forbidden.
    """
    request = await work.find(ServiceRequest, request_id, lock=True)
    if request is None or not sees_request(actor, request):
        raise RequestMissing
    if request.owner_id != actor.agent_id:
        actor.require(permission, Scope(request.team_id, request.site_id))
    return request


async def open_for(
    work: Work, actor: Actor, request_id: UUID, permission: str = "service_requests.write"
) -> ServiceRequest:
    """Like `locked_for`, one that is not closed. Raises RequestClosed."""
    request = await locked_for(work, actor, request_id, permission)
    if not request.is_open:
        raise RequestClosed
    return request


async def _move_due(work: Work, actor: Actor, request: ServiceRequest, due_at: datetime) -> None:
    require_ahead(work, due_at)
    hours = await hours_of(work, request)
    go_on(work, request, hours)
    set_due(work, request, due_at, hours)
    if request.state == "waiting":
        stop_clock(work, request)
    await note_step(work, request, "due_moved", actor, shown=True, details={"due_at": due_at.isoformat()})


async def _hand_over(work: Work, actor: Actor, request: ServiceRequest, change: dict[str, Any]) -> None:
    before, team_before = request.owner_id, request.team_id
    if "team_id" in change:
        team_id = change["team_id"]
        request.team_id = await require_team(work, team_id) if team_id is not None else None
    if "owner_id" in change:
        owner_id = change["owner_id"]
        request.owner_id = await require_colleague(work, owner_id) if owner_id is not None else None
    if (request.owner_id, request.team_id) == (before, team_before):
        return
    details = {"from": str(before or ""), "to": str(request.owner_id or ""), "team": str(request.team_id or "")}
    value = await note_step(
        work, request, "handed_over", actor, details=details, owner_id_before=before, team_id_before=team_before
    )
    if request.owner_id != actor.agent_id:
        alarm(work, "filed", value)
