"""An installation with a company, its site and an agent, served by more than one process."""

import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.conftest import Company, found_company, sign_in_token
from tests.hosts.talking import Talker
from tests.people import hire, open_site
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.clock import SystemClock
from yingke.kit.database import make_engine
from yingke.kit.outbox import Outbox
from yingke.kit.work import Ground
from yingke.wiring import LISTENERS


@pytest.fixture
def folder() -> Any:
    with tempfile.TemporaryDirectory(prefix="yingke-hosts-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@dataclass
class Installation:
    ground: Ground
    company: Company
    site: Site
    agent: Actor

    def visitor(self, url: str) -> Talker:
        return Talker(_socket(url, "visitor"), {"site": self.site.key, "token": None, "language": "zh-CN"})

    async def desk(self, url: str, actor: Actor | None = None) -> Talker:
        token = await sign_in_token(self.ground, actor or self.agent)
        return Talker(_socket(url, "agent"), {}, {"Cookie": f"yingke_session={token}"})

    async def stored(self, conversation: str | None) -> list[dict[str, Any]]:
        """What the database has of it, in order."""
        async with self.ground.work_everywhere() as work:
            driver: asyncpg.Connection = await work.raw()
            rows = await driver.fetch(
                "SELECT seq, client_id, text FROM messages WHERE conversation_id = $1 ORDER BY seq", conversation
            )
        return [dict(row) for row in rows]


@contextlib.asynccontextmanager
async def installation_on(dsn: str) -> AsyncIterator[Installation]:
    """A company in the (migrated) database at `dsn`."""
    engine = make_engine(dsn, connections=3)
    ground = Ground(engine, Outbox(LISTENERS), SystemClock())
    company = await found_company(ground)
    site = await open_site(ground, company.workspace_id)
    agent = await hire(ground, company.workspace_id)
    yield Installation(ground, company, site, agent)
    await engine.dispose()


def _socket(url: str, side: str) -> str:
    return url.replace("http", "ws", 1) + f"/ws/v1/{side}"
