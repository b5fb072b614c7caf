"""What pages report is stored once, bounded, with the server's times, and only when it is wanted."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from tests.visits.conftest import CHROME, Tracked
from yingke.asgi import make_app
from yingke.channels.webchat.report_door import ReportDoor
from yingke.inboxes.editing import change_site
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.rates import Rates
from yingke.visits.incoming import Known, Read
from yingke.visits.recording import recorder
from yingke.visits.recording.reading_times import ReadingTimes
from yingke.visits.reports import read_report
from yingke.visits.tracking import Tracking

PHONE = "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Safari/537.36 ArkWeb/4.1 Mobile"


async def set_tracking(tracked: Tracked, **settings: Any) -> None:
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        await change_site(work, tracked.site.id, settings={"tracking": settings})


async def test_a_first_page_view_makes_visitor_visit_and_page_view(tracked: Tracked) -> None:
    referrer = "https://www.baidu.com/s?wd=%E5%9D%9A%E6%9E%9C"
    browser = tracked.browser(headers={"user-agent": PHONE})
    await browser.look("https://shop.example/p/1?utm_source=x", "坚果", referrer=referrer)
    visitor, visit, page = await tracked.one("visitors"), await tracked.one("visits"), await tracked.one("page_views")
    assert visitor["visits"] == 1 and visitor["language"] == "zh-CN"
    assert json.loads(visit["device"]) == {"kind": "phone", "os": "HarmonyOS 5", "browser": "Huawei Browser 4"}
    source = json.loads(visit["source"])
    assert (source["kind"], source["engine"], source["keyword"]) == ("search", "baidu", "坚果")
    assert json.loads(visitor["first_touch"])["source"] == json.loads(visitor["last_touch"])["source"] == source
    assert (visit["number"], visit["page_views"], visit["landing_url"]) == (1, 1, page["url"])
    assert page["visit_id"] == visit["id"] and page["title"] == "坚果"


async def test_a_visit_that_went_on_in_another_process_is_still_the_same_visit(
    tracked: Tracked, clock: FixedClock
) -> None:
    other = Tracking(tracked.services.ground, tracked.services.bus)
    running = asyncio.create_task(other.run())
    browser = tracked.browser()
    await browser.look()
    site = await other.sites.of(tracked.site.key)
    assert site
    for _ in range(2):
        clock.advance(timedelta(minutes=20))
        page = {"kind": "page", "id": str(new_id()), "url": "https://shop.example/p/2", "title": "开心果"}
        report = read_report(json.dumps({"v": 1, "token": browser.token, "events": [page]}).encode())
        await other.report(site, report, user_agent=CHROME, address="127.0.0.1", do_not_track=False)
    clock.advance(timedelta(minutes=20))
    await browser.look()
    running.cancel()
    visit = await tracked.one("visits")
    assert (visit["number"], visit["page_views"]) == (1, 4)


async def test_pages_of_one_session_are_one_visit_and_after_half_an_hour_a_second_begins(
    tracked: Tracked, clock: FixedClock
) -> None:
    browser = tracked.browser()
    await browser.look("https://shop.example/", "首页", referrer="https://www.baidu.com/s?wd=x")
    clock.advance(timedelta(minutes=29))
    await browser.look("https://shop.example/p/2", "开心果")
    clock.advance(timedelta(minutes=31))
    await browser.look("https://shop.example/p/3", "腰果")
    first, second = await tracked.rows("visits")
    assert (first["page_views"], first["exit_url"], second["page_views"]) == (2, "https://shop.example/p/2", 1)
    assert second["number"] == 2
    visitor = await tracked.one("visitors")
    assert visitor["visits"] == 2
    assert json.loads(visitor["last_touch"])["visit_id"] == str(first["id"]), "the second visit came from nowhere"


async def test_what_is_sent_again_is_stored_once(tracked: Tracked) -> None:
    browser = tracked.browser()
    page = {"kind": "page", "id": str(new_id()), "url": "https://shop.example/", "title": "首页"}
    cart = {"kind": "event", "id": str(new_id()), "page": page["id"], "name": "add_to_cart", "properties": {"sku": 1}}
    for _ in range(3):
        assert (await browser.send(page, cart)).status_code == 204
    await asyncio.gather(*(browser.send(page, cart) for _ in range(10)))
    visit = await tracked.one("visits")
    assert (visit["page_views"], visit["events"]) == (1, 1)
    assert json.loads((await tracked.one("custom_events"))["properties"]) == {"sku": 1}


async def test_many_browsers_at_once_are_all_stored(tracked: Tracked) -> None:
    browsers = [tracked.browser() for _ in range(60)]
    await asyncio.gather(*(browser.look(f"https://shop.example/p/{n}") for n, browser in enumerate(browsers)))
    assert len(await tracked.rows("visitors")) == len(await tracked.rows("page_views")) == 60


async def test_fifty_tabs_of_one_visitor_are_one_visit(tracked: Tracked) -> None:
    browser = tracked.browser()
    await asyncio.gather(*(browser.look(f"https://shop.example/p/{n}") for n in range(50)))
    assert (await tracked.one("visits"))["page_views"] == 50


async def test_how_far_a_page_was_read_is_kept_and_never_more_than_it_was_open(
    tracked: Tracked, clock: FixedClock
) -> None:
    browser = tracked.browser()
    page = await browser.look()
    clock.advance(timedelta(seconds=30))
    await browser.read(page, open=30_000, visible=12_000, scroll=60)
    await browser.read(page, open=10_000, visible=5_000, scroll=40)
    await browser.read(page, open=9e14, visible=9e14, scroll=7000, left=True)
    await tracked.services.tracking.recorder.settle()
    row = await tracked.one("page_views")
    assert row["open_ms"] == row["visible_ms"] == 32_000
    assert row["scroll"] == 100 and row["left_at"] == clock.now()
    assert (await tracked.one("visits"))["active_at"] == clock.now()


async def test_the_clock_of_the_browser_is_never_asked(tracked: Tracked, clock: FixedClock) -> None:
    browser = tracked.browser()
    for age in (-1e14, 1e14, 5_000, 0):
        page = {"kind": "page", "id": str(new_id()), "url": "https://shop.example/", "age": age}
        assert (await browser.send(page)).status_code == 204
    ages = sorted((clock.now() - row["at"]).total_seconds() for row in await tracked.rows("page_views"))
    assert ages == [0, 0, 5, 1800]


async def test_long_and_hostile_texts_are_cut_and_cleaned(tracked: Tracked) -> None:
    browser = tracked.browser()
    title = "<script>alert(1)</script>\x00\u202e" + "长" * 5000
    await browser.look("https://u:p@shop.example/" + "a" * 10_000, title, referrer="javascript:alert(1)")
    row = await tracked.one("page_views")
    assert len(row["url"]) <= 2000 and "u:p" not in row["url"]
    assert len(row["title"]) == 300 and "\x00" not in row["title"] and "\u202e" not in row["title"]
    assert (await tracked.one("visits"))["referrer"] == ""


async def test_an_address_that_is_no_pages_is_not_stored(tracked: Tracked) -> None:
    browser = tracked.browser()
    for url in ("javascript:alert(1)", "file:///etc/passwd", "", "https://["):
        await browser.look(url)
    assert await tracked.rows("page_views") == []


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{", '{"v":2,"events":[]}', '{"v":1,"token":"short"}', '{"v":1,"events":[{"kind":"other"}]}',
        '{"v":1,"events":[{"kind":"page","id":"no","url":"x"}]}', "[" * 10_000,
        '{"v":1,"events":' + json.dumps([{"kind": "read", "page": str(new_id())}] * 51) + "}",
    ],
)  # fmt: skip
async def test_what_is_not_understood_is_refused_and_stores_nothing(tracked: Tracked, body: str) -> None:
    answer = await tracked.http.post(f"/w/{tracked.site.key}/v", content=body, headers={"user-agent": CHROME})
    assert answer.status_code == 422 and answer.json()["code"] == "bad_report"
    assert await tracked.rows("visitors") == []


async def test_a_report_that_is_too_large_is_refused(tracked: Tracked) -> None:
    answer = await tracked.http.post(f"/w/{tracked.site.key}/v", content="x" * 70_000)
    assert answer.status_code == 413


async def test_an_unknown_site_and_a_foreign_page_are_refused(tracked: Tracked) -> None:
    assert (await tracked.http.post("/w/no-such-site/v", content="{}")).status_code == 404
    browser = tracked.browser(headers={"user-agent": CHROME, "origin": "https://thief.example"})
    answer = await browser.send({"kind": "page", "id": str(new_id()), "url": "https://thief.example/"})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


async def test_the_operator_gives_another_name_to_a_path_that_browsers_block(tracked: Tracked) -> None:
    services = tracked.services
    services.settings = replace(services.settings, tracking_path="/news/{key}/latest")
    key = tracked.site.key
    page = {"kind": "page", "id": str(new_id()), "url": "https://shop.example/"}
    body = json.dumps({"v": 1, "token": "v_" + "a" * 43, "events": [page]})
    transport = httpx.ASGITransport(app=ReportDoor(make_app(services), services))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as http:
        assert f"/news/{key}/latest.js" in (await http.get(f"/w/{key}.js")).text
        assert f'"/news/{key}/latest"' in (await http.get(f"/news/{key}/latest.js")).text
        headers = {"user-agent": CHROME}
        assert (await http.post(f"/news/{key}/latest", content=body, headers=headers)).status_code == 204
        assert (await http.post(f"/w/{key}/v", content=body, headers=headers)).status_code in (404, 405)
    assert len(await tracked.rows("page_views")) == 1


async def test_who_reports_too_often_is_told_when_to_come_again_and_others_are_not(tracked: Tracked) -> None:
    tracked.services.tracking.rates.visitor = Rates(per_second=0.01, burst=5)
    busy, calm = tracked.browser(), tracked.browser()
    answers = [await busy.send({"kind": "read", "page": str(new_id())}) for _ in range(6)]
    assert answers[0].status_code == 204
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1
    await calm.look()
    assert len(await tracked.rows("page_views")) == 1


async def test_a_flood_of_browsers_without_cookies_is_refused_and_those_known_go_on(tracked: Tracked) -> None:
    tracked.services.tracking.rates.newcomer = Rates(per_second=0.01, burst=3)
    known = tracked.browser()
    await known.look()
    page = {"kind": "page", "url": "https://shop.example/"}
    flood = [tracked.browser(token=None, headers={"user-agent": f"{CHROME} {number}"}) for number in range(5)]
    answers = [(await each.send(page | {"id": str(new_id())})).status_code for each in flood]
    assert answers == [204, 204, 429, 429, 429]
    await known.look("https://shop.example/p/2")
    assert len(await tracked.rows("visitors")) == 3


async def test_reports_wait_while_the_database_does_as_the_gauge_says_and_one_too_many_is_refused(
    tracked: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "WAITING_AT_MOST", 2)
    async with tracked.connection.transaction():
        await tracked.connection.execute("LOCK TABLE visits")
        looks = [asyncio.create_task(tracked.browser().look())]
        await asyncio.sleep(0.3)  # it is being stored
        looks += [asyncio.create_task(tracked.browser().look()) for _ in range(2)]
        await asyncio.sleep(0.2)
        assert REGISTRY.get_sample_value("yingke_reports_waiting") == 2
        page = {"kind": "page", "id": str(new_id()), "url": "https://shop.example/", "title": ""}
        refused = await tracked.browser().send(page)
        assert refused.status_code == 503 and refused.headers["retry-after"] == "2"
    await asyncio.gather(*looks)
    assert len(await tracked.rows("page_views")) == 3
    assert REGISTRY.get_sample_value("yingke_reports_waiting") == 0


async def test_robots_are_not_stored(tracked: Tracked) -> None:
    for agent in ("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", "curl/8", ""):
        await tracked.browser(headers={"user-agent": agent}).look()
    assert await tracked.rows("visitors") == []


async def test_a_site_that_is_off_stores_nothing(tracked: Tracked) -> None:
    await set_tracking(tracked, mode="off")
    await tracked.browser().look()
    assert await tracked.rows("visitors") == []


@pytest.mark.parametrize("signal", ["dnt", "sec-gpc"])
async def test_do_not_track_is_respected_as_the_site_says(tracked: Tracked, signal: str) -> None:
    await set_tracking(tracked, do_not_track="off")
    await tracked.browser(headers={"user-agent": CHROME, signal: "1"}).look()
    assert await tracked.rows("visitors") == []
    await set_tracking(tracked, do_not_track="anonymous")
    await tracked.browser(headers={"user-agent": CHROME, signal: "1"}).look()
    assert (await tracked.one("visitors"))["anonymous"] is True


async def test_an_anonymous_visitor_is_recognised_for_one_day_without_anything_kept_in_the_browser(
    tracked: Tracked, clock: FixedClock
) -> None:
    browser = tracked.browser(token=None)
    await browser.look()
    await browser.look()
    row = await tracked.one("visitors")
    assert row["anonymous"] and row["address_prefix"] == "127.0.0.0/24"
    assert (await tracked.one("visits"))["page_views"] == 2
    clock.advance(timedelta(days=1))
    await browser.look()
    assert len(await tracked.rows("visitors")) == 2


async def test_the_panel_greets_the_visitor_whose_token_the_page_made(tracked: Tracked) -> None:
    from yingke.visitors import greet_visitor

    browser = tracked.browser()
    await browser.look()
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        greeted = await greet_visitor(work, tracked.site, token=browser.token)
    assert greeted.token is None and greeted.visitor.visits == 1
    assert (await tracked.one("visits"))["visitor_id"] == greeted.visitor.id


async def test_a_panel_that_greets_first_counts_the_same_visit(tracked: Tracked) -> None:
    from yingke.visitors import greet_visitor

    browser = tracked.browser()
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        greeted = await greet_visitor(work, tracked.site, token=browser.token)
    assert greeted.token == browser.token
    await browser.look()
    assert (await tracked.one("visitors"))["visits"] == (await tracked.one("visits"))["number"] == 1


async def test_a_token_of_one_site_says_nothing_on_another(tracked: Tracked, http: httpx.AsyncClient) -> None:
    from tests.people import open_site

    browser = tracked.browser()
    await browser.look()
    other = await open_site(tracked.services.ground, tracked.workspace_id, "别的店")
    browser.site = other
    await browser.look("https://other.example/")
    assert len(await tracked.rows("page_views")) == 1


async def test_the_region_of_an_address_is_unknown_without_a_file(tracked: Tracked) -> None:
    await tracked.browser().look()
    region = json.loads((await tracked.one("visits"))["region"])
    assert region == {"country": "", "province": "", "city": "", "provider": ""}


def test_who_just_left_a_page_looks_at_the_next_one_before_that_is_written() -> None:
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    known = Known(new_id(), new_id(), new_id(), new_id())
    left, hidden = (
        Read(new_id(), now, 20_000, 18_000, 40, hidden=not left, left=left) for left in (True, False)
    )  # fmt: skip
    times = ReadingTimes()
    for read in (left, hidden):
        times.note(known, read)
    assert [each.read for each in times.due(now + timedelta(milliseconds=200))] == [hidden]
    assert [each.read for each in times.due(now + timedelta(seconds=2))] == [left]
    assert not times.due(now + timedelta(seconds=4)), "it is written once"
