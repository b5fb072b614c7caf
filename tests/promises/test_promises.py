"""What was told a contact would be done is reminded of, kept or broken, and never forgotten when people leave."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.people import found_team, hire
from tests.relaying import settle
from tests.routing.shops import Shop
from yingke.contacts.merging import merge_contacts
from yingke.conversations.closing import resolve_conversation
from yingke.identity import Actor
from yingke.identity.actors import Role
from yingke.kit.errors import Forbidden, Invalid
from yingke.promises import PromiseAlarm, PromiseChanged
from yingke.promises.errors import PromiseMissing, PromiseSettled
from yingke.promises.making import change_promise, drop_promise, hand_over, keep_promise, make_promise
from yingke.promises.queries import count_promises, list_promises, promises_of, propose
from yingke.promises.values import PromiseValue
from yingke.promises.watching import look_at_all_due
from yingke.realtime.audience import agents_may_see


async def talk(shop: Shop, agent: Actor) -> UUID:
    """A conversation that the agent has answered."""
    id = await shop.write()
    await shop.pass_time()
    await shop.answer(agent, id, "今天发货")
    await shop.pass_time()
    return id


async def promise(shop: Shop, agent: Actor, id: UUID, hours: float = 10, **more: UUID) -> PromiseValue:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        due = work.now + timedelta(hours=hours)
        return await make_promise(work, agent, id, text="今天发货", due_at=due, **more)  # type: ignore[arg-type]


async def pass_time(shop: Shop, hours: float) -> None:
    shop.clock.advance(timedelta(hours=hours))
    await look_at_all_due(shop.services.ground)


def told(shop: Shop) -> int:
    return sum(isinstance(fact, PromiseChanged) for fact in shop.facts)


def alarms(shop: Shop) -> list[PromiseAlarm]:
    return [fact for fact in shop.facts if isinstance(fact, PromiseAlarm)]


async def test_a_promise_is_reminded_of_before_it_is_due_and_escalated_after(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    supervisor = await hire(shop.services.ground, shop.workspace_id, "主管", role=Role.supervisor)
    id = await talk(shop, agent)
    made = await promise(shop, agent, id)
    assert (await shop.row(id)).due_at == made.due_at
    await pass_time(shop, 7.9)
    assert alarms(shop) == []
    await pass_time(shop, 0.2)
    (soon,) = alarms(shop)
    assert soon.stage == "soon" and agents_may_see(soon, agent) and not agents_may_see(soon, supervisor)
    await pass_time(shop, 2)
    await pass_time(shop, 2)
    _, overdue = alarms(shop)
    assert overdue.stage == "overdue" and agents_may_see(overdue, agent) and agents_may_see(overdue, supervisor)
    assert overdue.promise.state == "broken"


async def test_what_is_done_in_time_is_kept_and_what_is_done_late_stays_broken(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    id = await talk(shop, agent)
    kept, late, dropped = [await promise(shop, agent, id, hours) for hours in (2, 3, 4)]
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        assert (await keep_promise(work, agent, kept.id)).state == "kept"
        assert (await drop_promise(work, agent, dropped.id, "客户取消了订单")).state == "dropped"
    await pass_time(shop, 3.5)
    assert (await shop.row(id)).due_at == late.due_at
    async with ground.work_in(workspace) as work:
        done = await keep_promise(work, agent, late.id)
        assert (done.state, done.done_at) == ("broken", work.now)
        with pytest.raises(PromiseSettled):
            await drop_promise(work, agent, dropped.id, "再来一次")
    assert (await shop.row(id)).due is None
    async with ground.work_in(workspace) as work:
        counts = await count_promises(work, agent, "mine")
    assert (counts.open, counts.overdue, counts.kept, counts.broken, counts.kept_rate) == (0, 0, 1, 1, 0.5)


async def test_a_promise_outlives_its_conversation(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    id = await talk(shop, agent)
    await promise(shop, agent, id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await resolve_conversation(work, agent, id)
    await pass_time(shop, 11)
    assert [each.stage for each in alarms(shop)] == ["overdue"]


async def test_who_leaves_hands_over_all_that_is_still_to_be_done(shop: Shop) -> None:
    leaver, heir = await shop.hire("甲"), await shop.hire("乙")
    supervisor = await hire(shop.services.ground, shop.workspace_id, "主管", role=Role.supervisor)
    id = await shop.write()
    await shop.pass_time()
    holder = leaver if await shop.holder(id) == leaver.agent_id else heir
    await shop.answer(holder, id)
    done, undone, overdue = [await promise(shop, holder, id, hours, owner_id=leaver.agent_id) for hours in (1, 30, 2)]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await keep_promise(work, leaver, done.id)
    await pass_time(shop, 3)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        with pytest.raises(Forbidden):
            await hand_over(work, heir, leaver.agent_id, heir.agent_id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert await hand_over(work, supervisor, leaver.agent_id, heir.agent_id) == 2
        found, _ = await list_promises(
            work, heir, scope="mine", state="open", owner_id=None, text="", limit=10, cursor=None
        )
        assert [each.id for each in found] == [overdue.id, undone.id]


async def test_lists_page_search_and_show_what_one_may_see(shop: Shop) -> None:
    agent, other = await shop.hire("甲"), await shop.hire("乙")
    id = await talk_of(shop, agent, other)
    made = [await promise(shop, agent, id, hours) for hours in (1, 2, 3)]
    stranger = await hire(shop.services.ground, shop.workspace_id, "别组")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        first, cursor = await list_promises(
            work, agent, scope="all", state=None, owner_id=None, text="发货", limit=2, cursor=None
        )
        rest, end = await list_promises(
            work, agent, scope="all", state=None, owner_id=None, text="发货", limit=2, cursor=cursor
        )
        assert [each.id for each in [*first, *rest]] == [each.id for each in made] and end is None
        none, _ = await list_promises(
            work, stranger, scope="mine", state=None, owner_id=None, text="", limit=9, cursor=None
        )
        assert none == []
        assert [each.id for each in await promises_of(work, agent, id)] == [each.id for each in made]
        with pytest.raises(Invalid):
            await change_promise(work, agent, made[0].id, {"due_at": work.now - timedelta(hours=1)})
        with pytest.raises(PromiseMissing):
            await keep_promise(work, agent, id)


async def talk_of(shop: Shop, *agents: Actor) -> UUID:
    id = await shop.write()
    await shop.pass_time()
    holder = await shop.holder(id)
    await shop.answer(next(each for each in agents if each.agent_id == holder), id)
    return id


async def test_what_an_agent_just_wrote_is_proposed_by_the_days_of_the_workspace(shop: Shop) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        found = await propose(work, "好的，明天回电给您。")
        assert found.text == "好的，明天回电给您。" and found.due_at is not None
        assert found.due_at.isoformat() == "2026-11-21T10:00:00+00:00"
        assert (await propose(work, "好的")).due_at is None


async def test_its_time_is_over_at_its_due_moment_and_not_when_somebody_looks(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    id = await talk(shop, agent)
    one, other = await promise(shop, agent, id, 1), await promise(shop, agent, id, 1)
    shop.clock.advance(timedelta(hours=1))
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        with pytest.raises(PromiseSettled):
            await change_promise(work, agent, one.id, {"due_at": work.now + timedelta(hours=1)})
    async with ground.work_in(workspace) as work:
        assert (await keep_promise(work, agent, one.id)).state == "broken"
        assert (await change_promise(work, agent, other.id, {"text": "明天发货"})).state == "broken"
    await look_at_all_due(ground)
    assert [(each.stage, each.promise.id) for each in alarms(shop)] == [("overdue", other.id)]


async def test_kept_again_it_is_told_to_nobody(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    made = await promise(shop, agent, await talk(shop, agent))
    for _ in range(2):
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            assert (await keep_promise(work, agent, made.id)).state == "kept"
    assert told(shop) == 2, "made, and kept"


async def test_the_panel_shows_what_is_to_be_done_first_and_what_is_settled_last(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    id = await talk(shop, agent)
    kept, later, sooner, dropped = [await promise(shop, agent, id, hours) for hours in (1, 5, 3, 2)]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await keep_promise(work, agent, kept.id)
        await drop_promise(work, agent, dropped.id, "不用了")
        shown = [each.id for each in await promises_of(work, agent, id)]
        counts = await count_promises(work, agent, "mine")
    assert shown == [sooner.id, later.id, dropped.id, kept.id]
    assert (counts.open, counts.kept) == (2, 0), "it counts once it came due"


async def test_promises_follow_the_contact_of_their_conversation(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    first, second = await shop.write(fields={}), await shop.write(fields={})
    await shop.pass_time()
    await shop.answer(agent, first)
    made = await promise(shop, agent, first)
    rows = [await shop.row(id) for id in (first, second)]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert await promises_of(work, agent, second) == []
        winner, loser = rows[1].contact_id, rows[0].contact_id
        assert winner is not None and loser is not None
        await merge_contacts(work, winner, loser, by=agent.agent_id)
    await settle(shop.services)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert [each.id for each in await promises_of(work, agent, second)] == [made.id]


async def test_who_is_limited_to_teams_hands_over_what_was_promised_in_these(shop: Shop) -> None:
    ground, workspace = shop.services.ground, shop.workspace_id
    own, other = await found_team(ground, workspace), await found_team(ground, workspace, "售后")
    leaver, heir = await shop.hire("甲", teams=(own, other)), await shop.hire("乙", teams=(own,))
    supervisor = await hire(ground, workspace, "主管", role=Role.supervisor)
    limited = replace(supervisor, only_team_ids=frozenset({own}), team_ids=frozenset({own}), sees_all=False)
    ids = [await shop.write(team_id=team) for team in (own, other)]
    await shop.pass_time()
    made = [await promise(shop, leaver, id) for id in ids]
    async with ground.work_in(workspace) as work:
        assert await hand_over(work, limited, leaver.agent_id, heir.agent_id) == 1
    for scope, promised in ((heir, made[0]), (leaver, made[1])):
        async with ground.work_in(workspace) as work:
            found, _ = await list_promises(
                work, scope, scope="mine", state="open", owner_id=None, text="", limit=10, cursor=None
            )
            assert [each.id for each in found] == [promised.id]
    async with ground.work_in(workspace) as work:
        assert await hand_over(work, supervisor, leaver.agent_id, heir.agent_id) == 1
