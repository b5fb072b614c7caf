"""Deferred work of service requests."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from yingke.identity import Workspace
from yingke.inboxes import Site, settings_of
from yingke.kit.letters import PINE
from yingke.kit.work import Work
from yingke.service_requests.letters import News, letter_of
from yingke.service_requests.models import ServiceRequest, ServiceRequestStep
from yingke.service_requests.rows import request_value
from yingke.service_requests.signing import page_path

if TYPE_CHECKING:
    from yingke.wiring import Services


async def mail_applicant(
    services: "Services", *, workspace_id: UUID, request_id: str, news: News, mail_id: str
) -> None:
    """Repeated after it was cut off, receivers drop the second: its Message-ID is that of `mail_id`."""
    async with services.ground.work_in(workspace_id) as work:
        request = await work.find(ServiceRequest, UUID(request_id))
        workspace = await work.rows.get_one(Workspace, workspace_id)
        site = await _site_of(work, request) if request else None
        said = await _last_said(work, request, news) if request else ""
    if request is None or not request.email:
        return
    settings = settings_of(site) if site else None
    name = site.name if site else workspace.name
    letter = letter_of(
        news,
        request_value(request),
        said=said,
        site=name,
        color=settings.look.color if settings else PINE,
        time_zone=settings.hours.time_zone if settings else workspace.time_zone,
        link=f"{services.settings.public_url}{page_path(site, request.id)}" if site else None,
    )
    host = services.settings.mail_from.rpartition("@")[2]
    await services.mailer.send(
        to=request.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"service-request.{mail_id}@{host}",
        thread=f"service-request.{request.id}@{host}",
        sender_name=name,
    )


async def _site_of(work: Work, request: ServiceRequest) -> Site | None:
    """Whose page shows it: the site it came from, else the first one there is."""
    if request.site_id is not None:
        return await work.find(Site, request.site_id)
    first = select(Site).where(Site.workspace_id == work.workspace_id).order_by(Site.id).limit(1)
    return (await work.scalars(first)).one_or_none()


async def _last_said(work: Work, request: ServiceRequest, news: News) -> str:
    steps = select(ServiceRequestStep.text).where(
        ServiceRequestStep.workspace_id == work.workspace_id,
        ServiceRequestStep.request_id == request.id,
        ServiceRequestStep.what == news,
        ServiceRequestStep.by == "agent",
    )
    return (await work.scalars(steps.order_by(ServiceRequestStep.id.desc()).limit(1))).first() or ""
