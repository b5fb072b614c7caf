"""Giving all that somebody still has to do to a colleague."""

from uuid import UUID

from sqlalchemy import and_, or_, select

from yingke.identity import Actor, Scope
from yingke.kit.work import Work
from yingke.service_requests.colleagues import require_colleague
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.rows import goes_on, sees_request
from yingke.service_requests.telling import note_step


async def hand_all_over(work: Work, actor: Actor, from_id: UUID, to_id: UUID) -> int:
    """What `from_id` still has to do is `to_id`'s now: how many. Raises Forbidden, Invalid naming `to_agent_id`.

    Of somebody else it is what the actor sees, in the teams in which they may do that.
    """
    if actor.agent_id != from_id:
        actor.require("service_requests.pass_on")
    heir_id = await require_colleague(work, to_id, "to_agent_id")
    count = 0
    for request in await _still_to_do(work, from_id):
        if actor.agent_id == from_id or _may_pass_on(actor, request):
            await _pass_on(work, actor, request, heir_id)
            count += 1
    return count


async def pass_on(work: Work, actor: Actor, from_id: UUID, to_id: UUID) -> None:
    """All that `from_id` still has to do, for one who was asked for the right to it already."""
    for request in await _still_to_do(work, from_id):
        await _pass_on(work, actor, request, to_id)


def _may_pass_on(actor: Actor, request: ServiceRequest) -> bool:
    return actor.may("service_requests.pass_on", Scope(request.team_id, request.site_id)) and sees_request(
        actor, request
    )


async def _still_to_do(work: Work, owner_id: UUID) -> list[ServiceRequest]:
    """Locked in order of id; what was taken or settled until the lock was had is left out."""
    undone = select(ServiceRequest.id).where(
        ServiceRequest.workspace_id == work.workspace_id,
        ServiceRequest.owner_id == owner_id,
        or_(
            ServiceRequest.is_open,
            and_(ServiceRequest.state == "approved", ServiceRequest.meets_at > work.now),
        ),
    )
    ids = list(await work.scalars(undone.order_by(ServiceRequest.id)))
    rows = [await work.get(ServiceRequest, id, lock=True) for id in ids]
    return [row for row in rows if row.owner_id == owner_id and goes_on(row, work.now)]


async def _pass_on(work: Work, actor: Actor, request: ServiceRequest, to_id: UUID) -> None:
    before, request.owner_id = request.owner_id, to_id
    details = {"from": str(before), "to": str(to_id)}
    await note_step(work, request, "handed_over", actor, details=details, owner_id_before=before)
