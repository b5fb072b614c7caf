"""A tracked site whose visitors are invited, with agents at the desk and pages that listen."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.conftest import Company, sign_in
from tests.people import hire
from tests.relaying import settle
from tests.visits.conftest import Browser, Tracked, tracked
from yingke.identity import Actor
from yingke.kit.work import Ground
from yingke.wiring import Services

__all__ = ["tracked"]

HOLDS_AT_ONCE = {"field": "page_count", "op": "at_least", "value": 1}


@dataclass
class Page(Browser):
    """A browser whose page listens."""

    told: list[dict[str, Any]] = field(default_factory=list)
    page: str = ""

    async def open(self, url: str = "https://shop.example/p/1", **more: Any) -> None:
        self.page = await self.look(url, **more)

    async def says(self, **more: Any) -> None:
        """How the page is read."""
        await self.read(self.page, **more)

    async def hears(self, timeout: float = 20) -> dict[str, Any]:
        """What the answer to a listening report says; an empty one when nothing is said in time."""
        try:
            async with asyncio.timeout(timeout):
                answer = await self.send(listen=True)
        except TimeoutError:
            return {}
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.status_code == 200 else {}

    async def answers(self, invitation: str, answer: str, **more: Any) -> httpx.Response:
        event = {"kind": "invitation", "invitation": invitation, "answer": answer} | more
        return await self.send(event)


@dataclass
class Shop:
    tracked: Tracked
    agent: Actor
    services: Services
    http: httpx.AsyncClient
    """The desk of the agent, or of whoever signed in last."""
    owner: Actor

    @property
    def ground(self) -> Ground:
        return self.services.ground

    @property
    def workspace_id(self) -> UUID:
        return self.tracked.workspace_id

    def page(self) -> Page:
        return Page(self.tracked.http, self.tracked.site)

    async def as_agent(self, actor: Actor | None = None) -> None:
        await sign_in(self.ground, self.http, actor or self.agent)

    async def call(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = await self.http.request(method, f"/api/v1{path}", **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def rule(self, *conditions: dict[str, Any], status: int = 201, **more: Any) -> dict[str, Any]:
        body = {
            "name": "欢迎",
            "conditions": {"match": "all", "items": list(conditions or (HOLDS_AT_ONCE,))},
            "action": {"kind": "message", "content": {"text": {"zh-CN": "您好，需要帮忙吗？", "en": "Can I help?"}}},
        } | more
        await self.as_agent(self.owner)
        made: dict[str, Any] = await self.call("POST", "/outreach/rules", status, json=body)
        return made

    async def invitations(self) -> list[dict[str, Any]]:
        """Those that were made, oldest first, with those held out."""
        return await self.tracked.rows("visitor_invitations")

    async def settle(self) -> None:
        await self.services.outreach.settle()
        await settle(self.services)

    async def visitor_id(self, page: Page) -> UUID:
        rows = await self.tracked.rows("visitors")
        from yingke.identity.tokens import token_hash

        assert page.token
        return next(row["id"] for row in rows if row["token_hash"] == token_hash(page.token))


@pytest.fixture
async def shop(tracked: Tracked, services: Services, http: httpx.AsyncClient, company: Company) -> AsyncIterator[Shop]:
    agent = await hire(services.ground, company.workspace_id, "李雷")
    running = asyncio.create_task(services.outreach.run())
    shop = Shop(tracked, agent, services, http, company.owner)
    await shop.as_agent(company.owner)
    yield shop
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def conversation(connection: asyncpg.Connection, id: UUID) -> dict[str, Any]:
    found = await connection.fetchrow("SELECT * FROM conversations WHERE id = $1", id)
    assert found
    return dict(found)
