"""What becomes of evidence: when it is clear, what is never learnt, and how staff decide."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import Company, sign_in
from tests.knowledge.test_entries import BASE, desk, write
from tests.people import hire
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.knowledge.models import Proposal
from yingke.knowledge.proposing.weighing import Heard, weigh
from yingke.knowledge.proposing.wordings import wording_of

__all__ = ["desk"]
ONE, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("one", "other"),
    [("怎么退货？", "怎么退货"), ("怎麼退貨", "怎么退货"), ("HOW to return", "how to  return!"), ("Ａ4纸", "a4纸")],
)
def test_wordings_that_only_look_different_are_one(one: str, other: str) -> None:
    assert wording_of(one) == wording_of(other) is not None


@pytest.mark.parametrize(
    "question",
    [
        "订单 2026-1122-0007 到哪了",
        "打我 138 0013 8000",
        "发到 z@example.com",
        "看 https://x.example",
        "？",
        "退" * 101,
    ],
)
def test_what_is_one_persons_own_is_not_learnt(question: str) -> None:
    assert wording_of(question) is None


def test_one_person_counts_once_whatever_he_asks() -> None:
    weighed = weigh([Heard("a", "A", ONE, 1.0), Heard("b", "B", ONE, 1.5)])
    assert (weighed.people, weighed.weight, weighed.clear) == (1, 1.5, False)


def test_one_against_outweighs_five_in_favour() -> None:
    five = [Heard("a", "A", uuid4(), 1.0) for _ in range(5)]
    assert weigh(five).clear
    assert not weigh([*five, Heard("a", "A", OTHER, -1.0)]).clear
    assert weigh([*five, Heard("a", "A", ONE, 1.0), Heard("a", "A", OTHER, -1.0)]).clear


async def proposed(ground: Ground, company: Company, entry_id: str, *questions: str) -> list[str]:
    ids = [new_id() for _ in questions]
    async with ground.work_in(company.workspace_id) as work:
        for place, (id, question) in enumerate(zip(ids, questions, strict=True)):
            work.add(
                Proposal(
                    id=id, entry_id=UUID(entry_id), language="zh-CN", question=question, weight=9.0 - place, people=2,
                    against=0, samples=[{"question": question, "people": 2}], created_at=work.now, updated_at=work.now,
                )
            )  # fmt: skip
    return [str(id) for id in ids]


async def listed(desk: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await desk.get(f"{BASE}/proposals", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_proposals_are_paged_searched_and_decided_by_the_dozen(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry = await write(desk, "怎么退货")
    ids = await proposed(ground, company, entry["id"], "不好吃能退吗", "买多了想退", "收到不喜欢")
    first = await listed(desk, limit=2)
    assert ([each["id"] for each in first["items"]], first["total"]) == (ids[:2], 3)
    assert [each["id"] for each in (await listed(desk, limit=2, cursor=first["next_cursor"]))["items"]] == ids[2:]
    assert [each["id"] for each in (await listed(desk, q="不喜欢"))["items"]] == ids[2:]
    done = (await desk.post(f"{BASE}/proposals/accept", json={"ids": [*ids[:2], str(new_id())]})).json()
    assert (done["changed"], done["drafts"], [each["code"] for each in done["refused"]]) == (2, 0, ["not_found"])
    after = (await desk.get(f"{BASE}/entries/{entry['id']}")).json()
    assert (after["status"], after["similar"]) == ("published", ["不好吃能退吗", "买多了想退"])
    await desk.post(f"{BASE}/proposals/dismiss", json={"ids": ids})
    assert [each["id"] for each in (await listed(desk, state="dismissed"))["items"]] == ids[2:]
    await desk.post(f"{BASE}/proposals/reopen", json={"ids": ids})
    assert [each["id"] for each in (await listed(desk))["items"]] == ids[2:]


async def test_who_may_not_publish_accepts_into_a_draft_in_words_of_his_own(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry = await write(desk, "怎么退货")
    (id,) = await proposed(ground, company, entry["id"], "不好吃能退吗")
    await sign_in(ground, desk, await hire(ground, company.workspace_id))
    done = (await desk.post(f"{BASE}/proposals/accept", json={"ids": [id], "question": "不合口味可以退吗"})).json()
    assert (done["changed"], done["drafts"]) == (1, 1)
    after = (await desk.get(f"{BASE}/entries/{entry['id']}")).json()
    assert (after["live"], after["changed_since_live"], after["similar"]) == (True, True, ["不合口味可以退吗"])
    assert (await listed(desk, state="accepted"))["items"][0]["question"] == "不合口味可以退吗"
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.95, "learn_after": 3})).status_code == 403


async def test_learning_without_review_is_off_and_wants_two_people_or_more(desk: httpx.AsyncClient) -> None:
    assert (await desk.get(f"{BASE}/settings")).json()["learn_after"] == 0
    refused = await desk.put(f"{BASE}/settings", json={"wanted": 0.95, "learn_after": 1})
    assert (refused.status_code, refused.json()["field"]) == (422, "learn_after")
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.9, "learn_after": 4})).json()["learn_after"] == 4
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.95})).json()["learn_after"] == 4
