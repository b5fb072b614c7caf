"""What visitors and agents do with answers becomes similar questions, over real sockets and jobs."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.contracts.steps import say
from tests.realtime.conftest import Client, Shop, server, shop
from tests.robot.test_conversations import FAQ, answering, conversation_of, from_robot
from yingke.identity import Actor, Role
from yingke.knowledge.heads import change_settings
from yingke.knowledge.history import list_versions
from yingke.knowledge.models import AskedQuestion, Evidence, KnowledgeEntry
from yingke.knowledge.proposing.deciding import accept_proposals, dismiss_proposals
from yingke.knowledge.proposing.listing import ProposalState, ProposalValue, list_proposals
from yingke.robot.suggesting import note_use, suggest_entries
from yingke.visitors import Visitor, block_visitor, give_contact, link_visitor

__all__ = ["answering", "server", "shop"]
VAGUE = "想退或者换"


@pytest.fixture
def boss(answering: Shop) -> Actor:
    return Actor(answering.workspace_id, answering.agent.agent_id, Role.owner, sees_all=True)


async def picks(shop: Shop, question: str, entry: str) -> tuple[Client, dict[str, Any]]:
    """A new visitor asks, and clicks one of what is offered; the visitor and the answer."""
    visitor, _ = await shop.visitor()
    ack = await say(visitor, question)
    offer = await from_robot(visitor, ack["seq"], "choices")
    choice = next(each for each in offer["content"]["choices"] if each["question"] == entry)
    clicked = await say(visitor, entry, ack["conversation"], entry_id=choice["entry_id"])
    return visitor, await from_robot(visitor, clicked["seq"], "answer")


async def proposals(shop: Shop, count: int, state: ProposalState = "open") -> list[ProposalValue]:
    """Those of the workspace, as soon as there are so many."""
    async with asyncio.timeout(30):
        while True:
            async with shop.server.services.ground.work_in(shop.workspace_id) as work:
                page = await list_proposals(work, state=state, limit=50, cursor=None)
            if page.total == count:
                return page.items
            await asyncio.sleep(0.05)


async def weighed(shop: Shop) -> None:
    """What was said is taken into account: also what a job has claimed is done."""
    async with asyncio.timeout(30):
        while True:
            async with shop.server.services.ground.work_everywhere() as work:
                waiting = await (await work.raw()).fetchval("SELECT count(*) FROM outbox WHERE name = 'weigh_evidence'")
            if not waiting:
                return
            await asyncio.sleep(0.05)


async def test_what_two_visitors_pick_is_proposed_accepted_and_answers_the_next_one(
    answering: Shop, boss: Actor
) -> None:
    ground = answering.server.services.ground
    await picks(answering, VAGUE, "怎么退货")
    await weighed(answering)
    assert await proposals(answering, 0) == []  # one visitor is one voice
    await picks(answering, f"{VAGUE}？", "怎么退货")
    (proposal,) = await proposals(answering, 1)
    assert (proposal.question, proposal.entry_question, proposal.people) == (VAGUE, "怎么退货", 2)
    async with ground.work_in(answering.workspace_id) as work:
        done = await accept_proposals(work, boss, [proposal.id])
        (newest, *_) = (await list_versions(work, proposal.entry_id, limit=5, cursor=None)).items
    assert (done.changed, done.drafts, done.refused) == (1, 0, [])
    assert (newest.action, newest.agent_id, newest.content.similar) == (
        "learnt",
        boss.agent_id,
        [*FAQ["怎么退货"], VAGUE],
    )
    third, _ = await answering.visitor()
    ack = await say(third, VAGUE)
    assert (await from_robot(third, ack["seq"], "answer"))["content"]["question"] == "怎么退货"


async def test_whom_it_did_not_help_speaks_against_it_and_what_is_dismissed_stays_so(
    answering: Shop, boss: Actor
) -> None:
    ground = answering.server.services.ground
    for _ in range(2):
        visitor, answer = await picks(answering, VAGUE, "怎么换货")
    await proposals(answering, 1)
    told = {"conversation": answer["conversation_id"], "seq": answer["seq"]}
    await visitor.ask("robot_solved", **told, solved=False)
    await proposals(answering, 0)
    await visitor.ask("robot_solved", **told, solved=True)
    (again,) = await proposals(answering, 1)
    async with ground.work_in(answering.workspace_id) as work:
        await dismiss_proposals(work, boss, [again.id])
    await picks(answering, VAGUE, "怎么换货")
    await weighed(answering)
    assert await proposals(answering, 0) == []


async def test_one_visitor_counts_once_and_a_blocked_one_not_at_all(answering: Shop) -> None:
    ground = answering.server.services.ground
    visitor, answer = await picks(answering, VAGUE, "怎么退货")
    await visitor.ask("robot_solved", conversation=answer["conversation_id"], seq=answer["seq"], solved=True)
    await weighed(answering)
    assert await proposals(answering, 0) == []
    _, second = await picks(answering, VAGUE, "怎么退货")
    await proposals(answering, 1)
    row = await conversation_of(answering, second["conversation_id"])
    async with ground.work_in(answering.workspace_id) as work:
        assert row.visitor_id is not None
        await block_visitor(work, row.visitor_id, by=None)
    await proposals(answering, 0)


async def test_an_agent_who_answers_with_an_entry_confirms_it(answering: Shop, boss: Actor) -> None:
    services = answering.server.services
    for _ in range(2):
        visitor, _ = await answering.visitor()
        ack = await say(visitor, "转人工")
        asked = await say(visitor, VAGUE, ack["conversation"])
        id = UUID(ack["conversation"])
        async with services.ground.work_in(answering.workspace_id) as work:
            suggested = await suggest_entries(work, services.banks, boss, id)
            entry = next(match for match in suggested.answer.matches if match.question == "怎么换货")
            await note_use(work, boss, id, entry.entry_id, asked["seq"])
    (proposal,) = await proposals(answering, 1)
    assert (proposal.question, proposal.entry_question) == (VAGUE, "怎么换货")


async def test_what_was_not_offered_for_a_question_teaches_nothing(answering: Shop) -> None:
    ground = answering.server.services.ground
    async with ground.work_in(answering.workspace_id) as work:
        entry_id = (await work.scalars(select(KnowledgeEntry.id).where(KnowledgeEntry.question == "怎么退货"))).one()
    visitor, _ = await answering.visitor()
    forged = await say(visitor, "哪里可以赌钱", entry_id=str(entry_id))
    answer = await from_robot(visitor, forged["seq"], "answer")
    solved = await visitor.ask("robot_solved", conversation=forged["conversation"], seq=answer["seq"], solved=True)
    assert solved["op"] == "ack"
    async with ground.work_in(answering.workspace_id) as work:
        (asked,) = await work.all(select(AskedQuestion))
        assert (asked.question, asked.entry_id, asked.outcome) == ("怎么退货", entry_id, "solved")
        assert await work.all(select(Evidence)) == []


async def test_all_browsers_of_a_person_are_one_voice_whenever_that_is_known(answering: Shop) -> None:
    ground = answering.server.services.ground
    for _ in range(2):
        await picks(answering, VAGUE, "怎么退货")
    await proposals(answering, 1)
    async with ground.work_in(answering.workspace_id) as work:
        one, other = await work.all(select(Visitor))
        contact = await give_contact(work, one, email="zhou@example.com")
        assert contact is not None
        await link_visitor(work, other, contact.id)
    await proposals(answering, 0)


async def test_from_as_many_as_the_workspace_says_it_is_learnt_without_review(answering: Shop) -> None:
    ground = answering.server.services.ground
    async with ground.work_in(answering.workspace_id) as work:
        await change_settings(work, 0.95, learn_after=2)
    for _ in range(3):
        await picks(answering, VAGUE, "怎么退货")
    await weighed(answering)
    await proposals(answering, 1)  # three browsers of one network may be one person
    async with ground.work_in(answering.workspace_id) as work:
        await work.rows.execute(update(Visitor).values(address_prefix="198.51.100.0/24"))
    await picks(answering, VAGUE, "怎么退货")
    (learnt,) = await proposals(answering, 1, "accepted")
    async with ground.work_in(answering.workspace_id) as work:
        (newest, *_) = (await list_versions(work, learnt.entry_id, limit=5, cursor=None)).items
    assert (newest.action, newest.agent_id) == ("learnt", None)
    third, _ = await answering.visitor()
    ack = await say(third, VAGUE)
    assert (await from_robot(third, ack["seq"], "answer"))["content"]["question"] == "怎么退货"
