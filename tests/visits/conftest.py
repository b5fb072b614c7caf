"""A site whose pages report visits, and browsers that do so through the HTTP door."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from tests.conftest import Company
from tests.people import open_site
from yingke.inboxes import Site
from yingke.kit.ids import new_id
from yingke.wiring import Services

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


@dataclass
class Browser:
    """One browser on a site."""

    http: httpx.AsyncClient
    site: Site
    token: str | None = field(default_factory=lambda: "v_" + secrets.token_urlsafe(32))
    headers: dict[str, str] = field(default_factory=lambda: {"user-agent": CHROME})

    async def send(self, *events: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"v": 1, "token": self.token, "language": "zh-CN", "events": events} | more
        return await self.http.post(f"/w/{self.site.key}/v", content=json.dumps(body), headers=self.headers)

    async def look(self, url: str = "https://shop.example/p/1", title: str = "山核桃", **more: Any) -> str:
        """Look at a page; its id."""
        page = {"kind": "page", "id": str(new_id()), "url": url, "title": title} | more
        answer = await self.send(page)
        assert answer.status_code == 204, answer.text
        return str(page["id"])

    async def read(self, page: str, **more: Any) -> None:
        answer = await self.send({"kind": "read", "page": page} | more)
        assert answer.status_code == 204, answer.text


@dataclass
class Tracked:
    """A company whose site is tracked."""

    company: Company
    site: Site
    services: Services
    http: httpx.AsyncClient
    connection: asyncpg.Connection

    def browser(self, **more: Any) -> Browser:
        return Browser(self.http, self.site, **more)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        await self.connection.execute("SELECT set_config('yingke.workspace', $1, false)", str(self.workspace_id))
        order = {"visits": "number", "page_views": "at, id", "custom_events": "at, id"}.get(table, "1")
        return [dict(row) for row in await self.connection.fetch(f"SELECT * FROM {table} ORDER BY {order}")]

    async def one(self, table: str) -> dict[str, Any]:
        rows = await self.rows(table)
        assert len(rows) == 1, rows
        return rows[0]

    @property
    def workspace_id(self) -> UUID:
        return self.company.workspace_id


@pytest.fixture
async def tracked(
    services: Services, company: Company, http: httpx.AsyncClient, connection: asyncpg.Connection
) -> AsyncIterator[Tracked]:
    site = await open_site(services.ground, company.workspace_id)
    running = asyncio.create_task(services.tracking.run())
    yield Tracked(company, site, services, http, connection)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
