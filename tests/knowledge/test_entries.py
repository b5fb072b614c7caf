"""Entries over HTTP, on a real database."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select

from tests.conftest import Company, found_company, sign_in
from tests.files.pictures import png
from tests.people import hire
from yingke.identity import Role
from yingke.kit.ids import new_id
from yingke.kit.outbox import FactRow
from yingke.kit.work import Ground

BASE = "/api/v1/knowledge"


@pytest.fixture
async def desk(ground: Ground, http: httpx.AsyncClient, company: Company) -> AsyncIterator[httpx.AsyncClient]:
    await sign_in(ground, http, await hire(ground, company.workspace_id, role=Role.supervisor))
    yield http


async def write(desk: httpx.AsyncClient, question: str, **fields: Any) -> dict[str, Any]:
    body = {"language": "zh-CN", "question": question, "answer_html": "<p>七天内可以退。</p>", "publish": True} | fields
    answer = await desk.post(f"{BASE}/entries", json=body)
    assert answer.status_code == 201, answer.text
    written: dict[str, Any] = answer.json()
    return written


async def test_an_entry_is_drafted_proposed_and_published_and_the_old_version_answers_meanwhile(
    desk: httpx.AsyncClient,
) -> None:
    entry = await write(desk, "怎么退货", publish=False)
    at = f"{BASE}/entries/{entry['id']}"
    assert (entry["status"], entry["live"]) == ("draft", False)
    assert (await desk.post(f"{at}/propose", json={"note": "请看"})).json()["status"] == "review"
    published = (await desk.post(f"{at}/publish", json={})).json()
    assert (published["status"], published["live"], published["changed_since_live"]) == ("published", True, False)
    edited = (await desk.patch(at, json={"short_answer": "可以", "version": published["version"]})).json()
    assert (edited["status"], edited["live"], edited["changed_since_live"]) == ("draft", True, True)


async def test_a_change_of_what_a_colleague_changed_meanwhile_is_refused(desk: httpx.AsyncClient) -> None:
    entry = await write(desk, "怎么退货")
    at = f"{BASE}/entries/{entry['id']}"
    await desk.patch(at, json={"short_answer": "可以"})
    late = await desk.patch(at, json={"short_answer": "不可以", "version": entry["version"]})
    assert (late.status_code, late.json()["code"]) == (409, "entry_changed")


async def test_agents_write_drafts_and_supervisors_publish(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    await sign_in(ground, http, await hire(ground, company.workspace_id))
    draft = {"language": "en", "question": "How do I return it?", "answer_html": "Within a week."}
    assert (await http.post(f"{BASE}/entries", json=draft)).status_code == 201
    refused = await http.post(f"{BASE}/entries", json=draft | {"publish": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "publishing_not_allowed")


async def test_an_answer_keeps_what_is_safe_only(desk: httpx.AsyncClient) -> None:
    hostile = (
        '<p onclick="x()">好的<script>alert(1)</script><a href="javascript:x">点</a>'
        '<img src="https://shop.example/a.png" onerror="x()"></p><iframe src="https://x.example"></iframe>'
    )
    entry = await write(desk, "怎么退货", answer_html=hostile)
    for gone in ("onclick", "script", "javascript", "onerror", "iframe"):
        assert gone not in entry["answer_html"]
    assert 'src="https://shop.example/a.png"' in entry["answer_html"]
    assert entry["answer_text"].startswith("好的")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"similar": ["怎么退"] * 1 + [f"怎么退第{n}件" for n in range(200)]}, "too_many_texts"),
        ({"question": "  "}, "question_missing"),
        ({"question": "问" * 301}, "text_too_long"),
        ({"answer_html": "<div>" * 100 + "a"}, "answer_too_long"),
        ({"answer_html": "", "publish": True}, "answer_missing"),
        ({"related_ids": [str(new_id())]}, "unknown_reference"),
        ({"buttons": [{"label": "去", "action": "link", "url": "javascript:alert(1)"}]}, "invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_is_refused_by_name(desk: httpx.AsyncClient, fields: dict[str, Any], code: str) -> None:
    body = {"language": "zh-CN", "question": "怎么退货", "answer_html": "可以"} | fields
    refused = await desk.post(f"{BASE}/entries", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_buttons_and_cards_are_told_with_what_they_need_and_no_more(desk: httpx.AsyncClient) -> None:
    other = await write(desk, "怎么换货")
    said = [
        {"label": "换货", "action": "entry", "entry_id": other["id"]},
        {"label": "官网", "action": "link", "url": "https://shop.example"},
        {"label": "官网", "action": "link", "entry_id": None, "url": "https://shop.example"},
        {"label": "人工", "action": "hand_over"},
    ]
    entry = await write(desk, "怎么退货", buttons=said, cards=[{"title": "退货单"}])
    assert [(each["entry_id"], each["url"]) for each in entry["buttons"]] == [
        (other["id"], ""), (None, "https://shop.example"), (None, "https://shop.example"), (None, ""),
    ]  # fmt: skip
    assert entry["cards"] == [{"title": "退货单", "text": "", "image_url": "", "url": ""}]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"action": "entry"}, "needs entry_id"),
        ({"action": "link"}, "needs url"),
        ({"action": "link", "url": "https://shop.example", "entry_id": str(new_id())}, "no entry_id"),
        ({"action": "entry", "url": "https://shop.example", "entry_id": str(new_id())}, "no url"),
        ({"action": "hand_over", "url": "https://shop.example"}, "neither"),
    ],
)
async def test_a_button_that_leads_nowhere_or_to_two_places_is_refused_with_what_it_needs(
    desk: httpx.AsyncClient, more: dict[str, Any], told: str
) -> None:
    body = {"language": "zh-CN", "question": "怎么退货", "answer_html": "可以", "buttons": [{"label": "去"} | more]}
    refused = await desk.post(f"{BASE}/entries", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "buttons")
    assert told in refused.json()["detail"]


async def test_versions_are_kept_compared_and_restored(desk: httpx.AsyncClient) -> None:
    entry = await write(desk, "怎么退货", similar=["能退吗"])
    at = f"{BASE}/entries/{entry['id']}"
    await desk.patch(
        at, json={"answer_html": "<p>十五天内可以退。</p>", "similar": ["能退吗", "想退"], "publish": True}
    )
    versions = (await desk.get(f"{at}/versions")).json()["items"]
    assert versions[-1]["action"] == "created"
    asked = {"from": versions[-1]["version"], "to": versions[0]["version"]}
    differing = {each["field"]: each["lines"] for each in (await desk.get(f"{at}/diff", params=asked)).json()["items"]}
    assert {"op": "+", "text": "想退"} in differing["similar"]
    assert {"op": "-", "text": "七天内可以退。"} in differing["answer_html"]
    restored = (await desk.post(f"{at}/restore", json={"version": asked["from"]})).json()
    assert (restored["answer_text"], restored["status"], restored["live"]) == ("七天内可以退。", "draft", True)


async def test_a_deleted_entry_can_be_brought_back(desk: httpx.AsyncClient) -> None:
    entry = await write(desk, "怎么退货")
    at = f"{BASE}/entries/{entry['id']}"
    assert (await desk.delete(at)).status_code == 204
    assert (await desk.get(at)).status_code == 404
    assert [each["id"] for each in (await desk.get(f"{BASE}/entries", params={"deleted": True})).json()["items"]] == [
        entry["id"]
    ]
    assert (await desk.post(f"{at}/undelete")).json()["id"] == entry["id"]


async def test_lists_search_filter_and_page_without_a_gap(desk: httpx.AsyncClient) -> None:
    for number in range(7):
        await write(desk, f"第{number}个问题：运费多少", keywords=["邮费"] if number % 2 else [])
    for order in ("updated", "question", "heat", "shelf"):
        seen: list[str] = []
        cursor = None
        while True:
            asked = {"order": order, "limit": 3} | ({"cursor": cursor} if cursor else {})
            page = (await desk.get(f"{BASE}/entries", params=asked)).json()
            seen += [each["id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7, order
    assert (await desk.get(f"{BASE}/entries", params={"q": "邮费"})).json()["total"] == 3
    assert (await desk.get(f"{BASE}/entries", params={"q": "运费"})).json()["total"] == 7
    assert (await desk.get(f"{BASE}/entries", params={"q": "没有的"})).json()["items"] == []


async def test_categories_go_four_levels_deep_and_no_further(desk: httpx.AsyncClient) -> None:
    async def make(name: str, parent: str | None) -> httpx.Response:
        return await desk.post(f"{BASE}/categories", json={"parent_id": parent, "names": {"zh-CN": name}})

    ids = [None]
    for level in range(4):
        ids.append((await make(f"第{level}层", ids[-1])).json()["id"])
    assert (await make("第五层", ids[-1])).json()["code"] == "too_deep"
    other = (await make("另一个", None)).json()["id"]
    await make("下面", other)
    moved = await desk.patch(f"{BASE}/categories/{other}", json={"parent_id": ids[3]})
    assert moved.json()["code"] == "too_deep"
    looped = await desk.patch(f"{BASE}/categories/{ids[1]}", json={"parent_id": ids[4]})
    assert looped.json()["code"] == "category_cycle"
    assert (await make("第0层", None)).json()["code"] == "name_taken"


async def test_what_stands_in_a_removed_category_moves_up(desk: httpx.AsyncClient) -> None:
    top = (await desk.post(f"{BASE}/categories", json={"names": {"zh-CN": "售后"}})).json()["id"]
    inner = (await desk.post(f"{BASE}/categories", json={"parent_id": top, "names": {"en": "Returns"}})).json()["id"]
    entry = await write(desk, "怎么退货", category_id=inner)
    assert (await desk.delete(f"{BASE}/categories/{inner}")).status_code == 204
    assert (await desk.get(f"{BASE}/entries/{entry['id']}")).json()["category_id"] == top
    listed = (await desk.get(f"{BASE}/categories")).json()["items"]
    assert [(each["path"], each["entries"]) for each in listed] == [(["售后"], 1)]


async def test_merging_keeps_every_wording_and_leads_links_on(desk: httpx.AsyncClient) -> None:
    kept = await write(desk, "怎么退货", similar=["能退吗"])
    gone = await write(desk, "退货流程", similar=["退货步骤"])
    linking = await write(desk, "怎么换货", related_ids=[gone["id"]])
    merged = await desk.post(f"{BASE}/entries/merge", json={"into": kept["id"], "from_ids": [gone["id"]]})
    assert merged.json()["similar"] == ["能退吗", "退货流程", "退货步骤"]
    assert (await desk.get(f"{BASE}/entries/{gone['id']}")).status_code == 404
    related = (await desk.get(f"{BASE}/entries/{linking['id']}")).json()["related"]
    assert [each["entry_id"] for each in related] == [kept["id"]]


async def test_buttons_that_opened_a_merged_entry_open_the_one_it_became(desk: httpx.AsyncClient) -> None:
    kept, gone = await write(desk, "怎么退货"), await write(desk, "退货流程")
    button = {"label": "退货", "action": "entry", "entry_id": gone["id"], "url": ""}
    linking = await write(desk, "运费多少", buttons=[button])
    await desk.post(f"{BASE}/entries/merge", json={"into": kept["id"], "from_ids": [gone["id"]]})
    after = (await desk.get(f"{BASE}/entries/{linking['id']}")).json()
    assert [each["entry_id"] for each in after["buttons"]] == [kept["id"]]
    assert (after["live"], after["changed_since_live"]) == (True, False)


async def test_splitting_moves_wordings_to_a_new_draft(desk: httpx.AsyncClient) -> None:
    entry = await write(desk, "怎么退货", similar=["怎么换货", "能退吗"])
    body = {"question": "怎么换货", "similar": ["怎么换货"]}
    split = (await desk.post(f"{BASE}/entries/{entry['id']}/split", json=body)).json()
    assert (split["entry"]["question"], split["entry"]["status"]) == ("怎么换货", "draft")
    assert split["rest"]["similar"] == ["能退吗"]


async def test_many_are_changed_at_once_and_each_refusal_is_told(desk: httpx.AsyncClient) -> None:
    entries = [
        await write(desk, f"问题{number}", publish=False, answer_html="" if number == 2 else "好")
        for number in range(3)
    ]
    ids = [each["id"] for each in entries]
    report = (await desk.post(f"{BASE}/entries/bulk", json={"entry_ids": ids, "action": "publish"})).json()
    assert report["changed"] == 2
    assert [(each["entry_id"], each["code"]) for each in report["refused"]] == [(ids[2], "answer_missing")]


async def test_many_are_valid_from_and_until_together_and_never_until_before_they_are(desk: httpx.AsyncClient) -> None:
    ids = [(await write(desk, question))["id"] for question in ("年货节几号", "年货节有赠品吗")]
    winter = {"valid_from": "2027-01-10T00:00:00Z", "valid_until": "2027-02-01T00:00:00Z"}
    body = {"entry_ids": ids, "action": "validity"}
    assert (await desk.post(f"{BASE}/entries/bulk", json=body | winter)).json()["changed"] == 2
    for id in ids:
        entry = (await desk.get(f"{BASE}/entries/{id}")).json()
        assert {key: entry[key] for key in winter} == winter
    turned = {"valid_from": winter["valid_until"], "valid_until": winter["valid_from"]}
    refused = (await desk.post(f"{BASE}/entries/bulk", json=body | turned)).json()
    assert (refused["changed"], {each["code"] for each in refused["refused"]}) == (0, {"invalid"})


async def test_a_change_of_many_is_told_once(desk: httpx.AsyncClient, ground: Ground) -> None:
    ids = [(await write(desk, f"问题{number}"))["id"] for number in range(4)]
    for action in ("pin", "add_keywords", "archive", "delete", "undelete"):
        async with ground.work_everywhere() as work:
            await work.rows.execute(delete(FactRow))
        await desk.post(f"{BASE}/entries/bulk", json={"entry_ids": ids, "action": action, "keywords": ["坚果"]})
        async with ground.work_everywhere() as work:
            told = (await work.scalars(select(FactRow.payload).where(FactRow.name == "knowledge.changed"))).all()
        assert [sorted(json.loads(each)["entry_ids"]) for each in told] == [sorted(ids)], action


async def test_linked_entries_have_one_language_each(desk: httpx.AsyncClient) -> None:
    one = await write(desk, "怎么退货")
    english = await write(desk, "How to return", language="en", translation_of=one["id"])
    assert [each["entry_id"] for each in english["translations"]] == [one["id"]]
    same = await write(desk, "退货")
    refused = await desk.put(f"{BASE}/entries/{same['id']}/translations", json={"entry_ids": [english["id"]]})
    assert refused.json()["code"] == "same_language"


async def test_related_entries_may_lead_in_a_circle(desk: httpx.AsyncClient) -> None:
    one = await write(desk, "怎么退货")
    other = await write(desk, "怎么换货", related_ids=[one["id"]])
    circle = await desk.patch(f"{BASE}/entries/{one['id']}", json={"related_ids": [other["id"], one["id"]]})
    assert [each["question"] for each in circle.json()["related"]] == ["怎么换货", "怎么退货"]


async def test_nothing_of_another_workspace_is_seen(desk: httpx.AsyncClient, ground: Ground) -> None:
    entry = await write(desk, "怎么退货")
    other = await found_company(ground, "别家")
    desk.cookies.clear()
    await sign_in(ground, desk, await hire(ground, other.workspace_id, role=Role.owner))
    assert (await desk.get(f"{BASE}/entries")).json()["items"] == []
    assert (await desk.get(f"{BASE}/entries/{entry['id']}")).status_code == 404


async def test_an_image_for_an_answer_is_shown_to_everybody_and_only_images_are_taken(desk: httpx.AsyncClient) -> None:
    stored = await desk.post(f"{BASE}/images", files={"file": ("pine.png", png(), "image/png")})
    assert stored.status_code == 201, stored.text
    written = await write(desk, "松子长什么样", answer_html=f'<p><img src="{stored.json()["url"]}" alt="松子"></p>')
    assert stored.json()["url"] in written["answer_html"]
    desk.cookies.clear()
    assert (await desk.get(stored.json()["url"])).headers["content-type"] == "image/png"
