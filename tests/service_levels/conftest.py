"""The shop of these tests, with promises."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Company
from tests.people import open_site
from tests.relaying import settle
from tests.routing.shops import Shop
from yingke.conversations.closing import resolve_conversation, snooze_conversation
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.service_levels.editing import create_policy
from yingke.service_levels.jobs import look_at_all_due
from yingke.service_levels.models import ServiceTarget
from yingke.service_levels.terms import Terms
from yingke.wiring import Services


@dataclass(slots=True)
class PromisingShop(Shop):
    async def promise(self, name: str = "普通", **terms: Any) -> UUID:
        told = {"hours": "calendar", "notice": {"by": "percent", "percent": 50}, **terms}
        async with self.services.ground.work_in(self.workspace_id) as work:
            made = await create_policy(work, self.company.owner, name=name, terms=Terms.model_validate(told))
        await settle(self.services)
        return made.id

    async def pass_time(self, seconds: float = 0) -> None:
        await Shop.pass_time(self, seconds)
        await look_at_all_due(self.services.ground)
        await settle(self.services)

    async def snooze(self, agent: Actor, conversation_id: UUID, until: Any) -> None:
        async with self.services.ground.work_in(self.workspace_id) as work:
            await snooze_conversation(work, agent, conversation_id, until)

    async def end(self, agent: Actor, conversation_id: UUID) -> None:
        async with self.services.ground.work_in(self.workspace_id) as work:
            await resolve_conversation(work, agent, conversation_id)

    async def targets(self, conversation_id: UUID) -> list[ServiceTarget]:
        async with self.services.ground.work_in(self.workspace_id) as work:
            query = select(ServiceTarget).where(ServiceTarget.conversation_id == conversation_id)
            return list(await work.all(query.order_by(ServiceTarget.started_at, ServiceTarget.kind)))

    async def outcomes(self, conversation_id: UUID) -> list[tuple[str, str]]:
        return [(each.kind, each.outcome) for each in await self.targets(conversation_id)]


@pytest.fixture
async def shop(services: Services, company: Company, clock: FixedClock) -> PromisingShop:
    site = await open_site(services.ground, company.workspace_id)
    made = PromisingShop(services, company, site, clock, [])
    services.ground.outbox.push = lambda told: made.facts.extend(
        fact for fact in told if fact.workspace_id == company.workspace_id
    )
    return made
