"""Saved filters through the HTTP door."""

import httpx

from tests.conftest import Company, sign_in
from tests.people import hire
from yingke.identity import Role
from yingke.kit.work import Ground


async def test_a_view_is_saved_changed_and_deleted(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    await sign_in(ground, http, await hire(ground, company.workspace_id))
    made = await http.post("/api/v1/views", json={"name": "未读", "filter": {"view": "mine", "unread": True}})
    assert made.status_code == 201
    assert made.json() | {"id": "-"} == {
        "id": "-",
        "name": "未读",
        "shared": False,
        "filter": {"view": "mine", "unread": True},
    }
    path = f"/api/v1/views/{made.json()['id']}"
    changed = (await http.patch(path, json={"name": "排队", "filter": {"view": "queue"}})).json()
    assert (changed["name"], changed["filter"]) == ("排队", {"view": "queue"})
    assert (await http.get("/api/v1/views")).json()["items"] == [changed]
    assert (await http.delete(path)).status_code == 204
    assert (await http.get("/api/v1/views")).json()["items"] == []


async def test_a_personal_view_is_nobody_elses_and_a_shared_one_is_changed_by_supervisors(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    agent, supervisor = (
        await hire(ground, company.workspace_id),
        await hire(ground, company.workspace_id, role=Role.supervisor),
    )
    await sign_in(ground, http, agent)
    own = (await http.post("/api/v1/views", json={"name": "我的", "filter": {}})).json()
    refused = await http.post("/api/v1/views", json={"name": "大家", "shared": True, "filter": {}})
    assert (refused.status_code, refused.json()["code"]) == (403, "shared_view_not_yours")
    await sign_in(ground, http, supervisor)
    shared = (await http.post("/api/v1/views", json={"name": "大家", "shared": True, "filter": {}})).json()
    assert [v["name"] for v in (await http.get("/api/v1/views")).json()["items"]] == ["大家"]
    assert (await http.delete(f"/api/v1/views/{own['id']}")).status_code == 404
    await sign_in(ground, http, agent)
    assert {v["name"] for v in (await http.get("/api/v1/views")).json()["items"]} == {"我的", "大家"}
    assert (await http.patch(f"/api/v1/views/{shared['id']}", json={"name": "x"})).status_code == 403


async def test_a_filter_that_is_none_is_refused(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    await sign_in(ground, http, await hire(ground, company.workspace_id))
    for body in ({"name": "x", "filter": {"view": "nowhere"}}, {"name": "x", "filter": {"tag": "1"}}, {"name": "x"}):
        assert (await http.post("/api/v1/views", json=body)).status_code == 422
