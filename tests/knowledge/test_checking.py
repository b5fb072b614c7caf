"""What is found wrong with entries."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.knowledge.test_entries import BASE, desk, write
from tests.relaying import settle
from yingke.kit.ids import new_id
from yingke.kit.outbound import OutboundClient
from yingke.knowledge.checking.rules import Known, Shop, findings
from yingke.knowledge.values import EntryContent
from yingke.wiring import Services

__all__ = ["desk"]


async def found(desk: httpx.AsyncClient, kind: str) -> list[dict[str, Any]]:
    answer = await desk.get(f"{BASE}/checks", params={"kind": kind})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_the_same_wording_in_two_entries_and_nearly_the_same_are_found(desk: httpx.AsyncClient) -> None:
    one = await write(desk, "怎么退货", similar=["七天无理由退货怎么办理", "可以退吗"])
    await write(desk, "退款多久到账", similar=["钱什么时候退回来"])
    await write(desk, "发票怎么开", similar=["开票"])
    same = await write(desk, "退货流程", similar=["可以退吗"])
    near = await write(desk, "七天无理由退货办理", similar=["退货怎么办理"])
    (finding,) = await found(desk, "duplicate")
    assert (finding["entry_id"], finding["other_id"], finding["detail"]) == (same["id"], one["id"], "可以退吗")
    pairs = [{each["entry_id"], each["other_id"]} for each in await found(desk, "near_duplicate")]
    assert {one["id"], near["id"]} in pairs


async def test_what_is_nearly_the_same_is_looked_for_again_only_where_something_changed(
    desk: httpx.AsyncClient, services: Services
) -> None:
    one = await write(desk, "怎么退货", similar=["七天无理由退货怎么办理"])
    await write(desk, "退款多久到账", similar=["钱什么时候退回来"])
    near = await write(desk, "七天无理由退货办理", similar=["退货怎么办理"])

    async def pairs() -> list[set[str]]:
        return [{each["entry_id"], each["other_id"]} for each in await found(desk, "near_duplicate")]

    assert await pairs() == [{one["id"], near["id"]}]
    ((_, held),) = services.banks._held.items()
    before = dict(held.nearest)
    assert await pairs() == [{one["id"], near["id"]}]
    assert all(held.nearest[id] is known for id, known in before.items()) and len(before) == 3
    await desk.patch(
        f"{BASE}/entries/{near['id']}", json={"question": "发票怎么开", "similar": ["开票"], "publish": True}
    )
    await settle(services)
    assert await pairs() == []
    await desk.patch(
        f"{BASE}/entries/{near['id']}",
        json={"question": "退货怎么办理", "similar": ["七天无理由退货办理"], "publish": True},
    )
    await settle(services)
    assert await pairs() == [{one["id"], near["id"]}]


async def test_what_takes_too_long_to_compare_is_told_and_goes_on_with_the_next_look(
    desk: httpx.AsyncClient,
) -> None:
    for question in ("怎么退货", "七天无理由退货办理", "退款多久到账", "发票怎么开"):
        await write(desk, question)

    async def look(wait: float) -> tuple[int, int]:
        summary = (await desk.get(f"{BASE}/checks/summary", params={"wait": wait})).json()
        return summary["compared"], summary["not_compared"]

    assert await look(0) == (0, 4)  # told at once, before there is anything to ask
    assert (await desk.get(f"{BASE}/checks", params={"wait": 0})).json()["total"] > 0
    assert await look(20) == (4, 0)
    assert await look(0) == (4, 0)


async def test_stale_long_lonely_untranslated_and_empty_are_found(desk: httpx.AsyncClient) -> None:
    shelf = (await desk.post(f"{BASE}/categories", json={"names": {"zh-CN": "空的"}})).json()
    old = await write(desk, "怎么退货", review_on="2026-01-01")
    long = await write(desk, "隐私条款", answer_html="字" * 2_000)
    english = await write(desk, "How to pay", language="en")
    assert [each["entry_id"] for each in await found(desk, "stale")] == [old["id"]]
    assert [(each["entry_id"], each["detail"]) for each in await found(desk, "too_long")] == [(long["id"], "2000")]
    assert {each["entry_id"] for each in await found(desk, "orphan")} == {old["id"], long["id"], english["id"]}
    assert (english["id"], "zh-CN") in [
        (each["entry_id"], each["detail"]) for each in await found(desk, "missing_language")
    ]
    assert [each["category_id"] for each in await found(desk, "empty_category")] == [shelf["id"]]
    summary = (await desk.get(f"{BASE}/checks/summary")).json()
    assert {each["kind"]: each["count"] for each in summary["items"]}["orphan"] == 3


async def test_a_button_to_an_entry_that_was_taken_back_and_an_entry_whose_time_is_over_are_found(
    desk: httpx.AsyncClient,
) -> None:
    other = await write(desk, "运费多少")
    buttons = [{"label": "运费", "action": "entry", "entry_id": other["id"], "url": ""}]
    leading = await write(desk, "怎么退货", buttons=buttons)
    over = await write(desk, "去年的活动", valid_until="2025-12-31T16:00:00Z")
    assert await found(desk, "dead_link") == []
    await desk.post(f"{BASE}/entries/{other['id']}/archive", json={})
    told = [(each["entry_id"], each["url"], each["detail"]) for each in await found(desk, "dead_link")]
    assert told == [(leading["id"], "运费", "no_entry")]
    assert [(each["entry_id"], each["detail"]) for each in await found(desk, "expired")] == [(over["id"], "2025-12-31")]


def test_a_tree_that_came_in_too_deep_is_found() -> None:
    ids = [UUID(int=number) for number in range(1, 6)]
    parents = {id: (ids[place - 1] if place else None) for place, id in enumerate(ids)}
    shop = Shop([], {id: str(id.int) for id in ids}, parents, {}, date(2026, 11, 20))
    assert [(each.category_id, each.detail) for each in findings(shop) if each.kind == "depth"] == [(ids[4], "5")]


def test_a_circle_of_related_entries_harms_no_check() -> None:
    one, other = new_id(), new_id()
    entries = [
        Known(id, "zh-CN", EntryContent(question=str(id), related_ids=[to]), True, None, None, None)
        for id, to in ((one, other), (other, one))
    ]
    assert {each.kind for each in findings(Shop(entries, {}, {}, {}, date(2026, 11, 20)))} == {"no_similar"}


@pytest.fixture
def web() -> Iterator[str]:
    """A web site with one page."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/there" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


async def test_dead_links_are_found_when_they_were_looked_at(
    desk: httpx.AsyncClient, services: Services, web: str
) -> None:
    services.outbound = OutboundClient(also=[web])
    html = f'<a href="http://{web}/there">好</a><a href="http://{web}/gone">坏</a><a href="http://10.0.0.1/">内</a>'
    entry = await write(desk, "怎么退货", answer_html=html)
    assert await found(desk, "dead_link") == []
    assert (await desk.post(f"{BASE}/checks/links")).status_code == 202
    await asyncio.wait_for(settle(services), 30)
    dead = {each["url"]: (each["entry_id"], each["detail"]) for each in await found(desk, "dead_link")}
    assert dead == {
        f"http://{web}/gone": (entry["id"], "404"),
        "http://10.0.0.1/": (entry["id"], "address_refused"),
    }
