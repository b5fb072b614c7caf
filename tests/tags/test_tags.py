"""Tags through the HTTP door."""

import asyncio

import httpx
import pytest

from tests.conftest import Company, found_company, sign_in
from tests.people import arrive, open_site
from tests.relaying import settle
from yingke.conversations import jobs
from yingke.conversations.facts import ConversationChanged
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.conversations.queries import conversation_for
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.tags import TagChanged, TagValue
from yingke.wiring import Services


async def test_a_tag_is_made_changed_and_deleted(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    await sign_in(ground, http, company.owner)
    made = await http.post("/api/v1/tags", json={"name": " 退货 ", "color": "#AA3322"})
    assert (made.status_code, made.json()["name"], made.json()["color"]) == (201, "退货", "#aa3322")
    path = f"/api/v1/tags/{made.json()['id']}"
    assert (await http.patch(path, json={"name": "换货"})).json() == made.json() | {"name": "换货"}
    assert (await http.get("/api/v1/tags")).json()["items"] == [made.json() | {"name": "换货"}]
    assert (await http.delete(path)).status_code == 204
    assert (await http.get("/api/v1/tags")).json()["items"] == []
    assert (await http.delete(path)).status_code == 404


async def test_a_name_is_taken_however_it_is_capitalised(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    await sign_in(ground, http, company.owner)
    await http.post("/api/v1/tags", json={"name": "VIP"})
    again = await http.post("/api/v1/tags", json={"name": "vip"})
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (409, "tag_name_taken", "name")


async def test_a_bad_name_or_colour_names_its_field(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    await sign_in(ground, http, company.owner)
    for body, field in (({"name": "  "}, "name"), ({"name": "好", "color": "red"}, "color"), ({}, "name")):
        answer = await http.post("/api/v1/tags", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_tags_of_another_company_are_not_there(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    await sign_in(ground, http, company.owner)
    tag = (await http.post("/api/v1/tags", json={"name": "VIP"})).json()
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert (await http.get("/api/v1/tags")).json()["items"] == []
    assert (await http.patch(f"/api/v1/tags/{tag['id']}", json={"name": "x"})).status_code == 404


async def test_the_facts_of_tags_fold_into_the_list_of_tags(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    told: list[object] = []
    ground.outbox.push = told.extend
    await sign_in(ground, http, company.owner)
    ids = [(await http.post("/api/v1/tags", json={"name": name})).json()["id"] for name in ("甲", "乙", "丙")]
    await http.patch(f"/api/v1/tags/{ids[0]}", json={"color": "#112233"})
    await http.delete(f"/api/v1/tags/{ids[1]}")
    held: dict[str, TagValue] = {}
    for fact in told:
        assert isinstance(fact, TagChanged)
        if fact.deleted:
            del held[str(fact.tag.id)]
        else:
            held[str(fact.tag.id)] = fact.tag
    listed = (await http.get("/api/v1/tags")).json()["items"]
    assert {t["id"]: (t["name"], t["color"]) for t in listed} == {k: (v.name, v.color) for k, v in held.items()}


async def test_a_deleted_tag_goes_from_every_conversation_and_contact_and_open_desks_are_told(
    services: Services, http: httpx.AsyncClient, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_AT_ONCE", 2)
    ground = services.ground
    await sign_in(ground, http, company.owner)
    gone, kept = [(await http.post("/api/v1/tags", json={"name": name})).json()["id"] for name in ("促销", "VIP")]
    site = await open_site(ground, company.workspace_id)
    ids = []
    for n in range(5):
        async with ground.work_in(company.workspace_id) as work:
            visitor = await arrive(work, site)
            ids.append((await open_conversation(work, visitor, client_id=new_id())).id)
            row = await work.get(Conversation, ids[-1])
            row.status = "queued" if n == 0 else "resolved"
        tagged = await http.put(f"/api/v1/conversations/{ids[-1]}/tags", json={"tag_ids": [gone, kept]})
        assert tagged.status_code == 200, tagged.text
    contact = (await http.post("/api/v1/contacts", json={"name": "周晓彤"})).json()["id"]
    await http.put(f"/api/v1/contacts/{contact}/tags", json={"tag_ids": [gone, kept]})
    told: list[Fact] = []
    ground.outbox.push = told.extend
    assert (await http.delete(f"/api/v1/tags/{gone}")).status_code == 204
    await settle(services)
    async with ground.work_in(company.workspace_id) as work:
        rows = [await conversation_for(work, company.owner, id) for id in ids]
        assert [[str(each) for each in row.tag_ids] for row in rows] == [[kept]] * 5
    assert (await http.get(f"/api/v1/contacts/{contact}")).json()["tag_ids"] == [kept]
    changed = [fact.conversation for fact in told if isinstance(fact, ConversationChanged)]
    assert [(each.id, [str(tag) for tag in each.tag_ids]) for each in changed] == [(ids[0], [kept])]
    again = await http.put(f"/api/v1/conversations/{ids[0]}/tags", json={"tag_ids": [gone]})
    assert (again.status_code, again.json()["code"]) == (422, "unknown_tag")


async def test_a_tag_that_is_put_on_while_it_is_deleted_does_not_stay(
    services: Services, http: httpx.AsyncClient, company: Company
) -> None:
    ground = services.ground
    await sign_in(ground, http, company.owner)
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        id = (await open_conversation(work, await arrive(work, site), client_id=new_id())).id
    for n in range(5):
        tag = (await http.post("/api/v1/tags", json={"name": f"标签 {n}"})).json()["id"]
        put = http.put(f"/api/v1/conversations/{id}/tags", json={"tag_ids": [tag]})
        answer, _ = await asyncio.gather(put, http.delete(f"/api/v1/tags/{tag}"))
        assert answer.status_code in (200, 422)
        await settle(services)
        async with ground.work_in(company.workspace_id) as work:
            assert (await work.get(Conversation, id)).tag_ids == []
