"""The shop of these tests."""

import pytest

from tests.conftest import Company
from tests.people import open_site
from tests.routing.shops import Shop
from yingke.kit.clock import FixedClock
from yingke.wiring import Services


@pytest.fixture
async def shop(services: Services, company: Company, clock: FixedClock) -> Shop:
    site = await open_site(services.ground, company.workspace_id)
    made = Shop(services, company, site, clock, [])
    # The timers serve every workspace, those of earlier tests too.
    services.ground.outbox.push = lambda told: made.facts.extend(
        fact for fact in told if fact.workspace_id == company.workspace_id
    )
    return made
