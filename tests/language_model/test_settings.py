"""The language model of a workspace, over HTTP."""

from typing import Any

import httpx
import pytest

from tests.conftest import Company, found_company, sign_in
from tests.language_model.endpoint import KEY, serve_endpoint
from tests.people import hire
from yingke.identity import Role
from yingke.kit.outbound import OutboundClient
from yingke.kit.work import Ground
from yingke.language_model import Thinker
from yingke.wiring import Services

AT = "/api/v1/language-model"
BODY: dict[str, Any] = {"base_url": "https://api.example.com/v1", "secret": KEY, "chat_model": "small-chat"}


@pytest.fixture
async def owner(ground: Ground, http: httpx.AsyncClient, company: Company) -> httpx.AsyncClient:
    await sign_in(ground, http, company.owner)
    return http


async def test_it_is_off_until_it_is_turned_on_and_its_key_is_never_told(
    owner: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    before = (await owner.get(AT)).json()
    assert (before["base_url"], before["has_secret"], before["ranks"], before["phrases"]) == ("", False, False, False)
    changed = await owner.put(AT, json=BODY)
    assert changed.status_code == 200 and changed.json()["has_secret"] and KEY not in changed.text
    async with ground.work_in(company.workspace_id) as work:
        kept = await (await work.raw()).fetchval("SELECT sealed_secret FROM language_models")
    assert KEY not in kept
    renamed = (await owner.put(AT, json=BODY | {"secret": None, "chat_model": "other"})).json()
    assert renamed["has_secret"]  # not given again, it stays
    elsewhere = await owner.put(AT, json=BODY | {"secret": None, "base_url": "https://evil.example/v1"})
    assert not elsewhere.json()["has_secret"]  # a key goes to the host that it was entered for


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"base_url": "ftp://api.example.com"}, "base_url"),
        ({"base_url": "https://user:pass@api.example.com/v1"}, "base_url"),
        ({"base_url": "", "phrases": True}, "base_url"),
        ({"chat_model": "", "phrases": True}, "chat_model"),
        ({"ranks": True}, "embedding_model"),
    ],
)
async def test_what_cannot_work_is_refused(owner: httpx.AsyncClient, change: dict[str, Any], field: str) -> None:
    refused = await owner.put(AT, json=BODY | change)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_trying_it_says_honestly_what_came_of_it(owner: httpx.AsyncClient, services: Services) -> None:
    async with serve_endpoint() as endpoint:
        body = BODY | {"base_url": endpoint.base_url, "embedding_model": "small-embeddings"}
        await owner.put(AT, json=body)
        refused = (await owner.post(f"{AT}/try")).json()["items"]
        assert [each["code"] for each in refused] == ["address_refused"] * 2  # an address of our own network
        place = endpoint.base_url.removeprefix("http://").removesuffix("/v1")
        services.thinker = Thinker(OutboundClient(also=[place]), services.thinker.sealer)
        tried = (await owner.post(f"{AT}/try")).json()["items"]
        assert [(each["part"], each["code"]) for each in tried] == [("embeddings", ""), ("chat", "")]
        endpoint.fault = 401
        assert {each["code"] for each in (await owner.post(f"{AT}/try")).json()["items"]} == {"model_key_refused"}


async def test_agents_and_other_workspaces_see_nothing_of_it(
    owner: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    await owner.put(AT, json=BODY)
    await sign_in(ground, owner, (await found_company(ground, "别家")).owner)
    assert (await owner.get(AT)).json()["base_url"] == ""
    await sign_in(ground, owner, await hire(ground, company.workspace_id, role=Role.supervisor))
    assert (await owner.get(AT)).status_code == 403
