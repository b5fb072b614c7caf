"""What the desk reads of visits: card, trail, past visits, profile, goals, removal."""

from datetime import timedelta

import httpx
import pytest

from tests.conftest import sign_in
from tests.visits.conftest import Browser, Tracked
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.service_requests.filing import Application, file_request
from yingke.service_requests.forms import RequestForm, change_form
from yingke.visitors import give_contact, identify_visitor, sign_identity, visitor_by_token
from yingke.visits import remove_old_visits


@pytest.fixture
async def desk(tracked: Tracked) -> httpx.AsyncClient:
    await sign_in(tracked.services.ground, tracked.http, tracked.company.owner)
    return tracked.http


async def test_a_card_shows_live_state_profile_and_touches(tracked: Tracked, desk: httpx.AsyncClient) -> None:
    browser = tracked.browser()
    await browser.look("https://shop.example/", "首页", referrer="https://www.baidu.com/s?wd=%E5%9D%9A%E6%9E%9C")
    visitor = await tracked.one("visitors")
    card = (await desk.get(f"/api/v1/visitors/{visitor['id']}/card")).json()
    assert card["live"]["page"]["title"] == "首页" and card["visit"]["ended_at"] is None
    assert card["touches"]["first"]["source"]["keyword"] == "坚果"
    assert card["profile"]["first_source"]["engine"] == "baidu" and card["visitor"]["id"] == str(visitor["id"])


async def test_the_live_list_pages_and_filters(tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock) -> None:
    for n in range(5):
        await tracked.browser().look(f"https://shop.example/p/{n}", f"第{n}页")
        clock.advance(timedelta(seconds=1))
    first = (await desk.get("/api/v1/visitors?limit=3")).json()
    rest = (await desk.get(f"/api/v1/visitors?limit=3&cursor={first['next_cursor']}")).json()
    titles = [item["page"]["title"] for item in first["items"] + rest["items"]]
    assert titles == ["第4页", "第3页", "第2页", "第1页", "第0页"] and rest["next_cursor"] is None
    found = (await desk.get("/api/v1/visitors", params={"q": "第3"})).json()
    assert (found["count"], found["online"]) == (1, 5)
    shares = (await desk.get("/api/v1/visitors/online/by?dimension=source")).json()
    assert shares == {"items": [{"key": "direct", "name": "direct", "count": 5}], "count": 5}


async def test_a_trail_shows_pages_in_order_with_dwell_and_events(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    browser = tracked.browser()
    first = await browser.look("https://shop.example/", "首页")
    clock.advance(timedelta(seconds=40))
    await browser.read(first, open=40_000, visible=25_000, scroll=80, left=True)
    second = await browser.look("https://shop.example/p/1", "坚果")
    cart = {"kind": "event", "id": "01a20085-1463-75a0-be52-9933963016c7", "page": second, "name": "add_to_cart"}
    await browser.send(cart)
    await tracked.services.tracking.recorder.settle()
    visit = await tracked.one("visits")
    trail = (await desk.get(f"/api/v1/visits/{visit['id']}")).json()
    assert [(item["page"]["title"], item["visible"], item["scroll"]) for item in trail["items"]] == [
        ("首页", 25.0, 80),
        ("坚果", 0.0, 0),
    ]
    assert trail["items"][1]["events"][0]["name"] == "add_to_cart"
    assert trail["visit"]["visible"] == 25.0 and trail["visit"]["duration"] == 40.0
    between = await desk.get(
        f"/api/v1/visitors/{visit['visitor_id']}/trail", params={"from": clock.now().isoformat(), "limit": 1}
    )
    assert [item["page"]["title"] for item in between.json()["items"]] == ["坚果"]


async def test_past_visits_come_newest_first_also_over_all_browsers_of_a_contact(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    from tests.people import arrive
    from yingke.visitors import link_visitor

    laptop, phone = tracked.browser(), tracked.browser()
    await laptop.look("https://shop.example/?utm_source=edm&utm_medium=email")
    clock.advance(timedelta(hours=1))
    await phone.look("https://shop.example/", referrer="https://weibo.com/")
    clock.advance(timedelta(hours=1))
    await laptop.look("https://shop.example/again")
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        mine = await visitor_by_token(work, tracked.site.id, laptop.token or "")
        other = await visitor_by_token(work, tracked.site.id, phone.token or "")
        assert mine and other
        contact = await give_contact(work, mine, name="周敏", phone="13800000000")
        assert contact
        await link_visitor(work, other, contact.id)
        await arrive(work, tracked.site)
    own = (await desk.get(f"/api/v1/visitors/{mine.id}/visits?limit=1")).json()
    assert own["items"][0]["number"] == 2 and own["next_cursor"]
    both = (await desk.get(f"/api/v1/contacts/{contact.id}/visits")).json()
    assert [item["source"]["kind"] for item in both["items"]] == ["direct", "social", "mail"]
    touches = (await desk.get(f"/api/v1/contacts/{contact.id}/touches")).json()
    assert (touches["first"]["source"]["kind"], touches["last"]["source"]["kind"]) == ("mail", "social")


async def test_what_is_noted_of_an_unknown_visitor_becomes_the_contacts(
    tracked: Tracked, desk: httpx.AsyncClient
) -> None:
    browser = tracked.browser()
    await browser.look()
    id = (await tracked.one("visitors"))["id"]
    tag = (await desk.post("/api/v1/tags", json={"name": "大客户", "color": "#1f6f5c"})).json()["id"]
    edited = await desk.patch(
        f"/api/v1/visitors/{id}/profile", json={"name": "胖老板", "fields": {"车": "皮卡", "空": ""}}
    )
    assert edited.status_code == 200 and edited.json()["fields"]["车"] == "皮卡"
    assert (await desk.put(f"/api/v1/visitors/{id}/tags", json={"tag_ids": [tag]})).json()["tag_ids"] == [tag]
    note = await desk.post(f"/api/v1/visitors/{id}/notes", json={"text": "问过批发价"})
    assert note.status_code == 201
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        visitor = await visitor_by_token(work, tracked.site.id, browser.token or "")
        assert visitor
        contact = await give_contact(work, visitor, email="boss@example.com")
        assert contact
    shown = (await desk.get(f"/api/v1/contacts/{contact.id}")).json()
    assert shown["tag_ids"] == [tag] and shown["fields"]["车"] == "皮卡" and shown["notes_count"] == 1
    profile = (await desk.get(f"/api/v1/visitors/{id}/profile")).json()
    assert [each["text"] for each in profile["notes"]] == ["问过批发价"] and profile["tag_ids"] == [tag]
    refused = await desk.patch(f"/api/v1/visitors/{id}/profile", json={"name": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "visitor_has_contact")


async def test_a_telephone_number_noted_of_an_unknown_visitor_makes_a_contact_of_him(
    tracked: Tracked, desk: httpx.AsyncClient
) -> None:
    await tracked.browser().look()
    id = (await tracked.one("visitors"))["id"]
    await desk.patch(f"/api/v1/visitors/{id}/profile", json={"name": "胖老板"})
    wrong = await desk.put(f"/api/v1/visitors/{id}/contact", json={"phone": "不知道"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "phone")
    nothing = (await desk.put(f"/api/v1/visitors/{id}/contact", json={"phone": None})).json()
    assert (nothing["contact_id"], nothing["name"], nothing["phone"]) == (None, "胖老板", "")
    known = (await desk.put(f"/api/v1/visitors/{id}/contact", json={"phone": "13800138000"})).json()
    contact = (await desk.get(f"/api/v1/contacts/{known['contact_id']}")).json()
    assert (contact["name"], contact["phone"], known["phone"]) == ("胖老板", "13800138000", "13800138000")
    both = (await desk.put(f"/api/v1/visitors/{id}/contact", json={"company": "临安山货"})).json()
    assert (both["contact_id"], both["company"], both["phone"]) == (contact["id"], "临安山货", "13800138000")


async def test_who_is_identified_keeps_what_was_noted_and_seen_of_both(
    tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    known, unknown = tracked.browser(), tracked.browser()
    tags = [(await desk.post("/api/v1/tags", json={"name": name, "color": "#1f6f5c"})).json()["id"] for name in "甲乙"]
    await known.look("https://shop.example/known")
    contact_id = await _signed(tracked, known)
    await desk.post(f"/api/v1/contacts/{contact_id}/notes", json={"text": "老客户"})
    await desk.put(f"/api/v1/contacts/{contact_id}/tags", json={"tag_ids": tags[:1]})
    await desk.patch(f"/api/v1/contacts/{contact_id}", json={"name": "周敏", "fields": {"城市": "杭州"}})
    clock.advance(timedelta(hours=1))
    await unknown.look("https://shop.example/unknown")
    (id,) = [row["id"] for row in await tracked.rows("visitors") if row["contact_id"] is None]
    await desk.post(f"/api/v1/visitors/{id}/notes", json={"text": "问过批发价"})
    await desk.put(f"/api/v1/visitors/{id}/tags", json={"tag_ids": tags[1:]})
    await desk.patch(f"/api/v1/visitors/{id}/profile", json={"name": "胖老板", "fields": {"车": "皮卡"}})
    await desk.put(f"/api/v1/visitors/{id}/contact", json={"phone": "13800138000"})
    assert await _signed(tracked, unknown) == contact_id
    profile = (await desk.get(f"/api/v1/visitors/{id}/profile")).json()
    assert [note["text"] for note in profile["notes"]] == ["问过批发价", "老客户"]
    assert sorted(profile["tag_ids"]) == sorted(tags) and profile["fields"] == {"城市": "杭州", "车": "皮卡"}
    assert (profile["name"], profile["phone"]) == ("周敏", "13800138000")
    visits = (await desk.get(f"/api/v1/contacts/{contact_id}/visits")).json()["items"]
    assert [visit["landing"]["url"] for visit in visits] == [
        "https://shop.example/unknown",
        "https://shop.example/known",
    ]


async def _signed(tracked: Tracked, browser: Browser) -> str:
    """The contact of customer no. 7, as whom the shop signs the visitor in."""
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        visitor = await visitor_by_token(work, tracked.site.id, browser.token or "")
        assert visitor
        hash = sign_identity(tracked.site.identity_secret, "7")
        return str((await identify_visitor(work, tracked.site, visitor, external_id="7", hash=hash)).visitor.contact_id)


async def test_a_goal_is_reached_once_a_visit_and_told(tracked: Tracked, desk: httpx.AsyncClient) -> None:
    made = await desk.post("/api/v1/goals", json={"name": "下单", "kind": "url", "pattern": "/order/*/done"})
    cart = await desk.post(
        "/api/v1/goals", json={"name": "加购", "kind": "event", "pattern": "add_to_cart", "value": 5}
    )
    assert made.status_code == cart.status_code == 201
    tracked.services.tracking.sites._kept.clear()
    browser = tracked.browser()
    page = await browser.look("https://shop.example/order/77/done?x=1")
    assert (await tracked.rows("conversions")) == [], "the pattern does not end there"
    await browser.look("https://shop.example/order/77/done")
    await browser.look("https://shop.example/order/78/done")
    event = {"kind": "event", "id": page, "name": "add_to_cart"}
    await browser.send(event)
    assert len(await tracked.rows("conversions")) == 2
    counted = {goal["name"]: goal["conversions_7d"] for goal in (await desk.get("/api/v1/goals")).json()["items"]}
    assert counted == {"下单": 1, "加购": 1}
    by = await desk.get(f"/api/v1/goals/{made.json()['id']}/conversions?by=source")
    assert by.json()["items"] == [
        {"key": "direct", "name": "direct", "conversions": 1, "value": 0.0, "visits": 1, "rate": 1.0}
    ]
    tried = {"kind": "url", "pattern": "https://*.example/order/*", "url": "https://shop.example/order/1"}
    assert (await desk.post("/api/v1/goals/try", json=tried)).json() == {"matches": True}


async def test_old_page_views_are_removed_and_younger_ones_stay(tracked: Tracked, clock: FixedClock) -> None:
    await tracked.browser().look()
    clock.advance(timedelta(days=60))
    await tracked.browser().look()
    clock.advance(timedelta(days=31))
    await remove_old_visits(tracked.services.ground)
    for table in ("page_views", "visits", "visitors"):
        assert len(await tracked.rows(table)) == 1, table


async def test_a_browser_that_applied_for_something_stays_as_long_as_the_request(
    tracked: Tracked, clock: FixedClock
) -> None:
    browser = tracked.browser()
    await browser.look()
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        await change_form(work, "access", RequestForm(enabled=True))
        visitor = await visitor_by_token(work, tracked.site.id, browser.token or "")
        assert visitor
        await file_request(
            work, visitor, Application(client_id=new_id(), kind="access", text="想看发票"), source="widget"
        )
    clock.advance(timedelta(days=91))
    await remove_old_visits(tracked.services.ground)
    assert await tracked.rows("visits") == []
    assert (await tracked.one("service_requests"))["visitor_id"] == (await tracked.one("visitors"))["id"]


async def test_erasing_a_visitor_leaves_nothing_recorded(tracked: Tracked, desk: httpx.AsyncClient) -> None:
    browser = tracked.browser()
    page = await browser.look("https://shop.example/geheim", "金丝雀")
    await browser.send({"kind": "click", "id": page, "page": page, "name": "buy"})
    id = (await tracked.one("visitors"))["id"]
    exported = (await desk.get(f"/api/v1/visitors/{id}/export")).json()
    assert exported["page_views"][0]["page"]["title"] == "金丝雀" and exported["events"][0]["kind"] == "click"
    assert (await desk.delete(f"/api/v1/visitors/{id}")).status_code == 204
    for table in ("visitors", "visits", "page_views", "custom_events"):
        assert await tracked.rows(table) == []
    assert tracked.services.tracking.roster.find(tracked.workspace_id, id) is None
    await browser.look()
    assert len(await tracked.rows("page_views")) == 1, "who comes again is a new visitor"
