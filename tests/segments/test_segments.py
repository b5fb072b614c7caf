"""Segments: who is in one is the same for the live view, for contact lists, for reports and for rules."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import sign_in
from tests.visits.conftest import Browser, Tracked, tracked
from yingke.contacts.queries import list_contacts
from yingke.identity.tokens import token_hash
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.segments import patience
from yingke.segments.conditions import SegmentGroup, conditions_of
from yingke.segments.deciding import compiled
from yingke.segments.knowing import read_profiles
from yingke.segments.moments import moment_of
from yingke.segments.people import contacts_in, visits_in
from yingke.segments.seeking import sought_by

__all__ = ["tracked"]

BAIDU = "https://www.baidu.com/s?wd=%E5%9D%9A%E6%9E%9C"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
    " Mobile/15E148 Safari/604.1"
)


@pytest.fixture
async def desk(tracked: Tracked) -> AsyncIterator[httpx.AsyncClient]:
    await sign_in(tracked.services.ground, tracked.http, tracked.company.owner)
    running = asyncio.create_task(tracked.services.sighting.run())
    yield tracked.http
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def ask(desk: httpx.AsyncClient, method: str, path: str, status: int = 200, **more: Any) -> Any:
    answer = await desk.request(method, f"/api/v1{path}", **more)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def segment(desk: httpx.AsyncClient, *items: dict[str, Any], status: int = 201, **more: Any) -> Any:
    body = {"name": "百度来的", "conditions": {"match": "all", "items": list(items)}} | more
    return await ask(desk, "POST", "/segments", status, json=body)


async def visitor_of(tracked: Tracked, browser: Browser) -> UUID:
    rows = await tracked.rows("visitors")
    found: UUID = next(row["id"] for row in rows if row["token_hash"] == token_hash(browser.token or ""))
    return found


async def known(tracked: Tracked, desk: httpx.AsyncClient, browser: Browser, **details: Any) -> str:
    visitor_id = await visitor_of(tracked, browser)
    made = await ask(desk, "PUT", f"/visitors/{visitor_id}/contact", json=details)
    return str(made["contact_id"])


FROM_BAIDU = {"field": "engine", "op": "is", "value": ["baidu"]}
SAW_SALE = {"field": "page_seen", "op": "matches", "value": ["/sale/*"]}


@pytest.fixture
async def crowd(tracked: Tracked, desk: httpx.AsyncClient, clock: FixedClock) -> dict[str, Browser]:
    """Three browsers: one known, who came twice and put things into the cart; a phone; one that came from nowhere."""
    known_one, phone, direct = tracked.browser(), tracked.browser(), tracked.browser()
    phone.headers = {"user-agent": PHONE}
    await known_one.look("https://shop.example/sale/1?a=2", referrer=BAIDU)
    await known_one.send({"kind": "event", "id": str(new_id()), "name": "add_to_cart"})
    clock.advance(timedelta(days=3))
    await known_one.look("https://shop.example/p/1")
    await known_one.look("https://shop.example/p/2")
    await phone.look("https://shop.example/p/100%_off", referrer=BAIDU)
    await direct.look("https://shop.example/SALE/9")
    await tracked.services.tracking.recorder.settle()
    contact_id = await known(tracked, desk, known_one, name="王芳", email="wang@example.com")
    await ask(desk, "PATCH", f"/contacts/{contact_id}", json={"fields": {"等级": "金卡", "points": 12}})
    tag = await ask(desk, "POST", "/tags", 201, json={"name": "大客户", "color": "#aa0000"})
    await ask(desk, "PUT", f"/contacts/{contact_id}/tags", json={"tag_ids": [tag["id"]]})
    await tracked.services.tracking.roster.rebuild()
    return {"known": known_one, "phone": phone, "direct": direct, "tag": tag}


def conditions(tag_id: str, site_id: UUID) -> list[tuple[dict[str, Any], set[str]]]:
    """A condition, and who fits it."""
    return [
        (SAW_SALE, {"known", "direct"}),
        ({"field": "page_seen", "op": "matches_not", "value": ["/sale/*"]}, {"phone"}),
        ({"field": "page_seen", "op": "contains", "value": ["100%_OFF"]}, {"phone"}),
        ({"field": "page_seen", "op": "is", "value": ["/sale/1?a=2"]}, {"known"}),
        ({"field": "engine", "op": "is", "value": ["baidu"]}, {"phone"}),
        ({"field": "source", "op": "is_not", "value": ["search"]}, {"known", "direct"}),
        ({"field": "keyword", "op": "is", "value": ["坚果"]}, {"phone"}),
        ({"field": "keyword", "op": "empty"}, {"known", "direct"}),
        ({"field": "landing_url", "op": "contains", "value": ["/p/"]}, {"known", "phone"}),
        ({"field": "referrer", "op": "matches", "value": ["*baidu.com"]}, {"phone"}),
        ({"field": "region", "op": "not_empty"}, set()),
        ({"field": "device", "op": "is", "value": ["phone"]}, {"phone"}),
        ({"field": "site", "op": "is", "value": [str(site_id)]}, {"known", "phone", "direct"}),
        ({"field": "language", "op": "is", "value": ["ZH-cn"]}, {"known", "phone", "direct"}),
        ({"field": "page_count", "op": "at_least", "value": 2}, {"known"}),
        ({"field": "visits", "op": "at_most", "value": 1}, {"phone", "direct"}),
        ({"field": "last_visit_days", "op": "at_least", "value": 2}, {"known"}),
        ({"field": "last_seen_days", "op": "at_most", "value": 0}, {"known", "phone", "direct"}),
        ({"field": "returning", "op": "is", "value": True}, {"known"}),
        ({"field": "known", "op": "is", "value": False}, {"phone", "direct"}),
        ({"field": "tag", "op": "has", "value": [tag_id]}, {"known"}),
        ({"field": "tag", "op": "has_not", "value": [tag_id]}, {"phone", "direct"}),
        ({"field": "contact_field", "key": "等级", "op": "is", "value": ["金卡"]}, {"known"}),
        ({"field": "contact_field", "key": "points", "op": "is", "value": ["12"]}, {"known"}),
        ({"field": "contact_field", "key": "email", "op": "contains", "value": ["@EXAMPLE.com"]}, {"known"}),
        ({"field": "contact_field", "key": "email", "op": "empty"}, {"phone", "direct"}),
        ({"field": "past_event", "key": "add_to_cart", "op": "at_least", "value": 1, "days": 7}, {"known"}),
        ({"field": "past_event", "key": "add_to_cart", "op": "at_most", "value": 0, "days": 2},
         {"known", "phone", "direct"}),
    ]  # fmt: skip


async def test_every_condition_means_the_same_in_memory_in_reports_and_in_lists_of_contacts(
    tracked: Tracked, crowd: dict[str, Any]
) -> None:
    people = {name: await visitor_of(tracked, crowd[name]) for name in ("known", "phone", "direct")}
    roster, ground, workspace_id = tracked.services.tracking.roster, tracked.services.ground, tracked.workspace_id
    async with ground.work_in(workspace_id) as work:
        wanted_of_all = [
            SegmentGroup.model_validate({"items": [each]}) for each, _ in conditions(str(new_id()), new_id())
        ]
        sought = sought_by(each for group in wanted_of_all for _, each in conditions_of(group))
        profiles = await read_profiles(work, list(people.values()), sought)
        for condition, wanted in conditions(crowd["tag"]["id"], tracked.site.id):
            group = SegmentGroup.model_validate({"items": [condition]})
            branch = compiled(group)
            alive = set()
            for name, id in people.items():
                present = roster.find(workspace_id, id)
                assert present
                moment = moment_of(present.value, at=work.now, zone=UTC, profile=profiles[id])
                if branch.decide(moment):
                    alive.add(name)
            assert alive == wanted, condition
            visit_ids = await visits_in(work, group, work.now - timedelta(days=30), work.now + timedelta(days=1))
            last = """SELECT visitor_id FROM visits x WHERE workspace_id = $1 AND id = ANY($2)
              AND number = (SELECT max(number) FROM visits o WHERE o.visitor_id = x.visitor_id)"""
            rows = await (await work.raw()).fetch(last, workspace_id, visit_ids)
            assert {row["visitor_id"] for row in rows} == {people[name] for name in wanted}, condition
            items, _ = await list_contacts(work, only=contacts_in(group, work.now))
            assert [item.name for item in items] == (["王芳"] if "known" in wanted else []), condition


async def test_a_segment_narrows_the_live_view_the_contacts_and_the_figures(
    desk: httpx.AsyncClient, crowd: dict[str, Any]
) -> None:
    made = await segment(desk, SAW_SALE, {"field": "known", "op": "is", "value": True}, name="老客户看特价")
    assert [each["name"] for each in (await ask(desk, "GET", "/segments"))["items"]] == ["老客户看特价"]
    size = await ask(desk, "POST", "/segments/size", json={"conditions": made["conditions"]})
    assert size == {"online": 1, "contacts": 1}
    live = await ask(desk, "GET", "/visitors", params={"segment_id": made["id"]})
    assert [each["name"] for each in live["items"]] == ["王芳"] and live["online"] == 3
    by_page = await ask(desk, "GET", "/visitors/online/by", params={"segment_id": made["id"], "dimension": "page"})
    assert [(each["key"], each["count"]) for each in by_page["items"]] == [("shop.example/p/2", 1)]
    contacts = await ask(desk, "GET", f"/segments/{made['id']}/contacts")
    assert [each["name"] for each in contacts["items"]] == ["王芳"]
    range = {"from": "2026-11-20", "to": "2026-11-25", "segment_id": made["id"]}
    traffic = await ask(desk, "GET", "/traffic", params=range)
    assert (traffic["totals"]["visits"], traffic["totals"]["page_views"]) == (2, 3)
    pages = await ask(desk, "GET", "/traffic/by/page", params=range)
    assert sum(each["page_views"] for each in pages["items"]) == 3
    too_long = await desk.get("/api/v1/traffic", params=range | {"from": "2026-06-01"})
    assert too_long.status_code == 422 and too_long.json()["field"] == "from"


async def test_a_desk_that_watches_a_segment_is_told_when_somebody_comes_to_be_in_it(
    tracked: Tracked, desk: httpx.AsyncClient, crowd: dict[str, Any]
) -> None:
    """Of one it is known at once, of the other it takes his earlier pages."""
    from yingke.visits.live import Filter, Watch

    second_phone = tracked.browser(headers={"user-agent": PHONE})
    for url in ("https://shop.example/p/1", "https://shop.example/sale/8", "https://shop.example/p/2"):
        await second_phone.look(url, "先前看过")
    await tracked.services.tracking.recorder.settle()
    made = await segment(desk, SAW_SALE, {"field": "device", "op": "is", "value": ["phone"]})
    frames: list[bytes] = []
    tracked.services.tracking.watches.start(
        Watch(tracked.workspace_id, Filter(segment_id=UUID(made["id"])), frames.append, lambda: 0)
    )
    await crowd["phone"].look("https://shop.example/sale/7", "特价")
    async with asyncio.timeout(30):
        while not all(any(seen.encode() in frame for frame in frames) for seen in ("特价", "先前看过")):
            await asyncio.sleep(0.05)


async def test_a_rule_looks_at_a_segment_which_then_cannot_be_deleted(
    desk: httpx.AsyncClient, crowd: dict[str, Any]
) -> None:
    made = await segment(desk, SAW_SALE)
    rule = {
        "name": "特价",
        "conditions": {"items": [{"field": "segment", "op": "is", "value": [made["id"]]}]},
        "action": {"kind": "message", "content": {"text": {"zh-CN": "您好", "en": "Hello"}}},
        "limits": {"per_visitor": 1},
    }
    kept = await ask(desk, "POST", "/outreach/rules", 201, json=rule)
    assert kept["warnings"] == []
    outcomes = {}
    for each in (await ask(desk, "GET", "/visitors"))["items"]:
        tried = await ask(desk, "POST", "/outreach/try", json={"visitor_id": each["id"]})
        outcomes[each["page"]["url"]] = tried["items"][0]["reasons"][0]["holds"]
    assert outcomes == {
        "https://shop.example/p/2": True,
        "https://shop.example/SALE/9": True,
        "https://shop.example/p/100%_off": False,
    }
    refused = await desk.delete(f"/api/v1/segments/{made['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "segment_used") and "特价" in refused.json()["detail"]
    await ask(desk, "DELETE", f"/outreach/rules/{kept['id']}", 204)
    await ask(desk, "DELETE", f"/segments/{made['id']}", 204)
    gone = await ask(desk, "POST", "/outreach/rules/check", json=rule)
    assert "segment_gone" in [each["code"] for each in gone["warnings"]]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "conditions_missing"),
        ([{"field": "segment", "op": "is", "value": [str(new_id())]}], "segment_in_segment"),
        ([{"match": "any", "items": [{"field": "segment", "op": "is_not", "value": [str(new_id())]}]}],
         "segment_in_segment"),
        ([{"field": "scroll", "op": "at_least", "value": 50}], "of_a_moment"),
        ([{"field": "returning", "op": "is", "value": True}, {"field": "visits", "op": "at_most", "value": 1}],
         "segment_never_holds"),
    ],
)  # fmt: skip
async def test_what_is_no_segment_is_refused(desk: httpx.AsyncClient, items: list[dict[str, Any]], code: str) -> None:
    assert code in str(await segment(desk, *items, status=422))


async def test_a_name_stands_once_and_only_supervisors_change_segments(
    desk: httpx.AsyncClient, tracked: Tracked
) -> None:
    from tests.people import hire

    made = await segment(desk, FROM_BAIDU)
    taken = await segment(desk, SAW_SALE, status=409)
    assert taken["code"] == "segment_name_taken"
    changed = await ask(desk, "PATCH", f"/segments/{made['id']}", json={"name": "来自百度"})
    assert changed["name"] == "来自百度" and changed["conditions"] == made["conditions"]
    agent = await hire(tracked.services.ground, tracked.workspace_id, "李雷")
    await sign_in(tracked.services.ground, desk, agent)
    await ask(desk, "GET", f"/segments/{made['id']}")
    await ask(desk, "DELETE", f"/segments/{made['id']}", 403)


async def test_a_count_that_takes_too_long_says_so(
    tracked: Tracked, desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "MOST_SECONDS", 0.2)
    await tracked.browser().look()
    await tracked.services.tracking.recorder.settle()
    async with tracked.connection.transaction():
        await tracked.connection.execute("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE")
        refused = await ask(desk, "POST", "/segments/size", 503, json={"conditions": {"items": [FROM_BAIDU]}})
    assert refused["code"] == "conditions_take_too_long" and "fewer" in refused["detail"]
    size = await ask(desk, "POST", "/segments/size", json={"conditions": {"items": [FROM_BAIDU]}})
    assert size == {"online": 0, "contacts": 0}, "and nothing is held up by it"
