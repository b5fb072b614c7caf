"""What visitors of the shop applied for: one of each kind, at different stages."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.inboxes.editing import change_site
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.service_requests.applying import add_word
from yingke.service_requests.deciding import decide_request
from yingke.service_requests.filing import Application, file_request
from yingke.service_requests.first_forms import FIRST
from yingke.service_requests.forms import RequestForm, change_form
from yingke.service_requests.handling import answer, change_request, note
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.values import KINDS
from yingke.visitors import Visitor


async def write_requests(ground: Ground, company: Company, owner: Actor, now: datetime) -> None:
    """Filed by the visitors of the newest conversations, at their times."""
    clock = FixedClock(now)
    then = Ground(ground.engine, ground.outbox, clock)
    async with then.work_in(company.workspace_id) as work:
        shown = {"requests": {"enabled": True, "promises": True}}
        await change_site(work, company.site_id, settings=shown)
        for kind in KINDS:
            form = RequestForm.model_validate(FIRST[kind] | {"enabled": True, "owner_id": owner.agent_id})
            await change_form(work, kind, form)
        talks = select(Conversation.visitor_id).where(
            Conversation.workspace_id == company.workspace_id, Conversation.visitor_id.is_not(None)
        )
        newest = talks.order_by(Conversation.last_message_at.desc()).limit(20)
        visitors = list(dict.fromkeys(id for id in await work.scalars(newest) if id is not None))
    for visitor_id, told in zip(visitors, sample("requests")["requests"], strict=False):
        clock.advance(now - timedelta(hours=told["filed"]) - clock.now())
        request_id = await _file(then, company, visitor_id, told)
        clock.advance(timedelta(hours=told.get("after", 0)))
        await _go_on(then, company, owner, request_id, told)


async def _file(ground: Ground, company: Company, visitor_id: UUID, told: dict[str, Any]) -> UUID:
    async with ground.work_in(company.workspace_id) as work:
        visitor = await work.get(Visitor, visitor_id)
        application = Application(
            client_id=new_id(),
            kind=told["kind"],
            text=told["text"],
            reason=told.get("reason", ""),
            fields=told.get("fields", {}),
            wishes=[work.now + timedelta(hours=hours) for hours in told.get("wishes", ())],
        )
        return (await file_request(work, visitor, application, source="widget")).id


async def _go_on(ground: Ground, company: Company, owner: Actor, request_id: UUID, told: dict[str, Any]) -> None:
    async with ground.work_in(company.workspace_id) as work:
        if "note" in told:
            await note(work, owner, request_id, told["note"])
        if told.get("unowned"):
            await change_request(work, owner, request_id, {"owner_id": None})
        if "asked" in told:
            await answer(work, owner, request_id, told["asked"], ask=True)
        if "said" in told:
            await add_word(work, await work.get(ServiceRequest, request_id, lock=True), told["said"])
        if "outcome" in told:
            meets = told.get("meets")
            at = work.now + timedelta(hours=meets) if meets else None
            await decide_request(work, owner, request_id, told["outcome"], told["decision"], meets_at=at)
