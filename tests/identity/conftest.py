"""Attempts are counted per address of the internet, and all tests come from one: each begins with none."""

import pytest
from sqlalchemy import delete

from yingke.identity.models import Attempt
from yingke.kit.work import Ground


@pytest.fixture(autouse=True)
async def _no_attempts(ground: Ground) -> None:
    async with ground.work_everywhere() as work:
        await work.rows.execute(delete(Attempt))
