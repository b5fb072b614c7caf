"""Keys for programs, and writes that are repeated."""

import asyncio
import re

import httpx
import pytest

from tests.conftest import sign_in
from tests.identity.people import founded, fresh_email
from yingke.asgi import described_app
from yingke.identity.actors import Actor
from yingke.inboxes import create_site
from yingke.kit.ids import new_id
from yingke.kit.work import Ground


@pytest.fixture
async def owner(ground: Ground, http: httpx.AsyncClient) -> Actor:
    actor = await founded(ground, fresh_email())
    await sign_in(ground, http, actor)
    return actor


@pytest.fixture
async def program(http: httpx.AsyncClient) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=http._transport, base_url="http://desk.test")


async def key_of(http: httpx.AsyncClient, *scopes: str) -> str:
    answer = await http.post("/api/v1/api-keys", json={"name": "ERP", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


async def test_a_key_is_shown_once_and_named_by_its_beginning(http: httpx.AsyncClient, owner: Actor) -> None:
    secret = await key_of(http, "read", "write")
    assert secret.startswith("yk_")
    [listed] = (await http.get("/api/v1/api-keys")).json()["items"]
    assert listed["secret"] is None
    assert secret.startswith(listed["prefix"])
    assert len(listed["prefix"]) < 12
    assert listed["scopes"] == ["read", "write"]


async def test_a_key_does_what_its_scopes_allow_and_no_more(
    http: httpx.AsyncClient, program: httpx.AsyncClient, owner: Actor
) -> None:
    reading, writing, all_of_it = await key_of(http, "read"), await key_of(http, "write"), await key_of(http, "admin")
    team = {"name": "售后"}
    allowed = {
        ("GET", "/api/v1/agents"): (reading, writing, all_of_it),
        ("POST", "/api/v1/teams"): (all_of_it,),
        ("GET", "/api/v1/api-keys"): (),
        ("DELETE", "/api/v1/me/sessions"): (),
    }
    for (method, path), keys in allowed.items():
        for key in (reading, writing, all_of_it):
            answer = await program.request(method, path, json=team if method == "POST" else None, headers=bearer(key))
            assert (answer.status_code < 400) is (key in keys), (method, path, answer.text)


async def test_a_key_becomes_no_browser_session_and_enters_no_other_workspace(
    http: httpx.AsyncClient, program: httpx.AsyncClient, owner: Actor
) -> None:
    headers = bearer(await key_of(http, "admin"))
    body = {"workspace_id": str(owner.workspace_id)}
    assert (await program.put("/api/v1/session/workspace", json=body, headers=headers)).status_code == 403
    assert (await program.post("/api/v1/workspaces", json={"name": "影子"}, headers=headers)).status_code == 403
    assert not program.cookies


async def test_a_deleted_key_stops_working_at_once(
    http: httpx.AsyncClient, program: httpx.AsyncClient, owner: Actor
) -> None:
    secret = await key_of(http, "read")
    assert (await program.get("/api/v1/agents", headers=bearer(secret))).status_code == 200
    [listed] = (await http.get("/api/v1/api-keys")).json()["items"]
    assert listed["last_used_at"] is not None
    await http.delete(f"/api/v1/api-keys/{listed['id']}")
    assert (await program.get("/api/v1/agents", headers=bearer(secret))).status_code == 401


async def test_a_made_up_key_opens_nothing(program: httpx.AsyncClient) -> None:
    assert (await program.get("/api/v1/agents", headers=bearer("yk_made-up"))).status_code == 401


async def test_a_key_needs_no_origin(http: httpx.AsyncClient, program: httpx.AsyncClient, owner: Actor) -> None:
    headers = bearer(await key_of(http, "admin")) | {"origin": "https://erp.example"}
    answer = await program.post("/api/v1/teams", json={"name": "售后"}, headers=headers)
    assert answer.status_code == 201


async def test_an_unknown_scope_is_refused(http: httpx.AsyncClient, owner: Actor) -> None:
    answer = await http.post("/api/v1/api-keys", json={"name": "ERP", "scopes": ["everything"]})
    assert answer.status_code == 422


async def test_a_repeated_write_with_one_key_happens_once(http: httpx.AsyncClient, owner: Actor) -> None:
    headers = {"idempotency-key": "make-the-team"}
    first = await http.post("/api/v1/teams", json={"name": "售后"}, headers=headers)
    again = await http.post("/api/v1/teams", json={"name": "售后"}, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert [team["name"] for team in (await http.get("/api/v1/teams")).json()["items"]].count("售后") == 1


async def test_repeated_writes_at_once_happen_once(http: httpx.AsyncClient, owner: Actor) -> None:
    headers = {"idempotency-key": "at-once"}
    answers = await asyncio.gather(
        *(http.post("/api/v1/teams", json={"name": "售后"}, headers=headers) for _ in range(4))
    )
    assert {each.json()["id"] for each in answers} == {answers[0].json()["id"]}


async def test_one_key_for_two_different_writes_is_a_conflict(http: httpx.AsyncClient, owner: Actor) -> None:
    headers = {"idempotency-key": "reused"}
    await http.post("/api/v1/teams", json={"name": "售后"}, headers=headers)
    answer = await http.post("/api/v1/teams", json={"name": "物流"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_refused_write_may_be_repeated_with_its_key(http: httpx.AsyncClient, owner: Actor) -> None:
    headers = {"idempotency-key": "second-try"}
    await http.post("/api/v1/teams", json={"name": "物流"})
    refused = await http.post("/api/v1/teams", json={"name": "物流"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "team_name_taken")
    assert (await http.post("/api/v1/teams", json={"name": "物流部"}, headers=headers)).status_code == 201


async def test_a_door_opens_to_those_whom_the_description_names(
    ground: Ground, http: httpx.AsyncClient, program: httpx.AsyncClient, owner: Actor
) -> None:
    async with ground.work_in(owner.workspace_id) as work:
        site = await create_site(work, name="松果商店", settings={})
    everything = bearer(await key_of(http, "admin"))
    for template, operations in described_app().openapi()["paths"].items():
        path = re.sub(r"{\w+}", str(new_id()), template.replace("{key}", site.key))
        for method, operation in operations.items():
            schemes = {name for each in operation["security"] for name in each}
            body = None if method == "get" else {}
            stranger = await program.request(method, path, json=body)
            assert (stranger.status_code == 401) is bool(schemes), (method, template, stranger.text)
            if schemes == {"session"}:
                answer = await program.request(method, path, json=body, headers=everything)
                assert answer.status_code == 403, (method, template, answer.text)
