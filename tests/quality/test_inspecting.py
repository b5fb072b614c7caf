"""Conversations are picked once, inspected by others, scored by a card that stays as it was, and appealed against."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.people import found_team, hire
from tests.routing.shops import Shop
from yingke.agents import Agent
from yingke.conversations.assigning import (
    accept_conversation,
    assign_conversation,
    join_conversation,
    leave_conversation,
)
from yingke.conversations.closing import resolve_conversation
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation
from yingke.identity import Actor, Role
from yingke.kit.errors import Forbidden, Invalid, Refusal
from yingke.kit.ids import new_id
from yingke.leaving.counting import belongings_of
from yingke.leaving.handing_over import hand_over
from yingke.quality import InspectionChanged
from yingke.quality.appealing import appeal, decide_appeal, look_at_result
from yingke.quality.cards import change_card, create_card, list_cards
from yingke.quality.errors import (
    AppealClosed,
    InspectionExists,
    InspectionIncomplete,
    InspectionMissing,
    InspectionNewer,
    InspectionSubmitted,
    InspectionTaken,
    NoSuchInspector,
    OwnConversation,
    OwnInspection,
)
from yingke.quality.inspecting import begin_inspection, keep_draft, open_inspection, submit_inspection, take_over
from yingke.quality.plans import create_plan, list_plans, pick_all_due
from yingke.quality.queries import count_quality, detail, list_inspections, list_results
from yingke.quality.report import quality_report
from yingke.quality.sampling import last_complete
from yingke.quality.scoring import Criterion, CriterionAnswer
from yingke.quality.values import CardValue, InspectionDetail, InspectionValue, PlanTerms, PlanValue
from yingke.realtime.audience import agents_may_see
from yingke.supervision.models import SupervisionAct
from yingke.supervision.queries import acts

POLITE = Criterion(id=new_id(), title="礼貌", weight=40, scale="rubric")
RIGHT = Criterion(id=new_id(), title="答得对", weight=60, scale="points")
SAFE = Criterion(id=new_id(), title="没有泄露资料", weight=1, scale="yes_no", fatal=True)


def answers(polite: int = 4, right: int | None = 5, safe: int = 1) -> list[CriterionAnswer]:
    return [
        CriterionAnswer(criterion_id=POLITE.id, value=polite, remark="开头没有问候", seq=2),
        CriterionAnswer(criterion_id=RIGHT.id, value=right),
        CriterionAnswer(criterion_id=SAFE.id, value=safe),
    ]


async def supervisor(shop: Shop, name: str = "主管") -> Actor:
    """Somebody who inspects and takes no conversations."""
    made = await hire(shop.services.ground, shop.workspace_id, name, role=Role.supervisor)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        (await work.get(Agent, made.agent_id)).availability = "offline"
    return made


async def card(shop: Shop) -> CardValue:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await create_card(work, name="售后", criteria=[POLITE, RIGHT, SAFE], appeal_days=7)


async def done(shop: Shop, agent: Actor, stars: int | None = None, team_id: UUID | None = None) -> UUID:
    """A conversation that the agent answered and ended."""
    id = await shop.write(team_id=team_id)
    await shop.pass_time()
    await shop.answer(agent, id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await resolve_conversation(work, agent, id)
    if stars is not None:
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            (await work.get(Conversation, id)).rating = {"stars": stars, "solved": None, "reasons": [], "comment": ""}
    return id


async def plan(shop: Shop, card_id: UUID, *inspectors: Actor, most: int = 2, **terms: object) -> PlanValue:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await create_plan(
            work,
            name="每天抽查",
            card_id=card_id,
            period="day",
            per_agent=most,
            terms=PlanTerms.model_validate(terms),
            inspector_ids=[each.agent_id for each in inspectors],
        )


async def next_day(shop: Shop) -> None:
    shop.clock.advance(timedelta(days=1))
    await pick_all_due(shop.services.ground)


async def to_do(shop: Shop, actor: Actor, **narrowed: object) -> list[InspectionValue]:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return (await list_inspections(work, actor, limit=50, cursor=None, **narrowed))[0]  # type: ignore[arg-type]


async def begun(shop: Shop, actor: Actor, conversation_id: UUID, card_id: UUID) -> UUID:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return (await begin_inspection(work, actor, conversation_id, card_id)).id


async def submit(shop: Shop, actor: Actor, id: UUID, given: list[CriterionAnswer]) -> InspectionDetail:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await detail(work, await submit_inspection(work, actor, id, given, "总的不错"))


async def refused(shop: Shop, error: type[Refusal], verb: object, *arguments: object) -> None:
    with pytest.raises(error):
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            await verb(work, *arguments)  # type: ignore[operator]


async def test_a_plan_picks_as_many_of_each_agent_once_and_gives_them_to_others(shop: Shop) -> None:
    agent, first, second = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    for _ in range(4):
        await done(shop, agent)
    await plan(shop, made.id, first, second, most=3)
    assert await to_do(shop, first) == [], "today is not over"
    await next_day(shop)
    picked = await to_do(shop, first, state="todo")
    assert len(picked) == 3 and {each.agent_id for each in picked} == {agent.agent_id}
    assert {each.inspector_id for each in picked} == {first.agent_id, second.agent_id}
    await pick_all_due(shop.services.ground)
    await next_day(shop)
    assert len(await to_do(shop, first)) == 3, "never twice"
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        counts = [(await count_quality(work, each)).to_inspect for each in (first, second, agent)]
    assert sum(counts) == 3 and counts[2] == 0


async def test_a_plan_picks_by_its_terms_and_nobodys_own_conversation(shop: Shop) -> None:
    agent = await shop.hire("甲")
    boss = await supervisor(shop)
    made = await card(shop)
    poor = await done(shop, agent, stars=1)
    await done(shop, agent, stars=5)
    await plan(shop, made.id, boss, most=9, at_most_stars=2)
    await plan(shop, made.id, boss, most=9, handed_over=True)
    await plan(shop, made.id, boss, most=9, breached=True)
    await plan(shop, made.id, boss, most=9, min_messages=500)
    await next_day(shop)
    assert [each.conversation_id for each in await to_do(shop, boss)] == [poor]
    await refused(shop, NoSuchInspector, lambda work: _plan_with(work, made.id, agent.agent_id))


async def _plan_with(work: object, card_id: UUID, inspector_id: UUID) -> None:
    await create_plan(
        work,  # type: ignore[arg-type]
        name="x",
        card_id=card_id,
        period="week",
        per_agent=1,
        terms=PlanTerms(),
        inspector_ids=[inspector_id],
    )


async def test_nobody_inspects_what_is_their_own_or_of_teams_they_are_not_limited_to(shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    agent = await shop.hire("甲", teams=(team,))
    boss = await supervisor(shop)
    made = await card(shop)
    id = await done(shop, agent, team_id=team)
    elsewhere = await found_team(shop.services.ground, shop.workspace_id, "售后")
    limited = replace(boss, only_team_ids=frozenset({elsewhere}), team_ids=frozenset({elsewhere}), sees_all=False)
    await refused(shop, ConversationMissing, begin_inspection, limited, id, made.id)
    within = replace(limited, only_team_ids=frozenset({team}), team_ids=frozenset({team}))
    also_inspector = replace(agent, granted=boss.permissions)
    await refused(shop, OwnConversation, begin_inspection, also_inspector, id, made.id)
    await refused(shop, Forbidden, begin_inspection, agent, id, made.id)
    inspection = await begun(shop, within, id, made.id)
    await refused(shop, InspectionExists, begin_inspection, boss, id, made.id)
    assert [each.id for each in await to_do(shop, within)] == [inspection]
    assert await to_do(shop, limited) == await to_do(shop, also_inspector) == []


async def test_who_had_a_conversation_or_took_part_in_it_and_left_does_not_inspect_it(shop: Shop) -> None:
    agent, boss, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made, ground, workspace = await card(shop), shop.services.ground, shop.workspace_id
    id = await shop.write()
    await shop.pass_time()
    async with ground.work_in(workspace) as work:
        await join_conversation(work, boss, id)
        await leave_conversation(work, boss, id)
    had_it = await supervisor(shop, "组长")
    for holder in (had_it, agent):
        async with ground.work_in(workspace) as work:
            await assign_conversation(work, agent, id, holder.agent_id)
    await shop.answer(agent, id)
    async with ground.work_in(workspace) as work:
        await resolve_conversation(work, agent, id)
    for inspector in (boss, had_it):
        await refused(shop, OwnConversation, begin_inspection, inspector, id, made.id)
    await plan(shop, made.id, boss, had_it, other)
    await next_day(shop)
    (picked,) = await to_do(shop, other)
    assert picked.inspector_id == other.agent_id
    await submit(shop, other, picked.id, answers(polite=1))
    async with ground.work_in(workspace) as work:
        await appeal(work, agent, picked.id, "客户先骂人")
    for inspector in (boss, had_it):
        await refused(shop, OwnConversation, decide_appeal, inspector, picked.id, "维持", None)
        assert await to_do(shop, inspector) == []
        async with ground.work_in(workspace) as work:
            assert (await count_quality(work, inspector)).appeals == 0


async def test_reading_is_written_down_a_draft_is_kept_and_a_changed_card_changes_nothing(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    made = await card(shop)
    id = await begun(shop, boss, await done(shop, agent), made.id)
    ground, workspace = shop.services.ground, shop.workspace_id
    for _ in range(2):
        async with ground.work_in(workspace) as work:
            await open_inspection(work, boss, id)
    async with ground.work_in(workspace) as work:
        acts = await work.all(select(SupervisionAct).where(SupervisionAct.workspace_id == workspace))
        assert [(each.act, each.agent_id) for each in acts] == [("inspected", boss.agent_id)]
        await keep_draft(work, boss, id, answers()[:1], "写到一半")
    await refused(shop, InspectionIncomplete, submit_inspection, boss, id, answers()[:1], "")
    await refused(shop, Invalid, keep_draft, boss, id, [CriterionAnswer(criterion_id=POLITE.id, value=1, seq=99)], "")
    async with ground.work_in(workspace) as work:
        changed = await change_card(work, made.id, name=None, criteria=[POLITE], appeal_days=None, archived=None)
        assert changed.version == 2 and [each.version for each in await list_cards(work)] == [2]
    finished = await submit(shop, boss, id, answers(polite=2, right=None))
    assert finished.card.version == 1 and len(finished.card.criteria) == 3
    assert finished.inspection.score == round(100 * (40 * 0.7 + 1) / 41, 1)
    by_newest = await begun(shop, boss, await done(shop, agent), made.id)
    await refused(shop, Invalid, keep_draft, boss, by_newest, answers(), "")
    assert (await submit(shop, boss, by_newest, answers(polite=1)[:1])).inspection.score == 40
    await refused(shop, InspectionSubmitted, keep_draft, boss, id, answers(), "")


async def test_two_inspectors_never_overwrite_each_other_and_taking_over_is_told(shop: Shop) -> None:
    agent, boss, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    ground, workspace, made = shop.services.ground, shop.workspace_id, await card(shop)
    id = await begun(shop, boss, await done(shop, agent), made.id)
    async with ground.work_in(workspace) as work:
        read = (await keep_draft(work, boss, id, answers()[:1], "一", version=1)).version
    stale = partial(keep_draft, version=1)
    await refused(shop, InspectionNewer, stale, boss, id, answers()[:2], "另一个窗口")
    await refused(shop, InspectionTaken, keep_draft, other, id, answers(), "")
    await refused(shop, InspectionTaken, submit_inspection, other, id, answers(), "")
    async with ground.work_in(workspace) as work:
        taken = await detail(work, await take_over(work, other, id))
        assert (taken.remark, taken.history[-1].kind, taken.history[-1].by) == ("一", "taken_over", other.agent_id)
        assert taken.version > read
    told = [fact for fact in shop.facts if isinstance(fact, InspectionChanged)][-1]
    assert (told.inspector_id, told.inspector_id_before) == (other.agent_id, boss.agent_id)
    await refused(shop, InspectionTaken, keep_draft, boss, id, answers(), "还在写")
    assert (await submit(shop, other, id, answers())).inspection.inspector_id == other.agent_id
    await refused(shop, InspectionSubmitted, take_over, boss, id)


async def test_who_leaves_passes_inspections_and_plans_on_to_whoever_may_inspect(shop: Shop) -> None:
    agent, boss, heir = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    ground, workspace, made = shop.services.ground, shop.workspace_id, await card(shop)
    first, second = await done(shop, agent), await shop.write()
    await shop.pass_time()
    async with ground.work_in(workspace) as work:
        await join_conversation(work, heir, second)
    await shop.answer(agent, second)
    async with ground.work_in(workspace) as work:
        await resolve_conversation(work, agent, second)
    his, not_his = [await begun(shop, boss, id, made.id) for id in (first, second)]
    drawn_for = await plan(shop, made.id, boss)
    async with ground.work_in(workspace) as work:
        before = await belongings_of(work, boss.agent_id)
        assert (before.inspections, before.plans) == (2, 1)
        left = (await hand_over(work, shop.company.owner, boss.agent_id, heir_id=heir.agent_id)).left
        assert left.nothing
    assert [each.id for each in await to_do(shop, heir, mine=True)] == [his]
    third = await supervisor(shop, "组长")
    async with ground.work_in(workspace) as work:
        assert [each.inspector_ids for each in await list_plans(work)] == [[heir.agent_id]]
        assert (await count_quality(work, third)).to_inspect == 1, "what the heir may not inspect waits for anybody"
        orphan = await detail(work, await keep_draft(work, third, not_his, answers()[:1], ""))
        assert orphan.inspection.inspector_id == third.agent_id
        assert [each.kind for each in orphan.history] == ["picked", "passed_on", "taken_over"]
    assert drawn_for.inspector_ids == [boss.agent_id]


async def test_who_is_inspected_is_not_told_among_what_supervisors_did(shop: Shop) -> None:
    boss, other = await supervisor(shop), await supervisor(shop, "副主管")
    id = await shop.write()
    ground, workspace, made = shop.services.ground, shop.workspace_id, await card(shop)
    async with ground.work_in(workspace) as work:
        await accept_conversation(work, other, id)
    await shop.answer(other, id)
    async with ground.work_in(workspace) as work:
        await resolve_conversation(work, other, id)
    inspection = await begun(shop, boss, id, made.id)
    async with ground.work_in(workspace) as work:
        await open_inspection(work, boss, inspection)
        seen = [len((await acts(work, each, limit=9, cursor=None))[0]) for each in (boss, other)]
    assert seen == [1, 0]


async def test_a_sample_is_the_lowest_lots_of_each_agent(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    made = await card(shop)
    ids = [await done(shop, agent) for _ in range(6)]
    drawn_for = await plan(shop, made.id, boss, most=2)
    await next_day(shop)
    day = last_complete("day", shop.clock.now(), ZoneInfo("Asia/Shanghai"))
    lots = sorted(ids, key=lambda each: sha256(f"{drawn_for.seed}:{day}:{each}".encode()).digest())
    assert {each.conversation_id for each in await to_do(shop, boss)} == set(lots[:2])


async def test_a_report_adds_up_by_agent_week_and_criterion(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    made = await card(shop)
    for given in (answers(), answers(polite=1), answers(right=None, safe=0)):
        await submit(shop, boss, await begun(shop, boss, await done(shop, agent), made.id), given)
        shop.clock.advance(timedelta(days=7))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        report = await quality_report(work, boss, None, None)
    assert report.total is not None
    assert (report.total.count, report.total.mean, report.total.lowest) == (3, 58.7, 0)
    assert [(each.id, each.count) for each in report.agents] == [(agent.agent_id, 3)]
    assert [each.count for each in report.weeks] == [1, 1, 1]
    assert [(each.monday - report.weeks[0].monday).days for each in report.weeks] == [0, 7, 14]
    assert all(each.monday.weekday() == 0 for each in report.weeks)
    by_title = {each.title: (each.count, each.mean) for each in report.criteria}
    assert by_title == {"礼貌": (3, 80), "答得对": (2, 100), "没有泄露资料": (3, 66.7)}


async def test_an_agent_sees_the_result_appeals_in_time_and_somebody_else_decides(shop: Shop) -> None:
    agent, boss, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    stranger = await hire(shop.services.ground, shop.workspace_id, "乙")
    made = await card(shop)
    id = await begun(shop, boss, await done(shop, agent), made.id)
    ground, workspace = shop.services.ground, shop.workspace_id
    await refused(shop, InspectionMissing, look_at_result, agent, id)
    await submit(shop, boss, id, answers(polite=1))
    told = [fact for fact in shop.facts if isinstance(fact, InspectionChanged)]
    assert [agents_may_see(fact, agent) for fact in told] == [each.submitted for each in told]
    assert told[-1].submitted and not any(agents_may_see(fact, stranger) for fact in told)
    async with ground.work_in(workspace) as work:
        assert (await count_quality(work, agent)).unseen == 1
        await look_at_result(work, agent, id)
        (result,) = (await list_results(work, agent, limit=9, cursor=None))[0]
        assert result.score == 76.2 and result.appeal_until is not None and result.seen
    await refused(shop, InspectionMissing, appeal, stranger, id, "不公平")
    async with ground.work_in(workspace) as work:
        await appeal(work, agent, id, "客户先骂人")
    await refused(shop, AppealClosed, appeal, agent, id, "再来")
    await refused(shop, OwnInspection, decide_appeal, boss, id, "维持", None)
    async with ground.work_in(workspace) as work:
        assert [(await count_quality(work, each)).appeals for each in (boss, other)] == [0, 1]
        decided = await detail(work, await decide_appeal(work, other, id, "有道理", answers(polite=4)))
        assert (decided.inspection.score, decided.inspection.appeal) == (100, "changed")
        assert [(each.kind, each.score) for each in decided.history] == [
            ("picked", None),
            ("submitted", 76.2),
            ("appealed", 76.2),
            ("changed", 100),
        ]
        report = await quality_report(work, other, None, None)
        assert report.total is not None and (report.total.mean, report.appeals, report.appeals_changed) == (100, 1, 1)
        assert [each.id for each in report.agents] == [agent.agent_id] and len(report.criteria) == 3


async def test_after_the_days_of_the_card_there_is_no_appeal(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    made = await card(shop)
    id = await begun(shop, boss, await done(shop, agent), made.id)
    await submit(shop, boss, id, answers())
    shop.clock.advance(timedelta(days=7))
    await refused(shop, AppealClosed, appeal, agent, id, "晚了")
