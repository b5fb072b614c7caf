"""Sites at the desk, through the real HTTP application."""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import Company, sign_in
from tests.files import pictures
from tests.people import found_team, hire
from yingke.inboxes import Site, SiteSettings, allowed_origin, note_site_seen, public_version
from yingke.inboxes.editing import merge_patch
from yingke.kit.facts import decode_fact
from yingke.kit.outbound import OutboundClient
from yingke.kit.outbox import FactRow
from yingke.kit.work import Ground
from yingke.wiring import Services


@pytest.fixture
async def desk(ground: Ground, http: httpx.AsyncClient, company: Company) -> httpx.AsyncClient:
    await sign_in(ground, http, company.owner)
    return http


async def made(desk: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await desk.post(
        "/api/v1/sites", json={"name": "松果商店", "allowed_origins": ["https://shop.example"]} | more
    )
    assert answer.status_code == 201, answer.text
    site: dict[str, Any] = answer.json()
    return site


async def test_a_new_site_is_complete(desk: httpx.AsyncClient) -> None:
    site = await made(desk)
    assert site["settings"]["allowed_origins"] == ["https://shop.example"]
    assert site["settings"]["hours"]["time_zone"] == "Asia/Shanghai"
    assert set(SiteSettings().stored()) == set(site["settings"])
    assert len(site["key"]) == 16
    assert (await desk.get("/api/v1/sites")).json()["items"] == [site]


async def test_a_patch_changes_what_it_names_and_null_gives_the_first_value(desk: httpx.AsyncClient) -> None:
    site = await made(desk)
    url = f"/api/v1/sites/{site['id']}"
    patched = (await desk.patch(url, json={"settings": {"look": {"color": "#aa0000"}, "title": {"en": "Hi"}}})).json()
    assert patched["settings"]["look"] == site["settings"]["look"] | {"color": "#aa0000"}
    assert patched["settings"]["title"] == site["settings"]["title"] | {"en": "Hi"}
    again = (await desk.patch(url, json={"name": "新名字", "settings": {"look": {"color": None}}})).json()
    assert (again["name"], again["settings"]["look"]["color"]) == ("新名字", "#1f6f5c")
    whole = (await desk.patch(url, json={"settings": again["settings"]})).json()
    assert whole == again


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"allowed_origins": ["shop.example"]}, "settings.allowed_origins.0"),
        ({"allowed_origins": ["https://shop.example/path"]}, "settings.allowed_origins.0"),
        ({"allowed_origins": ["https://a.example; script-src *"]}, "settings.allowed_origins.0"),
        ({"allowed_origins": ["javascript://x"]}, "settings.allowed_origins.0"),
        ({"look": {"color": "red;}"}}, "settings.look.color"),
        ({"look": {"offset_x": -1}}, "settings.look.offset_x"),
        ({"hours": {"time_zone": "Asia/Peking"}}, "settings.hours.time_zone"),
        ({"hours": {"weekly": [{"day": 1, "from": "25:00", "to": "26:00"}]}}, "settings.hours.weekly.0.from"),
        ({"hours": {"weekly": [{"day": 1, "from": "0\u0669:00", "to": "10:00"}]}}, "settings.hours.weekly.0.from"),
        ({"hours": {"weekly": [{"day": 7, "from": "09:00", "to": "10:00"}]}}, "settings.hours.weekly.0.day"),
        ({"banner": {"url": "javascript:alert(1)"}}, "settings.banner.url"),
        ({"consent": {"url": "data:text/html,x"}}, "settings.consent.url"),
        ({"prechat": {"fields": [{"key": "a", "label": {}, "kind": "select"}]}}, "settings.prechat.fields.0"),
        ({"title": {"fr": "x"}}, "settings.title.fr.[key]"),
        ({"unknown": 1}, "settings.unknown"),
        ({"look": {"offset_x": 10**400}}, "settings.look.offset_x"),
        ({"a\x00": 1}, "settings.a\x00"),
        ({"look": []}, "settings.look"),
        ({"look": {"logo_file_id": "0199f000-0000-7000-8000-000000000000"}}, "settings.look.logo_file_id"),
    ],
)  # fmt: skip
async def test_a_wrong_setting_is_refused_by_its_name(desk: httpx.AsyncClient, settings: Any, field: str) -> None:
    site = await made(desk)
    answer = await desk.patch(f"/api/v1/sites/{site['id']}", json={"settings": settings})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await desk.get(f"/api/v1/sites/{site['id']}")).json() == site


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"allowed_origins": ["https://shop.example/cart"]}, "origin_invalid"),
        ({"banner": {"url": "javascript:alert(1)"}}, "link_invalid"),
        ({"hours": {"time_zone": "Mars/Base"}}, "time_zone_unknown"),
        ({"hours": {"weekly": [{"day": 0, "from": "09:00", "to": "09:00"}]}}, "times_equal"),
    ],
)
async def test_a_refused_setting_has_a_code_that_can_be_translated(
    desk: httpx.AsyncClient, settings: Any, code: str
) -> None:
    answer = await desk.post("/api/v1/sites", json={"name": "松果商店", "settings": settings})
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["errors"]] == [code]


@given(
    held=st.dictionaries(st.sampled_from("abc"), json_values),
    patch=st.dictionaries(st.sampled_from("abc"), json_values),
)
def test_a_merge_patch_twice_is_a_merge_patch_once(held: Any, patch: Any) -> None:
    once = merge_patch(held, patch)
    assert merge_patch(once, patch) == once
    assert merge_patch(held, {}) == held


@pytest.mark.parametrize(
    ("allowed", "origin", "yes"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "https://SHOP.example", True),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "https://shop.example.evil.example", False),
        ("https://shop.example", "https://shop.example:8443", False),
        ("https://*.shop.example", "https://a.b.shop.example", True),
        ("https://*.shop.example", "https://shop.example", False),
        ("https://*.shop.example", "https://evilshop.example", False),
        ("https://*.shop.example", "null", False),
        ("http://localhost:3000", "http://localhost:3000", True),
    ],
)
def test_an_origin_is_allowed_exactly(allowed: str, origin: str, yes: bool) -> None:
    assert allowed_origin(Site(settings={"allowed_origins": [allowed]}), origin) is yes


@pytest.mark.parametrize(
    ("place", "part", "url"), [("logo", "look", "logo_url"), ("robot-picture", "robot", "picture_url")]
)
async def test_a_picture_is_uploaded_and_shown_to_everybody(
    desk: httpx.AsyncClient, place: str, part: str, url: str
) -> None:
    site = await made(desk)
    answer = await desk.put(
        f"/api/v1/sites/{site['id']}/{place}", files={"file": ("logo.png", pictures.png(), "image/png")}
    )
    logo = answer.json()["settings"][part][url]
    told = (await desk.get(f"/w/{site['key']}/config")).json()
    assert told[part][url] == logo
    desk.cookies.clear()
    shown = await desk.get(logo)
    assert (shown.status_code, shown.headers["cross-origin-resource-policy"]) == (200, "cross-origin")


async def test_a_logo_that_is_no_image_is_refused(desk: httpx.AsyncClient) -> None:
    site = await made(desk)
    answer = await desk.put(
        f"/api/v1/sites/{site['id']}/logo", files={"file": ("logo.svg", b"<svg/>", "image/svg+xml")}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "file_damaged")


async def test_the_identity_secret_is_for_administrators_and_can_be_replaced(
    ground: Ground, company: Company, desk: httpx.AsyncClient
) -> None:
    site = await made(desk)
    url = f"/api/v1/sites/{site['id']}/identity"
    first = (await desk.get(url)).json()["secret"]
    second = (await desk.post(url)).json()["secret"]
    assert first != second == (await desk.get(url)).json()["secret"]
    await sign_in(ground, desk, await hire(ground, company.workspace_id))
    assert (await desk.get(url)).status_code == 403
    assert (await desk.patch(f"/api/v1/sites/{site['id']}", json={"name": "x"})).status_code == 403


async def test_the_snippet_leads_to_this_site_and_to_a_page_without_scripts(desk: httpx.AsyncClient) -> None:
    site = await made(desk)
    html = (await desk.get(f"/api/v1/sites/{site['id']}/snippet")).json()["html"]
    assert f'<script async src="http://desk.test/w/{site["key"]}.js"></script>' in html
    assert f'<noscript><a href="http://desk.test/w/{site["key"]}/contact">' in html


async def test_reasons_that_a_site_began_with_know_whether_they_praise(desk: httpx.AsyncClient) -> None:
    path = f"/api/v1/sites/{(await made(desk))['id']}"
    kept = [{"key": key, "label": {"en": key}} for key in ("fast", "slow", "gift")]
    changed = await desk.patch(path, json={"settings": {"rating": {"reasons": kept}}})
    assert [each["kind"] for each in changed.json()["settings"]["rating"]["reasons"]] == ["praise", "fault", "either"]
    kept[0]["kind"] = "either"
    changed = await desk.patch(path, json={"settings": {"rating": {"reasons": kept}}})
    assert changed.json()["settings"]["rating"]["reasons"][0]["kind"] == "either"


async def test_a_site_that_follows_each_browser_says_contact_us_in_the_language_of_the_workspace(
    desk: httpx.AsyncClient,
) -> None:
    site = await made(desk)
    path = f"/api/v1/sites/{site['id']}"
    assert site["settings"]["language"] == "auto"
    assert "联系我们" in (await desk.get(f"{path}/snippet")).json()["html"]
    assert (await desk.patch("/api/v1/workspace", json={"locale": "en"})).status_code == 200
    assert "Contact us" in (await desk.get(f"{path}/snippet")).json()["html"]
    await desk.patch(path, json={"settings": {"language": "zh-TW"}})
    assert "聯絡我們" in (await desk.get(f"{path}/snippet")).json()["html"]


async def test_a_page_is_fetched_and_its_snippet_checked(desk: httpx.AsyncClient, services: Services) -> None:
    site = await made(desk)
    html = (await desk.get(f"/api/v1/sites/{site['id']}/snippet")).json()["html"].encode()

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(html), html))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    services.outbound = OutboundClient(also=[f"127.0.0.1:{port}"])
    async with server:
        found = (await desk.post(f"/api/v1/sites/{site['id']}/check", json={"url": f"http://127.0.0.1:{port}/"})).json()
    assert {step["name"]: step["ok"] for step in found["steps"]} == {
        "page": True, "snippet": True, "key": True, "origin": False, "https": True, "csp": True
    }  # fmt: skip
    assert f"http://127.0.0.1:{port}" in next(step["advice"] for step in found["steps"] if not step["ok"])


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://169.254.169.254/latest", "ftp://shop.example", "http://[", "x" * 2500]
)
async def test_pages_that_are_not_public_are_not_fetched(desk: httpx.AsyncClient, url: str) -> None:
    site = await made(desk)
    answer = await desk.post(f"/api/v1/sites/{site['id']}/check", json={"url": url})
    assert answer.status_code == 422 or answer.json()["ok"] is False
    assert answer.status_code < 500


async def test_the_desk_hears_when_the_widget_is_first_seen(
    ground: Ground, company: Company, desk: httpx.AsyncClient
) -> None:
    made_one = await made(desk)
    told: list[Any] = []
    ground.outbox.push = told.extend
    for url in ("javascript:alert(1)", "https://shop.example/p"):
        async with ground.work_in(company.workspace_id) as work:
            site = (await work.all(select(Site).where(Site.key == made_one["key"])))[0]
            await note_site_seen(work, site, url)
    assert [(fact.name, fact.site.widget_seen_url) for fact in told] == [("site.changed", None)]
    assert (await desk.get(f"/api/v1/sites/{made_one['id']}")).json()["last_seen_at"] is not None


async def test_facts_folded_over_nothing_are_the_fresh_list(
    ground: Ground, company: Company, desk: httpx.AsyncClient
) -> None:
    kept, lost = await made(desk), await made(desk, name="要删除的")
    await desk.patch(
        f"/api/v1/sites/{kept['id']}",
        json={"settings": {"team_ids": [str(await found_team(ground, company.workspace_id))]}},
    )
    await desk.delete(f"/api/v1/sites/{lost['id']}")
    async with ground.work_in(company.workspace_id) as work:
        query = select(FactRow).where(FactRow.workspace_id == company.workspace_id, FactRow.name == "site.changed")
        facts: list[Any] = [decode_fact(row.name, row.payload) for row in await work.all(query.order_by(FactRow.id))]
    folded = {}
    for fact in facts:
        folded[fact.site.id] = None if fact.deleted else fact.site
    assert {str(id): site.name for id, site in folded.items() if site} == {kept["id"]: "松果商店"}
    fresh = (await desk.get("/api/v1/sites")).json()["items"]
    assert [site.settings for site in folded.values() if site] == [each["settings"] for each in fresh]


async def test_a_change_a_visitor_can_see_changes_the_version(
    ground: Ground, company: Company, desk: httpx.AsyncClient
) -> None:
    made_one = await made(desk)
    async with ground.work_in(company.workspace_id) as work:
        site = (await work.all(select(Site).where(Site.key == made_one["key"])))[0]
        before = public_version(site)
        assert public_version(site) == before
        site.settings = merge_patch(site.settings, {"greeting": {"en": "Hi"}})
        assert public_version(site) != before
