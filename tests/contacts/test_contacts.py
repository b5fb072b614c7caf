"""Contacts at the desk, through the real HTTP application."""

from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import select

from tests.conftest import Company, found_company, sign_in
from yingke.contacts import ContactChanged, ContactValue, contact_value, create_contact, current_contact
from yingke.kit.facts import Fact, decode_fact
from yingke.kit.outbox import FactRow
from yingke.kit.work import Ground


async def made(http: httpx.AsyncClient, **details: Any) -> dict[str, Any]:
    answer = await http.post("/api/v1/contacts", json=details)
    assert answer.status_code == 201, answer.text
    value: dict[str, Any] = answer.json()
    return value


@pytest.fixture
async def desk(ground: Ground, http: httpx.AsyncClient, company: Company) -> httpx.AsyncClient:
    await sign_in(ground, http, company.owner)
    return http


async def told(ground: Ground, company: Company) -> list[Fact]:
    async with ground.work_in(company.workspace_id) as work:
        rows = await work.all(select(FactRow).where(FactRow.workspace_id == company.workspace_id).order_by(FactRow.id))
    return [decode_fact(row.name, row.payload) for row in rows if row.name.startswith("contact.")]


async def test_a_contact_is_made_changed_and_found(desk: httpx.AsyncClient) -> None:
    contact = await made(desk, name="王芳", email="Wang@Example.COM", phone="138 0013 8000", fields={"会员": "金卡"})
    assert contact["email"] == "wang@example.com"
    changed = await desk.patch(
        f"/api/v1/contacts/{contact['id']}", json={"company": "松果", "fields": {"生日": "3-1", "会员": None}}
    )
    assert changed.json()["fields"] == {"生日": "3-1"}
    assert changed.json()["name"] == "王芳"
    for q in ("王", "WANG@ex", "0013", "松果", "王 松果"):
        found = (await desk.get("/api/v1/contacts", params={"q": q})).json()["items"]
        assert [each["id"] for each in found] == [contact["id"]], q
    assert (await desk.get("/api/v1/contacts", params={"q": "100%"})).json()["items"] == []


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b@c.d"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"name": "x" * 121}, "name"),
        ({"fields": {"a": {"b": 1}}}, "fields"),
        ({"fields": {"a": 10**400}}, "fields"),
        ({"fields": {str(n): "x" for n in range(60)}}, "fields"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(desk: httpx.AsyncClient, details: dict[str, Any], field: str) -> None:
    answer = await desk.post("/api/v1/contacts", json=details)
    assert answer.status_code == 422
    assert answer.json()["field"].startswith(field)


@pytest.mark.parametrize(("field", "code"), [("email", "email_invalid"), ("phone", "phone_invalid")])
async def test_a_refused_address_has_a_code_that_can_be_translated(
    desk: httpx.AsyncClient, field: str, code: str
) -> None:
    answer = await desk.post("/api/v1/contacts", json={field: "12"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_nul_and_lone_surrogates_do_no_harm(desk: httpx.AsyncClient) -> None:
    answer = await desk.post(
        "/api/v1/contacts",
        content=b'{"name":"a\\u0000\\ud800b","email":"\\u0000","fields":{"k\\u0000":"v\\udfff"}}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in (201, 422), answer.text


async def test_an_external_id_names_one_contact(desk: httpx.AsyncClient) -> None:
    await made(desk, external_id="u-1")
    answer = await desk.post("/api/v1/contacts", json={"external_id": "u-1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "external_id_taken")


async def test_pages_of_contacts_show_each_once(desk: httpx.AsyncClient) -> None:
    made_ids = {(await made(desk, name=f"客户{n}"))["id"] for n in range(5)}
    seen: list[str] = []
    cursor = None
    while True:
        page = (await desk.get("/api/v1/contacts", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == made_ids
    assert (await desk.get("/api/v1/contacts", params={"cursor": "rubbish"})).status_code == 422


async def test_notes_and_tags_belong_to_a_contact(desk: httpx.AsyncClient) -> None:
    contact = await made(desk, name="王芳")
    url = f"/api/v1/contacts/{contact['id']}"
    note = (await desk.post(f"{url}/notes", json={"text": "喜欢山核桃"})).json()
    tag = (await desk.post("/api/v1/tags", json={"name": "VIP"})).json()
    tagged = (await desk.put(f"{url}/tags", json={"tag_ids": [tag["id"]]})).json()
    assert (tagged["tag_ids"], tagged["notes_count"]) == ([tag["id"]], 1)
    assert [n["text"] for n in (await desk.get(f"{url}/notes")).json()["items"]] == ["喜欢山核桃"]
    assert [c["id"] for c in (await desk.get("/api/v1/contacts", params={"tag_id": tag["id"]})).json()["items"]] == [
        contact["id"]
    ]
    assert (await desk.delete(f"{url}/notes/{note['id']}")).status_code == 204
    assert (await desk.put(f"{url}/tags", json={"tag_ids": []})).json()["tag_ids"] == []
    assert (await desk.put(f"{url}/tags", json={"tag_ids": [contact["id"]]})).json()["field"] == "tag_ids"


async def test_a_deleted_contact_is_gone(desk: httpx.AsyncClient) -> None:
    contact = await made(desk, name="王芳")
    url = f"/api/v1/contacts/{contact['id']}"
    await desk.post(f"{url}/notes", json={"text": "x"})
    assert (await desk.delete(url)).status_code == 204
    assert (await desk.get(url)).status_code == 404
    assert (await desk.delete(url)).status_code == 404


async def test_an_agent_may_not_delete(ground: Ground, http: httpx.AsyncClient, company: Company) -> None:
    from tests.people import hire

    async with ground.work_in(company.workspace_id) as work:
        contact = await create_contact(work, {"name": "王芳"})
    await sign_in(ground, http, await hire(ground, company.workspace_id))
    assert (await http.delete(f"/api/v1/contacts/{contact.id}")).status_code == 403


async def test_another_workspace_sees_nothing(desk: httpx.AsyncClient, ground: Ground) -> None:
    contact = await made(desk, name="王芳")
    await sign_in(ground, desk, (await found_company(ground, "别家")).owner)
    assert (await desk.get(f"/api/v1/contacts/{contact['id']}")).status_code == 404
    assert (await desk.get("/api/v1/contacts")).json()["items"] == []


async def test_facts_folded_over_nothing_are_the_fresh_list(
    ground: Ground, company: Company, desk: httpx.AsyncClient
) -> None:
    one, two, three = [await made(desk, name=name) for name in "甲乙丙"]
    await desk.patch(f"/api/v1/contacts/{one['id']}", json={"phone": "13800138000"})
    await desk.post(f"/api/v1/contacts/{one['id']}/notes", json={"text": "x"})
    merge = (await desk.post(f"/api/v1/contacts/{one['id']}/merge", json={"other_id": two["id"]})).json()
    await desk.post(f"/api/v1/contact-merges/{merge['merge_id']}/undo")
    await desk.post(f"/api/v1/contacts/{two['id']}/merge", json={"other_id": one["id"]})
    await desk.delete(f"/api/v1/contacts/{three['id']}")
    folded: dict[str, ContactValue] = {}
    for fact in await told(ground, company):
        for gone in [fact.contact.id] if getattr(fact, "deleted", False) else [getattr(fact, "loser_id", None)]:
            folded.pop(str(gone), None)
        if not getattr(fact, "deleted", False):
            folded[str(fact.contact.id)] = fact.contact
        if loser := getattr(fact, "loser", None):
            folded[str(loser.id)] = loser
    fresh = {each["id"]: each for each in (await desk.get("/api/v1/contacts")).json()["items"]}
    assert {id: msgspec.to_builtins(value) for id, value in folded.items()} == fresh


async def test_nothing_is_told_when_nothing_changed(ground: Ground, company: Company, desk: httpx.AsyncClient) -> None:
    contact = await made(desk, name="王芳")
    await desk.patch(f"/api/v1/contacts/{contact['id']}", json={"name": "王芳"})
    facts = [fact for fact in await told(ground, company) if isinstance(fact, ContactChanged)]
    assert len(facts) == 1


async def test_a_link_to_a_merged_contact_leads_to_the_one_it_is_now(
    ground: Ground, company: Company, desk: httpx.AsyncClient
) -> None:
    one, two, three = [await made(desk, name=name) for name in "甲乙丙"]
    await desk.post(f"/api/v1/contacts/{two['id']}/merge", json={"other_id": one["id"]})
    await desk.post(f"/api/v1/contacts/{three['id']}/merge", json={"other_id": two["id"]})
    assert (await desk.get(f"/api/v1/contacts/{one['id']}")).json()["id"] == three["id"]
    async with ground.work_in(company.workspace_id) as work:
        assert (await contact_value(work, await current_contact(work, three["id"]))).name == "丙"
