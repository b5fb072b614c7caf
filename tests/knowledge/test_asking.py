"""The engine as it is hosted: asked over HTTP, current after an edit, in every process."""

import asyncio
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import Company
from tests.knowledge.test_entries import BASE, desk, write
from tests.people import open_site
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground
from yingke.knowledge import banks as knowledge_banks
from yingke.knowledge.banks import Banks
from yingke.knowledge.facts import KnowledgeChanged
from yingke.knowledge.ordering import warm
from yingke.knowledge.readers import Reader

__all__ = ["desk"]
SHOP = {
    "怎么退货": ["可以退吗", "七天无理由退货怎么办理", "买错了想退掉"],
    "运费多少": ["邮费怎么算", "满多少包邮", "寄到新疆要加钱吗"],
    "多久发货": ["什么时候能发", "今天下单几天到", "催一下发货"],
    "怎么开发票": ["可以开票吗", "电子发票在哪里下载", "抬头写错了"],
    "忘记密码怎么办": ["登录不上", "密码找回", "重置密码"],
}


@pytest.fixture
async def shop(desk: httpx.AsyncClient) -> dict[str, str]:
    return {question: (await write(desk, question, similar=similar))["id"] for question, similar in SHOP.items()}


async def ask(desk: httpx.AsyncClient, question: str, **fields: Any) -> dict[str, Any]:
    answer = await desk.post(f"{BASE}/ask", json={"question": question, "language": "zh-CN"} | fields)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_question_finds_its_entry_and_staff_see_why(desk: httpx.AsyncClient, shop: dict[str, str]) -> None:
    told = await ask(desk, "我想退货，可以退吗？", explain=True)
    assert (told["decision"], told["matches"][0]["entry_id"]) == ("answer", shop["怎么退货"])
    explained = told["matches"][0]["explanation"]
    assert explained["text"] in ("怎么退货", *SHOP["怎么退货"])
    assert explained["shared"]


@pytest.mark.parametrize("question", ["zenme tuihuo", "怎么推货", "怎麼退貨", "七天无里由退货怎么办理"])
async def test_slips_pinyin_and_traditional_characters_find_it_too(
    desk: httpx.AsyncClient, shop: dict[str, str], question: str
) -> None:
    assert (await ask(desk, question))["matches"][0]["entry_id"] == shop["怎么退货"]


async def test_an_edit_answers_the_next_question_and_a_draft_does_not(
    desk: httpx.AsyncClient, shop: dict[str, str]
) -> None:
    assert (await ask(desk, "会员积分怎么兑换"))["decision"] != "answer"
    entry = await write(desk, "积分怎么用", similar=["会员积分怎么兑换"], publish=False)
    assert (await ask(desk, "会员积分怎么兑换"))["decision"] != "answer"
    await desk.post(f"{BASE}/entries/{entry['id']}/publish", json={})
    async with asyncio.timeout(30):
        while (await ask(desk, "会员积分怎么兑换"))["decision"] != "answer":
            await asyncio.sleep(0.05)
    await desk.delete(f"{BASE}/entries/{entry['id']}")
    await asyncio.sleep(0.6)
    assert entry["id"] not in [each["entry_id"] for each in (await ask(desk, "会员积分怎么兑换"))["matches"]]


async def test_another_process_answers_with_an_edit_although_no_fact_reached_it(
    desk: httpx.AsyncClient, shop: dict[str, str], ground: Ground, company: Company
) -> None:
    other = Banks(ground)

    async def first() -> str | None:
        found = await other.find(company.workspace_id, "积分怎么用", language="zh-CN", reader=Reader())
        return found.finding.matches[0].entry_id if found and found.finding.matches else None

    assert await first() in (None, *shop.values())
    entry = await write(desk, "积分怎么用")
    await asyncio.sleep(0.6)
    assert await first() == entry["id"]


async def test_an_edit_told_while_an_earlier_one_is_brought_in_is_found_at_once(
    desk: httpx.AsyncClient, shop: dict[str, str], ground: Ground, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_banks, "COMPARED_EVERY", 60)
    banks = Banks(ground)

    async def first(question: str) -> str | None:
        found = await banks.find(company.workspace_id, question, language="zh-CN", reader=Reader())
        return found.finding.matches[0].entry_id if found and found.finding.matches else None

    await first("在吗")
    changed = KnowledgeChanged(workspace_id=company.workspace_id, entry_ids=None)
    let_go = threading.Event()
    banks._asking.submit(let_go.wait)  # as a long question would hold it up
    await write(desk, "积分怎么用")
    banks.learn([changed])
    await asyncio.sleep(0.2)
    later = await write(desk, "礼品卡怎么充值")
    banks.learn([changed])
    let_go.set()
    await banks._bringing[(company.workspace_id, "zh-CN")]
    assert await first("礼品卡怎么充值") == later["id"]


async def test_who_may_not_see_an_entry_does_not_find_it(
    desk: httpx.AsyncClient, shop: dict[str, str], clock: FixedClock
) -> None:
    await write(desk, "员工折扣怎么申请", audience="staff")
    await write(desk, "双十一红包在哪里领", valid_until="2026-11-21T00:00:00Z")
    assert (await ask(desk, "员工折扣怎么申请"))["decision"] != "answer"
    assert (await ask(desk, "员工折扣怎么申请", audience="staff"))["decision"] == "answer"
    assert (await ask(desk, "双十一红包在哪里领"))["decision"] == "answer"
    clock.advance(timedelta(days=1))
    assert (await ask(desk, "双十一红包在哪里领"))["decision"] != "answer"


async def test_synonyms_join_words_and_what_must_not_be_answered_goes_to_people(
    desk: httpx.AsyncClient, shop: dict[str, str]
) -> None:
    assert (
        await desk.post(f"{BASE}/words", json={"kind": "synonyms", "language": "zh-CN", "phrases": ["发货", "出库"]})
    ).status_code == 201
    await asyncio.sleep(0.6)
    assert (await ask(desk, "多久出库"))["matches"][0]["entry_id"] == shop["多久发货"]
    await desk.post(f"{BASE}/words", json={"kind": "never", "language": "zh-CN", "phrases": ["律师"]})
    await asyncio.sleep(0.6)
    assert (await ask(desk, "怎么退货，不然找律师"))["decision"] == "none"


async def test_a_visitor_of_another_language_is_answered_in_one_there_is(
    desk: httpx.AsyncClient, shop: dict[str, str]
) -> None:
    told = await ask(desk, "怎麼退貨", language="zh-TW")
    assert (told["language"], told["matches"][0]["entry_id"]) == ("zh-CN", shop["怎么退货"])


@pytest.mark.parametrize("question", ["退", "？", "退货" * 5_000, "\u0000 \u202e", "a" * 20_000])
async def test_odd_questions_are_answered_quickly(desk: httpx.AsyncClient, shop: dict[str, str], question: str) -> None:
    await ask(desk, "怎么退货")
    async with asyncio.timeout(20):  # a hundred times what it takes; a quadratic search would take minutes
        await ask(desk, question)


async def test_the_questions_asked_most_are_public_and_those_of_staff_are_not(
    desk: httpx.AsyncClient, shop: dict[str, str], ground: Ground, company: Company
) -> None:
    site = await open_site(ground, company.workspace_id)
    await write(desk, "员工折扣怎么申请", audience="staff")
    pinned = await write(desk, "双十一什么时候开始")
    await desk.patch(f"{BASE}/entries/{pinned['id']}", json={"pinned": True})
    async with ground.work_in(company.workspace_id) as work:
        await warm(work, UUID(shop["运费多少"]))
    told = (await desk.get(f"/w/{site.key}/questions", params={"language": "zh-CN", "limit": 20})).json()["items"]
    assert [each["question"] for each in told[:2]] == ["双十一什么时候开始", "运费多少"]
    assert "员工折扣怎么申请" not in [each["question"] for each in told]
