"""Writing down what was done about a request, and telling those whom it concerns."""

from typing import Literal
from uuid import UUID

import msgspec

from yingke.files import FileValue
from yingke.identity import Actor
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.service_requests.facts import ServiceRequestAlarm, ServiceRequestChanged
from yingke.service_requests.models import ServiceRequest, ServiceRequestStep
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
    details: dict[str, str] | None = None,
    files: list[FileValue] | None = None,
    owner_id_before: UUID | None = None,
    team_id_before: UUID | None = None,
) -> ServiceRequestValue:
    """Put a step into the history of `request`, and announce what became of it."""
    request.changed_at = work.now
    work.add(
        ServiceRequestStep(
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
    )
    await work.flush()
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


def alarm(
    work: Work, stage: Literal["filed", "said", "soon", "overdue", "meeting"], request: ServiceRequestValue
) -> None:
    work.tell(ServiceRequestAlarm(workspace_id=work.workspace_id, stage=stage, request=request))


def mail_applicant(
    work: Work, request: ServiceRequest, news: Literal["filed", "asked", "said", "decided", "meeting"]
) -> None:
    """Have the applicant told by mail, where an address was given."""
    if request.email:
        work.defer("mail_applicant", request_id=request.id, news=news, mail_id=new_id())
