"""Whoever writes is answered: silence of an agent, of a team and of everybody is noticed, and leads somewhere."""

from uuid import UUID

from tests.people import found_team
from tests.routing.shops import Shop
from yingke.agents import agent_value
from yingke.identity import Actor
from yingke.kit.facts import Fact
from yingke.routing.facts import RoutingAlarm
from yingke.routing.queries import queue_now


def alarms(facts: list[Fact]) -> list[tuple[str, UUID | None]]:
    return [(fact.alarm, fact.agent_id) for fact in facts if isinstance(fact, RoutingAlarm)]


async def two(shop: Shop) -> tuple[Actor, Actor]:
    return await shop.hire("甲"), await shop.hire("乙")


async def other_of(shop: Shop, pair: tuple[Actor, Actor], conversation_id: UUID) -> tuple[Actor, Actor]:
    """Who holds it, and the other one."""
    holder = await shop.holder(conversation_id)
    mine = next(each for each in pair if each.agent_id == holder)
    return mine, next(each for each in pair if each is not mine)


async def test_who_does_not_accept_loses_it_to_the_next_and_is_set_away(shop: Shop) -> None:
    pair = await two(shop)
    await shop.policy(answering={"accept_within": 30})
    id = await shop.write()
    await shop.pass_time()
    silent, other = await other_of(shop, pair, id)
    await shop.pass_time(29)
    assert await shop.holder(id) == silent.agent_id
    await shop.pass_time(2)
    assert await shop.holder(id) == other.agent_id
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        value = await agent_value(work, silent.agent_id)
    assert (value.availability, value.away_reason) == ("away", "not_accepted")
    assert alarms(shop.facts) == [("not_accepted", silent.agent_id)]
    assert [each.kind for each in await shop.why(id)] == ["assigned", "not_accepted", "assigned"]


async def test_who_has_seen_it_keeps_it_until_the_answer_is_late(shop: Shop) -> None:
    pair = await two(shop)
    await shop.policy(answering={"accept_within": 30, "reply_within": 60})
    id = await shop.write()
    await shop.pass_time()
    silent, other = await other_of(shop, pair, id)
    await shop.read(silent, id)
    await shop.pass_time(31)
    assert await shop.holder(id) == silent.agent_id
    await shop.pass_time(29)
    assert await shop.holder(id) == other.agent_id
    assert alarms(shop.facts) == [("not_answered", silent.agent_id)]


async def test_who_answers_keeps_it(shop: Shop) -> None:
    pair = await two(shop)
    await shop.policy(answering={"accept_within": 30, "reply_within": 60})
    id = await shop.write()
    await shop.pass_time()
    mine, _ = await other_of(shop, pair, id)
    await shop.answer(mine, id)
    for _ in range(4):
        await shop.pass_time(29)
    assert await shop.holder(id) == mine.agent_id and alarms(shop.facts) == []


async def test_where_there_is_nobody_else_it_stays_and_supervisors_hear_of_it(shop: Shop) -> None:
    alone = await shop.hire("一个人")
    await shop.policy(answering={"accept_within": 20, "reply_within": 25})
    id = await shop.write()
    await shop.pass_time()
    await shop.pass_time(21)
    await shop.pass_time(5)
    assert await shop.holder(id) == alone.agent_id
    assert alarms(shop.facts) == [("not_accepted", alone.agent_id), ("not_answered", alone.agent_id)]


async def test_long_waiting_is_announced_alarmed_offered_a_message_and_overflows(shop: Shop) -> None:
    full, helping = [await found_team(shop.services.ground, shop.workspace_id, name) for name in ("售前", "后备")]
    helper = await shop.hire("后备", teams=(helping,))
    await shop.policy(
        team_id=full,
        waiting={
            "alert_after": 60,
            "message_after": 90,
            "overflow_after": 120,
            "overflow_team_id": str(helping),
            "announcements": [{"after": 30, "text": {"zh-CN": "马上就来", "en": "Soon"}}],
        },
    )
    id = await shop.write(team_id=full)
    await shop.pass_time()
    queued_at = (await shop.row(id)).queued_at
    for _ in range(4):
        await shop.pass_time(25)
    told = [each for each in await shop.activities(id) if each["type"] in ("announcement", "message_offered")]
    assert [(each["type"], each.get("text")) for each in told] == [
        ("announcement", "马上就来"),
        ("message_offered", None),
    ]
    assert alarms(shop.facts) == [("waits_long", None)]
    assert (await shop.row(id)).queued_at == queued_at
    await shop.pass_time(21)
    row = await shop.row(id)
    assert (row.team_id, row.agent_id) == (helping, helper.agent_id)


async def test_the_figure_unanswered_counts_whoever_waits_for_more_than_two_minutes(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    late, answered = await shop.write(), await shop.write()
    await shop.pass_time()
    await shop.answer(agent, answered)
    await shop.pass_time(121)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        now = await queue_now(work, shop.company.owner)
    assert (now.unanswered, now.unanswered_ids, now.oldest) == (1, [late], 121)
    await shop.answer(agent, late)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert (await queue_now(work, shop.company.owner)).unanswered == 0
