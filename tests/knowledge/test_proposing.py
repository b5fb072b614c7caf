"""What becomes of evidence: when it is clear, what is never learnt, and how staff decide."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.conftest import Company, sign_in
from tests.knowledge.test_entries import BASE, desk, write
from tests.people import hire
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.knowledge.banks import Banks, Found
from yingke.knowledge.loading import revision_of
from yingke.knowledge.models import KnowledgeEntry, Proposal
from yingke.knowledge.proposing.deciding import accept_proposals, dismiss_proposals
from yingke.knowledge.proposing.evidence import give_evidence
from yingke.knowledge.proposing.keeping import keep_proposals
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
    (other,) = await proposed(ground, company, entry["id"], "买多了想退")
    body = {"ids": [id, other], "questions": {id: "不合口味可以退吗"}}
    done = (await desk.post(f"{BASE}/proposals/accept", json=body)).json()
    assert (done["changed"], done["drafts"]) == (2, 2)
    after = (await desk.get(f"{BASE}/entries/{entry['id']}")).json()
    assert (after["live"], after["changed_since_live"], after["similar"]) == (
        True,
        True,
        ["不合口味可以退吗", "买多了想退"],
    )
    accepted = {each["id"]: each["question"] for each in (await listed(desk, state="accepted"))["items"]}
    assert accepted == {id: "不合口味可以退吗", other: "买多了想退"}
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.95, "learn_after": 3})).status_code == 403


async def test_what_is_in_review_or_archived_stays_so(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry = await write(desk, "怎么退货")
    for place, (path, status) in enumerate((("propose", "review"), ("archive", "archived"))):
        if path == "propose":
            await desk.patch(f"{BASE}/entries/{entry['id']}", json={"short_answer": "七天之内。"})
        await desk.post(f"{BASE}/entries/{entry['id']}/{path}", json={})
        (id,) = await proposed(ground, company, entry["id"], f"不好吃能退吗{place}")
        done = (await desk.post(f"{BASE}/proposals/accept", json={"ids": [id]})).json()
        assert (done["changed"], done["drafts"]) == (1, 1)
        after = (await desk.get(f"{BASE}/entries/{entry['id']}")).json()
        assert (after["status"], after["similar"][-1]) == (status, f"不好吃能退吗{place}")


async def say_both(ground: Ground, company: Company, entry_id: str, question: str) -> None:
    """Readers of two networks found that the entry answers the question."""
    async with ground.work_in(company.workspace_id) as work:
        for _ in range(2):
            await give_evidence(work, question, UUID(entry_id), "vote", person_id=uuid4())


async def weigh_anew(ground: Ground, company: Company, entry_id: str, banks: Banks | None = None) -> None:
    async with ground.work_in(company.workspace_id) as work:
        await keep_proposals(work, banks or Banks(ground), UUID(entry_id))


async def test_what_an_entry_has_no_room_for_is_left_to_staff_and_the_rest_goes_on(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry = await write(desk, "怎么退货", similar=[f"退货的第{number}种说法" for number in range(199)])
    await desk.put(f"{BASE}/settings", json={"wanted": 0.95, "learn_after": 2})
    for question in ("杯子碎了", "苹果不甜", "买重复了"):
        await say_both(ground, company, entry["id"], question)
    await weigh_anew(ground, company, entry["id"])
    assert ((await listed(desk, state="accepted"))["total"], (await listed(desk))["total"]) == (1, 2)


async def test_what_is_dismissed_while_the_engine_thinks_stays_dismissed(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry = await write(desk, "怎么退货")
    await say_both(ground, company, entry["id"], "杯子碎了")
    await weigh_anew(ground, company, entry["id"])
    (first,) = (await listed(desk))["items"]
    await say_both(ground, company, entry["id"], "苹果不甜")
    async with ground.work_in(company.workspace_id) as work:
        await give_evidence(work, "杯子碎了", UUID(entry["id"]), "vote_against", person_id=uuid4())

    class Meanwhile(Banks):
        """Somebody decides while a question is looked for."""

        async def find(self, *given: Any, **more: Any) -> Found | None:
            async with ground.work_in(company.workspace_id) as work:
                await dismiss_proposals(work, company.owner, [UUID(first["id"])])
            return await super().find(*given, **more)

    await weigh_anew(ground, company, entry["id"], Meanwhile(ground))
    assert [each["id"] for each in (await listed(desk, state="dismissed"))["items"]] == [first["id"]]
    assert [each["question"] for each in (await listed(desk))["items"]] == ["苹果不甜"]


async def test_who_decides_waits_for_who_counts_and_neither_for_both(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry = await write(desk, "怎么退货")
    (id,) = await proposed(ground, company, entry["id"], "不好吃能退吗")

    async def accept() -> int:
        async with ground.work_in(company.workspace_id) as work:
            return (await accept_proposals(work, company.owner, [UUID(id)])).changed

    async with ground.work_in(company.workspace_id) as counting:
        await counting.get(KnowledgeEntry, UUID(entry["id"]), lock=True)
        accepting = asyncio.create_task(accept())
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        async with asyncio.timeout(30):
            while not await (await counting.raw()).fetchval(waiting):
                await asyncio.sleep(0.02)
        (await counting.get(Proposal, UUID(id))).people = 3
    assert await accepting == 1
    assert (await listed(desk, state="accepted"))["items"][0]["people"] == 3


async def test_nobody_weighs_what_only_one_said_or_what_is_known(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    entry, one = await write(desk, "怎么退货", similar=["可以退吗"]), uuid4()

    async def deferred(question: str, person_id: UUID) -> int:
        async with ground.work_in(company.workspace_id) as work:
            await give_evidence(work, question, UUID(entry["id"]), "vote", person_id=person_id)
        async with ground.work_everywhere() as work:
            raw = await work.raw()
            count: int = await raw.fetchval("SELECT count(*) FROM outbox WHERE name = 'weigh_evidence'")
        return count

    assert await deferred("杯子碎了", one) == 0
    assert await deferred("可以退吗？", uuid4()) == 0
    assert await deferred("杯子碎了", uuid4()) == 1
    assert await deferred("杯子碎了", one) == 1  # he said so already


async def test_learning_without_review_is_off_and_wants_two_people_or_more(desk: httpx.AsyncClient) -> None:
    assert (await desk.get(f"{BASE}/settings")).json()["learn_after"] == 0
    refused = await desk.put(f"{BASE}/settings", json={"wanted": 0.95, "learn_after": 1})
    assert (refused.status_code, refused.json()["field"]) == (422, "learn_after")
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.9, "learn_after": 4})).json()["learn_after"] == 4
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.95})).json()["learn_after"] == 4


async def test_from_how_many_it_is_learnt_concerns_no_bank(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    await write(desk, "怎么退货")

    async def revision() -> tuple[int, int]:
        async with ground.work_in(company.workspace_id) as work:
            return await revision_of(work)

    before = await revision()
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.95, "learn_after": 4})).json()["learn_after"] == 4
    assert await revision() == before
    assert (await desk.put(f"{BASE}/settings", json={"wanted": 0.9})).json() == {"wanted": 0.9, "learn_after": 4}
    assert min(await revision()) > max(before)
