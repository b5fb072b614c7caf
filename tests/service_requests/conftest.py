"""The shop of these tests, which takes requests of every kind."""

import pytest

from tests.conftest import Company
from tests.people import found_team, open_site
from tests.routing.shops import Shop
from yingke.inboxes.editing import change_site
from yingke.kit.clock import FixedClock
from yingke.service_requests.first_forms import FIRST
from yingke.service_requests.forms import RequestForm, change_form
from yingke.service_requests.values import KINDS
from yingke.wiring import Services


@pytest.fixture
async def shop(services: Services, company: Company, clock: FixedClock) -> Shop:
    site = await open_site(services.ground, company.workspace_id)
    made = Shop(services, company, site, clock, [])
    services.ground.outbox.push = lambda told: made.facts.extend(
        fact for fact in told if fact.workspace_id == company.workspace_id
    )
    team_id = await found_team(services.ground, company.workspace_id, "投诉组")
    async with services.ground.work_in(company.workspace_id) as work:
        await change_site(work, site.id, settings={"requests": {"enabled": True, "promises": True}})
        for kind in KINDS:
            form = RequestForm.model_validate(FIRST[kind] | {"enabled": True, "team_id": team_id})
            await change_form(work, kind, form)
    return made
