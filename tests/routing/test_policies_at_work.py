"""Policies as they are kept decide who gets a real conversation, and it stays known why."""

from datetime import timedelta

from tests.people import found_team
from tests.routing.shops import Shop
from yingke.agents import Agent, note_connected, set_availability
from yingke.agents.staff import AgentChange, change_agent
from yingke.agents.teams import delete_team
from yingke.conversations.closing import resolve_conversation, snooze_conversation
from yingke.conversations.models import Conversation
from yingke.routing.choosing.policies import SkillDemand
from yingke.routing.editing import add_skill, set_skills_of
from yingke.routing.facts import ConversationOffered
from yingke.routing.places import places_of
from yingke.routing.rescuing import rescue_stranded


async def test_the_owner_of_the_contact_gets_it_though_others_have_less_to_do(shop: Shop) -> None:
    owner, _ = await shop.hire("专属"), await shop.hire("闲着")
    await shop.policy({"kind": "owner"}, {"kind": "least_loaded"})
    mine = [await shop.write(fields={"owner": str(owner.agent_id)}) for _ in range(3)]
    await shop.pass_time()
    assert {await shop.holder(each) for each in mine} == {owner.agent_id}


async def test_a_rule_sends_conversations_of_a_tier_to_certain_agents(shop: Shop) -> None:
    gold, other = await shop.hire("金牌"), await shop.hire("普通")
    when = [{"field": "tier", "values": ["金卡"]}]
    await shop.policy(
        {"kind": "rule", "name": "金卡", "when": when, "agent_ids": [str(gold.agent_id)]}, {"kind": "least_loaded"}
    )
    golden = [await shop.write(fields={"等级": "金卡"}) for _ in range(3)]
    plain = await shop.write()
    await shop.pass_time()
    assert {await shop.holder(each) for each in golden} == {gold.agent_id}
    assert await shop.holder(plain) == other.agent_id


async def test_a_vip_is_served_before_those_who_came_earlier(shop: Shop) -> None:
    await shop.settings(rules=[{"when": [{"field": "tier", "values": ["金卡"]}], "vip": True}])
    earlier = await shop.write()
    shop.clock.advance(timedelta(seconds=60))
    vip = await shop.write(fields={"tier": "金卡"})
    await shop.pass_time()
    agent = await shop.hire("王芳")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        (await work.get(Agent, agent.agent_id)).capacity = 1
        await set_availability(work, agent.agent_id, "busy")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await set_availability(work, agent.agent_id, "online")
    await shop.pass_time()
    assert (await shop.holder(vip), await shop.holder(earlier)) == (agent.agent_id, None)
    assert (await shop.row(vip)).priority == "vip"


async def test_a_rule_of_entry_chooses_the_team_where_the_visitor_did_not(shop: Shop) -> None:
    english = await found_team(shop.services.ground, shop.workspace_id, "English")
    agent = await shop.hire("Amy", teams=(english,))
    await shop.hire("王芳")
    await shop.settings(rules=[{"when": [{"field": "tag", "op": "is_not", "values": ["x"]}], "team_id": str(english)}])
    id = await shop.write()
    await shop.pass_time()
    row = await shop.row(id)
    assert (row.team_id, row.agent_id) == (english, agent.agent_id)


async def test_a_skill_relaxes_with_time(shop: Shop) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        skill = await add_skill(work, "德语")
    expert, beginner = await shop.hire("专家"), await shop.hire("新手")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await set_skills_of(work, expert.agent_id, [SkillDemand(skill_id=skill.id, level=5)])
        await set_skills_of(work, beginner.agent_id, [SkillDemand(skill_id=skill.id, level=2)])
        await set_availability(work, expert.agent_id, "away")
    await shop.policy(
        {"kind": "skills", "skills": [{"skill_id": str(skill.id), "level": 3}], "relax_after": 30},
        {"kind": "least_loaded"},
    )
    id = await shop.write()
    await shop.pass_time()
    assert await shop.holder(id) is None
    await shop.pass_time(29)
    assert await shop.holder(id) is None
    await shop.pass_time(2)
    assert await shop.holder(id) == beginner.agent_id
    (why,) = await shop.why(id)
    assert why.explanation is not None and why.explanation.steps[0].detail == "relaxed 1"
    assert 30 <= why.waited <= 32


async def test_what_is_offered_to_all_is_given_when_nobody_takes_it(shop: Shop) -> None:
    agents = [await shop.hire(name) for name in ("甲", "乙")]
    await shop.policy({"kind": "offer_to_all", "seconds": 20}, {"kind": "least_loaded"})
    id = await shop.write()
    await shop.pass_time()
    offered = [fact for fact in shop.facts if isinstance(fact, ConversationOffered)]
    assert [(each.conversation_id, set(each.agent_ids), each.seconds) for each in offered] == [
        (id, {a.agent_id for a in agents}, 20)
    ]
    assert await shop.holder(id) is None
    await shop.pass_time(21)
    assert await shop.holder(id) in {a.agent_id for a in agents}


async def test_the_explanation_says_who_was_considered_and_which_steps_passed(shop: Shop) -> None:
    busy, idle = await shop.hire("忙"), await shop.hire("闲")
    first = await shop.write()
    await shop.pass_time()
    second = await shop.write()
    await shop.pass_time()
    holders = {await shop.holder(first), await shop.holder(second)}
    assert holders == {busy.agent_id, idle.agent_id}
    (why,) = await shop.why(second)
    assert why.explanation is not None
    assert [(step.kind, step.outcome) for step in why.explanation.steps] == [
        ("named", "passed"), ("owner", "off"), ("last_agent", "off"), ("skills", "passed"), ("least_loaded", "chose")
    ]  # fmt: skip
    assert [each.score for each in why.explanation.considered] == [0.0, 0.2]
    assert why.kind == "assigned" and why.agent_id == await shop.holder(second)


async def test_a_team_deleted_with_a_full_queue_strands_nobody(shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    waiting = [await shop.write(team_id=team) for _ in range(3)]
    await shop.pass_time()
    agent = await shop.hire("王芳")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await delete_team(work, team)
    await shop.pass_time()
    assert {await shop.holder(each) for each in waiting} == {agent.agent_id}


async def test_who_leaves_for_good_strands_nobody(shop: Shop) -> None:
    leaver = await shop.hire("要走")
    open_one, put_aside = await shop.write(), await shop.write()
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await snooze_conversation(work, leaver, put_aside, work.now.replace(year=2027))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_agent(work, shop.company.owner, leaver.agent_id, AgentChange(disabled=True))
    await shop.pass_time()
    assert [(await shop.row(each)).status for each in (open_one, put_aside)] == ["queued", "queued"]
    heir = await shop.hire("接手")
    await shop.pass_time()
    await rescue_stranded(shop.services.ground)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await set_availability(work, heir.agent_id, "busy")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await set_availability(work, heir.agent_id, "online")
    await shop.pass_time()
    assert {await shop.holder(each) for each in (open_one, put_aside)} == {heir.agent_id}


async def test_what_nobody_holds_is_found_and_queued_again(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    id = await shop.write()
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        row = await work.get(Conversation, id)
        row.agent_id = None  # as when a row of an agent is removed by hand
    shop.clock.advance(timedelta(seconds=29))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await note_connected(work, [agent.agent_id])
    shop.clock.advance(timedelta(seconds=5))
    await rescue_stranded(shop.services.ground)
    assert await shop.holder(id) == agent.agent_id


async def test_places_go_with_their_conversations(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    id = await shop.write()
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await resolve_conversation(work, agent, id, "spam")
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert await places_of(work, [id]) == {}
