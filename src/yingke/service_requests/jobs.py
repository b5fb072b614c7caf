"""Deferred work of service requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from yingke.identity import Workspace
from yingke.inboxes import settings_of
from yingke.kit.letters import PINE, Letter
from yingke.kit.work import Work
from yingke.service_requests.letters import applicant_message_id, letter_of
from yingke.service_requests.models import ServiceRequest, ServiceRequestMail, ServiceRequestStep
from yingke.service_requests.rows import request_value, step_value
from yingke.service_requests.signing import page_path, site_of
from yingke.service_requests.values import ServiceRequestValue

if TYPE_CHECKING:
    from yingke.wiring import Services


@dataclass(frozen=True, slots=True)
class _Composed:
    letter: Letter
    sender: str


async def mail_applicant(services: "Services", *, workspace_id: UUID, mail_id: str) -> None:
    """Repeated after it was cut off, receivers drop the second.

    Raises what the mail server refuses with, after writing it into the mail's row: the job comes back later.
    """
    async with services.ground.work_in(workspace_id) as work:
        mail = await work.find(ServiceRequestMail, UUID(mail_id))
        composed = await _compose(work, mail, services.settings.public_url) if mail and not mail.sent_at else None
    if mail is None or composed is None:
        return
    host = services.settings.mail_from.rpartition("@")[2]
    try:
        await services.mailer.send(
            to=mail.to,
            subject=composed.letter.subject,
            text=composed.letter.text,
            html=composed.letter.html,
            message_id=applicant_message_id(mail.id, services.settings.mail_from),
            thread=f"service-request.{mail.request_id}@{host}",
            sender_name=composed.sender,
        )
    except Exception as error:
        await _note(services, workspace_id, mail.id, composed.letter, error)
        raise
    await _note(services, workspace_id, mail.id, composed.letter, None)


async def _note(
    services: "Services", workspace_id: UUID, mail_id: UUID, letter: Letter, error: Exception | None
) -> None:
    async with services.ground.work_in(workspace_id) as work:
        mail = await work.find(ServiceRequestMail, mail_id, lock=True)
        if mail is not None:
            mail.subject = letter.subject
            mail.sent_at = work.now if error is None else None
            mail.error = str(error)[:500] if error else None


async def _compose(work: Work, mail: ServiceRequestMail, public_url: str) -> _Composed:
    request = await work.get(ServiceRequest, mail.request_id)
    step = await work.get(ServiceRequestStep, mail.step_id)
    site = await site_of(work, request)
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    settings = settings_of(site) if site else None
    name = site.name if site else workspace.name
    letter = letter_of(
        _as_it_was(request, step),
        step_value(step),
        site=name,
        color=settings.look.color if settings else PINE,
        time_zone=settings.hours.time_zone if settings else workspace.time_zone,
        link=f"{public_url}{page_path(site, request.id)}" if site else None,
    )
    return _Composed(letter, name)


def _as_it_was(request: ServiceRequest, step: ServiceRequestStep) -> ServiceRequestValue:
    """After this step, whatever was decided since."""
    value = request_value(request)
    outcome = step.details.get("outcome", "approved" if step.what == "meeting_moved" else value.state)
    meets_at = step.details.get("meets_at")
    return msgspec.structs.replace(
        value, state=outcome, meets_at=datetime.fromisoformat(meets_at) if meets_at else value.meets_at
    )
