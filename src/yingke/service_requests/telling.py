"""Writing down what was done about a request, and telling those whom it concerns."""

from typing import Literal
from uuid import UUID

import msgspec

from yingke.files import FileValue
from yingke.identity import Actor
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.service_requests.facts import ServiceRequestAlarm, ServiceRequestChanged
from yingke.service_requests.models import ServiceRequest, ServiceRequestMail, ServiceRequestStep
from yingke.service_requests.rows import request_value
from yingke.service_requests.values import ServiceRequestValue, What


async def note_step(
    work: Work,
    request: ServiceRequest,
    what: What,
    by: Actor | Literal["applicant", "system"],
    *,
    text: str = "",
    shown: bool = False,
    mailed: bool = False,
    details: dict[str, str] | None = None,
    files: list[FileValue] | None = None,
    owner_id_before: UUID | None = None,
    team_id_before: UUID | None = None,
) -> ServiceRequestValue:
    """Put a step into the history of `request`, and announce what became of it.

    `mailed`: the applicant is told of it by mail, where an address was given.
    """
    request.changed_at = work.now
    step = ServiceRequestStep(
        id=new_id(),
        request_id=request.id,
        at=work.now,
        by=by if isinstance(by, str) else "agent",
        agent_id=None if isinstance(by, str) else by.agent_id,
        what=what,
        text=text,
        shown=shown,
        details=details or {},
        files=msgspec.to_builtins(files or []),
    )
    work.add(step)
    await work.flush()
    if mailed and request.email:
        _mail(work, request, step)
    value = request_value(request)
    work.tell(
        ServiceRequestChanged(
            workspace_id=work.workspace_id,
            request=value,
            what=what,
            owner_id_before=owner_id_before,
            team_id_before=team_id_before,
        )
    )
    return value


def _mail(work: Work, request: ServiceRequest, step: ServiceRequestStep) -> None:
    mail = ServiceRequestMail(
        id=new_id(), request_id=request.id, step_id=step.id, to=request.email, created_at=work.now
    )
    work.add(mail)
    work.defer("mail_applicant", mail_id=mail.id)


def alarm(
    work: Work, stage: Literal["filed", "said", "soon", "overdue", "meeting"], request: ServiceRequestValue
) -> None:
    work.tell(ServiceRequestAlarm(workspace_id=work.workspace_id, stage=stage, request=request))
