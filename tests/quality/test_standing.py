"""An agent's figures show the scores of four weeks: submitted ones, to who may know them."""

from dataclasses import replace
from datetime import timedelta

from tests.people import found_team
from tests.quality.test_inspecting import answers, begun, card, done, submit, supervisor
from tests.routing.shops import Shop
from yingke.identity import Actor
from yingke.quality.inspecting import keep_draft
from yingke.quality.standing import standing
from yingke.supervision.queries import wall_figures
from yingke.supervision.values import WallAgent


async def on_the_wall(shop: Shop, who: Actor, agent: Actor) -> WallAgent | None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        shown = (await wall_figures(work, who, 0)).agents
    return next((each for each in shown if each.agent_id == agent.agent_id), None)


async def test_scores_of_four_weeks_are_in_ones_own_figures_and_on_the_wall_when_they_are_submitted(shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    agent, boss = await shop.hire("甲", teams=(team,)), await supervisor(shop)
    made = await card(shop)
    id = await begun(shop, boss, await done(shop, agent, team_id=team), made.id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await keep_draft(work, boss, id, answers(polite=1), "")
        assert (await standing(work, agent)).count == 0, "a draft is told nobody"
    assert (seen := await on_the_wall(shop, boss, agent)) and (seen.quality, seen.inspected) == (None, 0)
    await submit(shop, boss, id, answers(polite=1))
    await submit(shop, boss, await begun(shop, boss, await done(shop, agent, team_id=team), made.id), answers())
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        own = await standing(work, agent)
        assert (own.mean, own.count, own.before) == (88.1, 2, None)
        assert (await standing(work, boss)).count == 0
    assert (seen := await on_the_wall(shop, boss, agent)) and (seen.quality, seen.inspected) == (88.1, 2)
    watcher = replace(boss, granted=boss.permissions - {"quality.inspect"})
    assert (seen := await on_the_wall(shop, watcher, agent)) and (seen.quality, seen.inspected) == (None, 0)
    limited = replace(boss, only_team_ids=frozenset({team}), team_ids=frozenset({team}), sees_all=False)
    assert (seen := await on_the_wall(shop, limited, agent)) and seen.inspected == 2
    shop.clock.advance(timedelta(days=29))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        later = await standing(work, agent)
    assert (later.mean, later.count, later.before) == (None, 0, 88.1)
    assert (seen := await on_the_wall(shop, boss, agent)) and seen.quality is None
