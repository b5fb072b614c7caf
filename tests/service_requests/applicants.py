"""Applicants of these tests, and what they see."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.people import arrive
from tests.routing.shops import Shop
from yingke.kit.ids import new_id
from yingke.service_requests import ServiceRequestAlarm
from yingke.service_requests.applying import own
from yingke.service_requests.filing import Application, file_request
from yingke.service_requests.forms import form_of
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.values import Kind, OwnRequest
from yingke.service_requests.watching import look_at_all_due


async def team_of(shop: Shop) -> UUID:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        team_id = (await form_of(work, "complaint")).team_id
    assert team_id is not None
    return team_id


async def file(shop: Shop, kind: Kind = "complaint", **more: Any) -> UUID:
    given: dict[str, Any] = {"client_id": new_id(), "kind": kind, "text": "茶罐压扁了"} | more
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        visitor = await arrive(work, shop.site, "周先生")
        await work.flush()
        return (await file_request(work, visitor, Application(**given), source="widget")).id


async def shown(shop: Shop, id: UUID) -> OwnRequest:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await own(work, await work.get(ServiceRequest, id))


async def pass_time(shop: Shop, **time: float) -> None:
    shop.clock.advance(timedelta(**time))
    await look_at_all_due(shop.services.ground)


def alarms(shop: Shop) -> list[ServiceRequestAlarm]:
    return [fact for fact in shop.facts if isinstance(fact, ServiceRequestAlarm)]
