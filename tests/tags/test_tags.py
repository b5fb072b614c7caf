"""Tags through the HTTP door."""

import httpx

from tests.conftest import Company, found_company, sign_in
from yingke.kit.work import Ground
from yingke.tags import TagChanged, TagValue


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
