"""From rows to values, and who may see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, or_, true

from yingke.files import FileValue
from yingke.identity import Actor
from yingke.service_requests.models import ServiceRequest, ServiceRequestStep
from yingke.service_requests.values import Answer, OwnRequest, OwnStep, ServiceRequestValue, StepValue

_FILES = "/api/v1/service-requests/{request_id}/files/{file_id}"


def sees_request(actor: Actor, request: ServiceRequestValue | ServiceRequest) -> bool:
    """The owner; of the actor's sites, who sees all, and everybody for a request of no team or of one of their teams."""
    if request.owner_id == actor.agent_id:
        return True
    in_sight = actor.sees_all or request.team_id is None or request.team_id in actor.team_ids
    return in_sight and actor.sees_site(request.site_id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The rule of `sees_request`, on rows."""
    in_sight: list[ColumnElement[bool]] = []
    if not actor.sees_all:
        in_sight.append(or_(ServiceRequest.team_id.is_(None), ServiceRequest.team_id.in_(actor.team_ids)))
    if actor.only_site_ids is not None:
        in_sight.append(ServiceRequest.site_id.in_(actor.only_site_ids))
    mine = ServiceRequest.owner_id == actor.agent_id
    return and_(ServiceRequest.workspace_id == actor.workspace_id, or_(mine, and_(true(), *in_sight)))


def request_value(row: ServiceRequest) -> ServiceRequestValue:
    shown: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return ServiceRequestValue(
        answers=msgspec.convert(row.answers, list[Answer]),
        files=_desk_files(row.id, row.files),
        wishes=[datetime.fromisoformat(each) for each in row.wishes],
        **shown,
    )


def step_value(row: ServiceRequestStep) -> StepValue:
    shown: dict[str, Any] = {
        name: getattr(row, name) for name in ("id", "at", "by", "agent_id", "what", "text", "shown", "details")
    }
    return StepValue(files=_desk_files(row.request_id, row.files), **shown)


def own_request(row: ServiceRequest, steps: list[ServiceRequestStep], now: datetime) -> OwnRequest:
    """`steps`: all of the request, oldest first; what is not for the applicant is left out here."""
    shown: dict[str, Any] = {name: getattr(row, name) for name in _OWN}
    return OwnRequest(
        answers=msgspec.convert(row.answers, list[Answer]),
        files=msgspec.convert(row.files, list[FileValue]),
        wishes=[datetime.fromisoformat(each) for each in row.wishes],
        steps=[_own_step(step) for step in steps if step.shown],
        withdrawable=goes_on(row, now),
        open=row.is_open,
        **shown,
    )


def goes_on(row: ServiceRequest, now: datetime) -> bool:
    """While it is open, and an appointment until it takes place."""
    return row.is_open or (row.state == "approved" and row.meets_at is not None and row.meets_at > now)


def _own_step(step: ServiceRequestStep) -> OwnStep:
    what: Any = step.what
    files = msgspec.convert(step.files, list[FileValue])
    return OwnStep(at=step.at, own=step.by == "applicant", what=what, text=step.text, files=files)


def _desk_files(request_id: UUID, files: list[dict[str, Any]]) -> list[FileValue]:
    """Files with the addresses at which agents who see the request read them."""
    shown = []
    for file in msgspec.convert(files, list[FileValue]):
        url = _FILES.format(request_id=request_id, file_id=file.id)
        thumb = f"{url}/thumb" if file.kind == "image" else None
        shown.append(msgspec.structs.replace(file, url=f"{url}/content", thumb_url=thumb))
    return shown


_COMPUTED = {"answers", "files", "wishes"}
_PLAIN = [name for name in ServiceRequestValue.__struct_fields__ if name not in _COMPUTED]
_OWN = [name for name in OwnRequest.__struct_fields__ if name not in _COMPUTED | {"steps", "withdrawable", "open"}]
