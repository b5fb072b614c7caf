"""The meter of self-service, and what would raise it; over HTTP, on a real database."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import Company
from tests.knowledge.test_entries import BASE, desk, write
from tests.people import arrive, hire, open_site
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, post_message
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.knowledge.matching.clusters import clusters
from yingke.knowledge.models import AskedQuestion

__all__ = ["desk"]
METER = "/api/v1/self-service"


class Traffic:
    """Questions that visitors asked, as the robot keeps them."""

    def __init__(self, ground: Ground, company: Company, site: Site) -> None:
        self.ground, self.company, self.site = ground, company, site

    async def asks(
        self, question: str, entry: str | None = None, *, outcome: str | None = None, read: bool = True
    ) -> UUID:
        """The conversation in which it was asked; `read` says that the answer was on the screen."""
        async with self.ground.work_in(self.company.workspace_id) as work:
            visitor = await arrive(work, self.site)
            opened = await open_conversation(work, visitor, client_id=new_id())
            row = await work.get(Conversation, opened.id)
            row.visitor_read_seq = row.last_seq + read
            work.add(
                AskedQuestion(
                    id=new_id(),
                    channel="robot",
                    site_id=self.site.id,
                    language="zh-CN",
                    conversation_id=row.id,
                    seq=row.last_seq,
                    question=question,
                    decision="answer" if entry else "none",
                    entry_id=UUID(entry) if entry else None,
                    confidence=0.9,
                    match_ids=[],
                    outcome=outcome,
                    asked_at=work.now,
                )
            )
        return row.id

    async def change(self, conversation_id: UUID, **columns: Any) -> None:
        async with self.ground.work_in(self.company.workspace_id) as work:
            row = await work.get(Conversation, conversation_id)
            for name, value in columns.items():
                setattr(row, name, value)


@pytest.fixture
async def traffic(ground: Ground, company: Company) -> Traffic:
    return Traffic(ground, company, await open_site(ground, company.workspace_id))


async def meter(desk: httpx.AsyncClient, path: str = "", **query: str) -> dict[str, Any]:
    answer = await desk.get(METER + path, params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_strictly_what_visitors_confirmed_counts_and_leniently_what_they_read_and_left_it_at(
    desk: httpx.AsyncClient, traffic: Traffic, clock: FixedClock
) -> None:
    entry = (await write(desk, "怎么退货"))["id"]
    await traffic.asks("怎么退货", entry, outcome="solved")
    await traffic.asks("可以退吗", entry)  # read, and nothing more
    await traffic.asks("退货邮费谁出", entry, read=False)  # silence, never seen
    await traffic.asks("能退吗", entry, outcome="not_solved")
    asked_for_a_person = await traffic.asks("想退掉", entry)
    await traffic.change(asked_for_a_person, handed_over_at=clock.now() + timedelta(hours=2))
    await traffic.asks("有实体店吗")
    totals = (await meter(desk))["totals"]
    assert (totals["asked"], totals["answered"]) == (6, 5)
    assert (totals["strict"]["count"], totals["lenient"]["count"]) == (1, 2)
    assert totals["strict"]["low"] < totals["strict"]["rate"] < totals["strict"]["high"]


async def test_who_comes_back_within_a_day_was_not_served_and_who_comes_later_was(
    desk: httpx.AsyncClient, traffic: Traffic, ground: Ground, company: Company, clock: FixedClock
) -> None:
    entry = (await write(desk, "怎么退货"))["id"]
    first = await traffic.asks("可以退吗", entry)
    clock.advance(timedelta(hours=23))
    again = await traffic.asks("退货", entry)
    assert (await meter(desk))["totals"]["lenient"]["count"] == 2  # another visitor
    async with ground.work_in(company.workspace_id) as work:
        visitor_id = (await work.get(Conversation, first)).visitor_id
    await traffic.change(again, visitor_id=visitor_id)
    assert (await meter(desk))["totals"]["lenient"]["count"] == 1
    await traffic.change(again, opened_at=clock.now() + timedelta(hours=2))
    assert (await meter(desk))["totals"]["lenient"]["count"] == 2


async def test_the_meter_is_split_by_day_site_language_and_category(desk: httpx.AsyncClient, traffic: Traffic) -> None:
    category = (await desk.post(f"{BASE}/categories", json={"names": {"zh-CN": "售后"}})).json()
    entry = (await write(desk, "怎么退货", category_id=category["id"]))["id"]
    await traffic.asks("怎么退货", entry, outcome="solved")
    await traffic.asks("有实体店吗")
    for by, names in {
        "day": ["2026-11-20"],
        "site": ["松果商店"],
        "language": ["zh-CN"],
        "category": ["", "售后"],
    }.items():
        rows = (await meter(desk, by=by))["rows"]
        assert [row["name"] for row in rows] == names
        assert sum(row["served"]["asked"] for row in rows) == 2
    assert (await meter(desk, **{"from": "2026-11-01", "to": "2026-11-02"}))["totals"]["asked"] == 0
    assert (await desk.get(METER, params={"from": "2026-11-02", "to": "2026-11-01"})).status_code == 422


async def test_unanswered_questions_come_in_groups_with_what_a_person_answered_and_go_when_an_entry_answers_them(
    desk: httpx.AsyncClient, traffic: Traffic, ground: Ground, company: Company
) -> None:
    await write(desk, "怎么退货", similar=["可以退吗", "七天无理由退货怎么办理"])
    agent = await hire(ground, company.workspace_id)
    asked = [
        await traffic.asks(said, outcome="handed_over") for said in ("有没有无糖的坚果", "无糖的有吗", "你们有实体店吗")
    ]
    async with ground.work_in(company.workspace_id) as work:
        await accept_conversation(work, agent, asked[1])
        await post_message(work, agent, asked[1], Draft(client_id=new_id(), text="有的，原味的都不加糖。"))
    told = await meter(desk, "/gaps")
    assert [[sample["question"] for sample in gap["samples"]] for gap in told["gaps"]] == [
        ["有没有无糖的坚果", "无糖的有吗"], ["你们有实体店吗"],
    ]  # fmt: skip
    assert (told["gaps"][0]["answer"], told["gaps"][0]["answered_in"]) == ("有的，原味的都不加糖。", str(asked[1]))
    await write(desk, "有没有无糖的坚果", similar=["无糖的有吗", "有不加糖的吗"])
    left = [gap["samples"][0]["question"] for gap in (await meter(desk, "/gaps"))["gaps"]]
    assert left == ["你们有实体店吗"]
    assert (await desk.post(f"{METER}/gaps/dismiss", json={"questions": left})).status_code == 204
    told = await meter(desk, "/gaps")
    assert (told["gaps"], told["asked"]) == ([], 2)


async def test_answers_that_do_not_help_are_listed_with_what_was_asked(
    desk: httpx.AsyncClient, traffic: Traffic
) -> None:
    entry = (await write(desk, "怎么退货"))["id"]
    await traffic.asks("怎么退货", entry, outcome="solved")
    await traffic.asks("退货要多久", entry, outcome="not_solved")
    (miss,) = (await meter(desk, "/gaps"))["misses"]
    assert (miss["entry_id"], miss["shown"], miss["not_solved"], miss["samples"]) == (entry, 2, 1, ["退货要多久"])


def test_a_group_holds_what_is_asked_alike_and_every_question_stands_in_one() -> None:
    said = ["能货到付款吗", "海外可以寄吗", "支持货到付款不", "能寄到国外吗", "嗯"]
    groups = clusters(said)
    assert {frozenset(group) for group in groups if len(group) > 1} == {frozenset({0, 2}), frozenset({1, 3})}
    assert sorted(place for group in groups for place in group) == [0, 1, 2, 3, 4]
    assert clusters([]) == []
