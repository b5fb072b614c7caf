"""A company with a site and agents, made through the API as its owner would."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.product import Product

PASSWORD = "Schnelle-Katze-81-laeuft"


@dataclass(frozen=True, slots=True)
class Colleague:
    id: str
    cookie: str
    """The session cookie, `name=value`."""


@dataclass(frozen=True, slots=True)
class Company:
    product: Product
    owner: Colleague
    agents: list[Colleague]
    site_id: str
    site_key: str

    def browser(self, colleague: Colleague | None = None) -> httpx.AsyncClient:
        """A client signed in as `colleague`, or as the owner."""
        return _client(self.product, (colleague or self.owner).cookie)


async def found(product: Product, *, agents: int = 0, origins: list[str] | None = None) -> Company:
    """The owner and `agents` colleagues who can each hold a hundred conversations and are online."""
    async with _client(product) as client:
        about = {"workspace_name": "松果商店", "name": "店主", "email": "owner@example.com", "password": PASSWORD}
        session = _ok(await client.post("/api/v1/setup", json=about))
        owner = Colleague(session["agent"]["id"], _cookie(client))
        site = _ok(await client.post("/api/v1/sites", json={"name": "松果商店", "allowed_origins": origins or []}))
        hired = [await _hire(product, client, number) for number in range(agents)]
    return Company(product, owner, hired, site["id"], site["key"])


async def without_tracking(company: Company) -> None:
    """Its site records no visits: the launcher is what it is for chatting alone."""
    async with company.browser() as client:
        off = {"settings": {"tracking": {"mode": "off"}}}
        _ok(await client.patch(f"/api/v1/sites/{company.site_id}", json=off))


async def _hire(product: Product, owner: httpx.AsyncClient, number: int) -> Colleague:
    invitation = _ok(await owner.post("/api/v1/invitations", json={"email": f"agent{number}@example.com"}))
    token = invitation["link"].partition("#")[2]
    async with _client(product) as client:
        about = {"token": token, "name": f"客服{number}", "password": PASSWORD}
        session = _ok(await client.post("/api/v1/invitations/accept", json=about))
        _ok(await client.put("/api/v1/me/availability", json={"availability": "online"}))
        colleague = Colleague(session["agent"]["id"], _cookie(client))
    _ok(await owner.patch(f"/api/v1/agents/{colleague.id}", json={"capacity": 100}))
    await asyncio.sleep(0)
    return colleague


def _client(product: Product, cookie: str | None = None) -> httpx.AsyncClient:
    headers = {"Origin": product.url} | ({"Cookie": cookie} if cookie else {})
    return httpx.AsyncClient(base_url=product.url, headers=headers, timeout=60)


def _cookie(client: httpx.AsyncClient) -> str:
    return next(f"{each.name}={each.value}" for each in client.cookies.jar if "session" in each.name)


def _ok(response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        raise RuntimeError(f"{response.request.method} {response.request.url}: {response.status_code} {response.text}")
    return dict(response.json()) if response.content else {}
