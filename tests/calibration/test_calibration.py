"""Inspectors score the same conversation alone; who said what is seen when scoring is over, and by nobody else."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.people import found_team, hire
from tests.quality.test_inspecting import POLITE, RIGHT, SAFE, answers, begun, card, done, refused, submit, supervisor
from tests.routing.shops import Shop
from yingke.calibration import CalibrationChanged
from yingke.calibration.agreement import agreement_report
from yingke.calibration.answering import keep_score, open_calibration, submit_score
from yingke.calibration.errors import (
    CalibrationMissing,
    LedBySomebodyElse,
    NobodyScored,
    NotAskedToScore,
    ScoringOver,
    StillScoring,
)
from yingke.calibration.leading import agree, begin_calibration, close_all_due, close_calibration, pass_on
from yingke.calibration.leading import remove_calibration as remove
from yingke.calibration.queries import count_calibrations, detail, list_calibrations
from yingke.calibration.reaching import found
from yingke.calibration.values import CalibrationDetail, CalibrationValue
from yingke.conversations.assigning import assign_conversation, join_conversation, leave_conversation
from yingke.conversations.closing import resolve_conversation
from yingke.identity import Actor, zone_of
from yingke.kit.days import day_at
from yingke.kit.errors import Forbidden, Invalid
from yingke.quality.errors import InspectionIncomplete, NoSuchInspector, OwnConversation
from yingke.quality.queries import list_inspections, list_results
from yingke.quality.report import quality_report
from yingke.quality.values import CardValue
from yingke.realtime.audience import agents_may_see
from yingke.supervision.models import SupervisionAct
from yingke.supervision.queries import wall_figures


async def calibration(
    shop: Shop, leader: Actor, conversation_id: UUID, made: CardValue, *inspectors: Actor, days: int = 3
) -> UUID:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        due = day_at(work.now, await zone_of(work)) + timedelta(days=days)
        begun = await begin_calibration(
            work,
            leader,
            conversation_id,
            card_id=made.id,
            inspector_ids=[each.agent_id for each in inspectors],
            due_on=due,
        )
    return begun.id


async def seen(shop: Shop, actor: Actor, id: UUID) -> CalibrationDetail:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        row, _ = await found(work, actor, id)
        return await detail(work, actor, row)


async def scored(shop: Shop, actor: Actor, id: UUID, *, polite: int = 4, right: int | None = 5) -> CalibrationDetail:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await detail(work, actor, await submit_score(work, actor, id, answers(polite, right), "挺好"))


async def listed(shop: Shop, actor: Actor, **narrowed: object) -> list[CalibrationValue]:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return (await list_calibrations(work, actor, limit=50, cursor=None, **narrowed))[0]  # type: ignore[arg-type]


async def test_each_scores_alone_and_sees_the_others_only_when_all_have(shop: Shop) -> None:
    agent, leader, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    id = await calibration(shop, leader, await done(shop, agent), made, leader, other)
    first = await scored(shop, other, id, polite=1)
    assert first.comparison is None and not first.may_score and first.calibration.spread is None
    before = await seen(shop, leader, id)
    assert before.comparison is None and before.answers == [] and before.may_score
    assert before.calibration.submitted_ids == [other.agent_id], "who has scored is no secret, what they said is"
    await refused(shop, StillScoring, agree, leader, id, answers())
    await refused(shop, ScoringOver, keep_score, other, id, answers(), "")
    over = await scored(shop, leader, id)
    assert over.calibration.state == "comparing" and over.calibration.spread == 23.8
    assert over.comparison is not None
    (polite, right, safe) = over.comparison.criteria
    assert [(each.inspector_id, each.value) for each in polite.answers] == [(leader.agent_id, 4), (other.agent_id, 1)]
    assert (polite.spread, polite.unanimous, right.spread, right.unanimous) == (60, False, 0, True)
    assert safe.criterion_id == SAFE.id and {each.score for each in over.comparison.scores} == {100, 76.2}
    assert (await seen(shop, other, id)).comparison == over.comparison


async def test_who_took_part_and_left_neither_leads_nor_scores(shop: Shop) -> None:
    agent, boss, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made, ground, workspace = await card(shop), shop.services.ground, shop.workspace_id
    id = await shop.write()
    await shop.pass_time()
    async with ground.work_in(workspace) as work:
        await join_conversation(work, boss, id)
        await leave_conversation(work, boss, id)
    async with ground.work_in(workspace) as work:
        await assign_conversation(work, agent, id, agent.agent_id)
    await shop.answer(agent, id)
    async with ground.work_in(workspace) as work:
        await resolve_conversation(work, agent, id)
    third = await supervisor(shop, "组长")
    with pytest.raises(OwnConversation):
        await calibration(shop, boss, id, made, other, third)
    with pytest.raises(NoSuchInspector):
        await calibration(shop, other, id, made, other, boss)
    begun = await calibration(shop, other, id, made, other, third)
    assert await listed(shop, boss) == []
    assert [each.id for each in await listed(shop, third)] == [begun]


async def test_the_leader_says_what_was_agreed_and_each_sees_how_near_they_were(shop: Shop) -> None:
    agent, leader, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    id = await calibration(shop, leader, await done(shop, agent), made, leader, other)
    await scored(shop, leader, id, polite=4)
    await scored(shop, other, id, polite=1, right=None)
    await refused(shop, LedBySomebodyElse, agree, other, id, answers())
    await refused(shop, InspectionIncomplete, agree, leader, id, answers()[:1])
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        agreed = await detail(work, leader, await agree(work, leader, id, answers(polite=4)))
        report = await agreement_report(work, other, None, None)
    assert agreed.calibration.state == "agreed" and agreed.calibration.agreed_score == 100
    assert agreed.comparison is not None
    assert [each.difference for each in agreed.comparison.scores] == [0, -58.5]
    assert [(each.inspector_id, each.nearness.difference) for each in report.inspectors] == [
        (leader.agent_id, 0),
        (other.agent_id, 58.5),
    ]
    assert [each.nearness.exact for each in report.inspectors] == [1, 0.333]
    assert report.calibrations == 1 and report.total is not None and report.total.difference == 29.2
    assert {each.title: each.exact for each in report.criteria} == {POLITE.title: 0.5, RIGHT.title: 0.5, SAFE.title: 1}
    assert [each.month.day for each in report.inspectors[0].months] == [1]


async def test_scoring_is_over_when_the_due_day_has_passed_or_it_is_closed(shop: Shop) -> None:
    agent, leader, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    closed = await calibration(shop, leader, await done(shop, agent), made, leader, other)
    await refused(shop, NobodyScored, close_calibration, leader, closed)
    await scored(shop, other, closed)
    await refused(shop, LedBySomebodyElse, close_calibration, other, closed)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await close_calibration(work, leader, closed)
    await refused(shop, ScoringOver, submit_score, leader, closed, answers(), "")
    late = await calibration(shop, leader, await done(shop, agent), made, leader, other, days=0)
    await scored(shop, other, late)
    shop.clock.advance(timedelta(days=1))
    assert {each.id for each in await listed(shop, other, state="comparing")} == {closed, late}
    before = len(shop.facts)
    await close_all_due(shop.services.ground)
    await close_all_due(shop.services.ground)
    told = [fact for fact in shop.facts[before:] if isinstance(fact, CalibrationChanged)]
    assert [fact.calibration_id for fact in told] == [late], "told once"
    await refused(shop, ScoringOver, keep_score, leader, late, answers(), "")


async def test_what_is_scored_in_a_calibration_counts_in_no_figure_of_the_agent(shop: Shop) -> None:
    agent, leader, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    talk = await done(shop, agent)
    inspected = await begun(shop, leader, talk, made.id)
    await submit(shop, leader, inspected, answers())
    id = await calibration(shop, leader, talk, made, leader, other)
    for each in (leader, other):
        await scored(shop, each, id, polite=1)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await agree(work, leader, id, answers(polite=1))
        report = await quality_report(work, other, None, None)
        assert report.total is not None and (report.total.mean, report.total.count) == (100, 1)
        assert [each.score for each in (await list_results(work, agent, limit=9, cursor=None))[0]] == [100]
        assert len((await list_inspections(work, other, limit=9, cursor=None))[0]) == 1
        await wall_figures(work, other, 0)


async def test_nobody_of_the_conversation_or_of_other_teams_learns_of_a_calibration(shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    agent = await shop.hire("甲", teams=(team,))
    leader, other = await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    talk = await done(shop, agent, team_id=team)
    stranger = await hire(shop.services.ground, shop.workspace_id, "乙", teams=(team,))
    also = replace(agent, granted=leader.permissions)
    await refused(shop, OwnConversation, begin, also, talk, made, leader, other)
    await refused(shop, Forbidden, begin, stranger, talk, made, leader, other)
    await refused(shop, NoSuchInspector, begin, leader, talk, made, leader, agent)
    await refused(shop, NoSuchInspector, begin, leader, talk, made, leader, stranger)
    await refused(shop, Invalid, begin, leader, talk, made, leader, leader)
    id = await calibration(shop, leader, talk, made, leader, other)
    elsewhere = await found_team(shop.services.ground, shop.workspace_id, "售后")
    limited = replace(other, only_team_ids=frozenset({elsewhere}), team_ids=frozenset({elsewhere}), sees_all=False)
    assert await listed(shop, also) == await listed(shop, limited) == []
    await refused(shop, OwnConversation, found, also, id)
    third = await supervisor(shop, "三主管")
    await refused(shop, NotAskedToScore, submit_score, third, id, answers(), "")
    (fact,) = [fact for fact in shop.facts if isinstance(fact, CalibrationChanged)]
    people = (leader, other, third, agent, also, stranger, limited)
    assert [agents_may_see(fact, each) for each in people] == [True, True, True, False, False, False, False]


async def begin(work: object, actor: Actor, talk: UUID, made: CardValue, *inspectors: Actor) -> None:
    await begin_calibration(
        work,  # type: ignore[arg-type]
        actor,
        talk,
        card_id=made.id,
        inspector_ids=[each.agent_id for each in inspectors],
        due_on=day_at(work.now, await zone_of(work)),  # type: ignore[arg-type, attr-defined]
    )


async def test_reading_is_written_down_once_for_each_and_work_that_waits_is_counted(shop: Shop) -> None:
    agent, leader, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    id = await calibration(shop, leader, await done(shop, agent), made, leader, other)
    for who in (leader, other, other):
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            await open_calibration(work, who, id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        acts = await work.all(select(SupervisionAct).where(SupervisionAct.workspace_id == shop.workspace_id))
        assert {(each.act, each.agent_id) for each in acts} == {
            ("inspected", leader.agent_id),
            ("inspected", other.agent_id),
        }
        assert len(acts) == 2 and (await count_calibrations(work, other)).to_score == 1
    for who in (leader, other):
        await scored(shop, who, id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        counts = [await count_calibrations(work, each) for each in (leader, other, agent)]
    assert [(each.to_score, each.to_agree) for each in counts] == [(0, 1), (0, 0), (0, 0)]


async def test_what_somebody_led_goes_on_with_another_and_a_removed_one_is_gone(shop: Shop) -> None:
    agent, leader, other = await shop.hire("甲"), await supervisor(shop), await supervisor(shop, "副主管")
    made = await card(shop)
    id = await calibration(shop, leader, await done(shop, agent), made, leader, other)
    nobodys = await calibration(shop, leader, await done(shop, agent), made, leader, other)
    await scored(shop, other, id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await pass_on(work, leader.agent_id, other.agent_id)
    now = await seen(shop, other, id)
    assert now.calibration.leader_id == other.agent_id and now.calibration.inspector_ids == [other.agent_id]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await pass_on(work, other.agent_id, agent.agent_id)
    third = await supervisor(shop, "三主管")
    orphan = await seen(shop, third, nobodys)
    assert orphan.calibration.leader_id is None and orphan.may_lead
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await remove(work, third, nobodys)
    await refused(shop, CalibrationMissing, found, third, nobodys)
