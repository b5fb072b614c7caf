"""Who works when, who may say so, and what the roster does to the state of agents."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.people import found_team, hire
from tests.relaying import settle
from tests.routing.shops import Shop
from yingke.agents import AgentValue, agent_value, note_connected, note_disconnected, set_availability
from yingke.agents.staff import AgentChange, change_agent
from yingke.identity import Actor, Role, WorkspaceSettings
from yingke.identity.workspaces import WorkspaceChange, change_workspace
from yingke.kit.errors import Forbidden, Invalid
from yingke.kit.ids import new_id
from yingke.realtime.audience import agents_may_see
from yingke.shifts import RosterChanged
from yingke.shifts.coverage import coverage_of
from yingke.shifts.duty import Pause, Times
from yingke.shifts.errors import PatternRetired, ShiftsOverlap, SwapNotAccepted, SwapOutdated, SwapSettled
from yingke.shifts.following import OFF_SHIFT, look_at_all_due
from yingke.shifts.patterns import change_pattern, create_pattern, retire_pattern
from yingke.shifts.queries import duties_of, roster_of
from yingke.shifts.rostering import Plan, set_cells
from yingke.shifts.scheduling import set_follows
from yingke.shifts.swapping import accept_swap, approve_swap, ask_swap, decline_swap, withdraw_swap
from yingke.shifts.values import Roster, RosterCell, ShiftPatternValue

TODAY = date(2026, 11, 20)
TOMORROW = TODAY + timedelta(days=1)
"""It is ten o'clock in Shanghai when tests begin."""
DAY = Times("09:00", "18:00", (Pause("12:00", 60, "lunch"),))
NIGHT = Times("22:00", "06:00")


async def pattern(shop: Shop, times: Times = DAY, name: str = "白班") -> ShiftPatternValue:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await create_pattern(work, name=name, color="#1f6f5c", times=times, weekdays=[0, 1, 2, 3, 4])


async def place(
    shop: Shop, actor: Actor, agent: Actor, day: date, *patterns: ShiftPatternValue, **more: Any
) -> list[RosterCell]:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        plan = Plan(tuple(each.id for each in patterns), **more)
        return await set_cells(work, actor, [((agent.agent_id, day), plan)])


async def read(shop: Shop, actor: Actor, **more: Any) -> Roster:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return await roster_of(work, actor, **{"first": TODAY, "days": 7, "team_id": None} | more)


async def by_schedule(shop: Shop) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_workspace(work, WorkspaceChange(settings=WorkspaceSettings(status_by_schedule=True)))
    await settle(shop.services)


async def at(shop: Shop, clock: str, day: date = TODAY, *, there: tuple[Actor, ...] = ()) -> None:
    """Go to a time of Shanghai, with the desks of these agents open, and let everything run that is due."""
    moment = datetime.fromisoformat(f"{day}T{clock}:00+08:00").astimezone(UTC)
    shop.clock.advance(moment - shop.clock.now())
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await note_connected(work, [each.agent_id for each in there])
    await look_at_all_due(shop.services.ground)
    await settle(shop.services)


async def say(shop: Shop, agent: Actor, availability: Any, reason: str | None = None) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await set_availability(work, agent.agent_id, availability, reason)
    await settle(shop.services)


async def leave_desk(shop: Shop, agent: Actor) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await note_disconnected(work, agent.agent_id)
    await settle(shop.services)


async def state(shop: Shop, agent: Actor) -> tuple[str, str | None]:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        found: AgentValue = await agent_value(work, agent.agent_id)
    return found.availability, found.away_reason


async def test_the_state_of_who_is_at_the_desk_follows_shift_and_break(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    await by_schedule(shop)
    await place(shop, shop.company.owner, agent, TOMORROW, await pattern(shop))
    await say(shop, agent, "away", "meeting")
    for clock, expected in {
        "08:59": ("away", "meeting"),
        "09:00": ("online", None),
        "12:00": ("away", "lunch"),
        "12:59": ("away", "lunch"),
        "13:00": ("online", None),
        "18:00": ("busy", OFF_SHIFT),
    }.items():
        await at(shop, clock, TOMORROW, there=(agent,))
        assert await state(shop, agent) == expected, clock


async def test_nobody_is_made_available_without_a_desk_and_who_comes_late_begins_then(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    await by_schedule(shop)
    await place(shop, shop.company.owner, agent, TOMORROW, await pattern(shop))
    await say(shop, agent, "away", "meeting")
    await leave_desk(shop, agent)
    await at(shop, "09:05", TOMORROW)
    assert await state(shop, agent) == ("away", "meeting")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        (duty,) = await duties_of(work, shop.company.owner)
    assert duty.state == "on" and duty.missing_since == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    await at(shop, "09:20", TOMORROW, there=(agent,))
    assert await state(shop, agent) == ("online", None)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert [each.missing_since for each in await duties_of(work, agent)] == [None]


async def test_what_somebody_says_after_a_boundary_stays_until_the_next_one(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    await by_schedule(shop)
    await place(shop, shop.company.owner, agent, TOMORROW, await pattern(shop))
    await at(shop, "09:00", TOMORROW, there=(agent,))
    await at(shop, "09:10", TOMORROW, there=(agent,))
    await say(shop, agent, "busy", "meeting")
    await at(shop, "11:00", TOMORROW, there=(agent,))
    assert await state(shop, agent) == ("busy", "meeting")
    await at(shop, "13:30", TOMORROW, there=(agent,))  # a server that was down at noon does what is due now, once
    assert await state(shop, agent) == ("online", None)
    await say(shop, agent, "away", "break")
    await at(shop, "13:31", TOMORROW, there=(agent,))
    assert await state(shop, agent) == ("away", "break")


async def test_the_switch_of_one_agent_counts_more_than_the_workspaces(shop: Shop) -> None:
    free, bound = await shop.hire("王芳"), await shop.hire("李雷")
    day, owner = await pattern(shop), shop.company.owner
    for agent in (free, bound):
        await place(shop, owner, agent, TOMORROW, day)
        await say(shop, agent, "away", "meeting")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await set_follows(work, owner, bound.agent_id, True)
    await at(shop, "09:00", TOMORROW, there=(free, bound))
    assert [await state(shop, each) for each in (free, bound)] == [("away", "meeting"), ("online", None)]


async def test_changing_a_roster_sets_nobodys_state_who_is_at_the_desk(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    await by_schedule(shop)
    await say(shop, agent, "away", "meeting")
    await place(shop, shop.company.owner, agent, TODAY, await pattern(shop))
    await at(shop, "10:30", there=(agent,))
    assert await state(shop, agent) == ("away", "meeting")
    await at(shop, "13:00", there=(agent,))
    assert await state(shop, agent) == ("online", None)


async def test_leave_counts_more_than_a_shift(shop: Shop) -> None:
    agent, colleague = await shop.hire("王芳"), await shop.hire("李雷")
    team = await found_team(shop.services.ground, shop.workspace_id)
    day, owner = await pattern(shop), shop.company.owner
    await by_schedule(shop)
    await place(shop, owner, agent, TOMORROW, day, leave="sick", note="发烧")
    await say(shop, agent, "away", "meeting")
    await at(shop, "09:00", TOMORROW, there=(agent,))
    assert await state(shop, agent) == ("away", "meeting")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert await duties_of(work, owner) == []
        await change_agent(work, owner, agent.agent_id, AgentChange(team_ids=[team]))
        await change_agent(work, owner, colleague.agent_id, AgentChange(team_ids=[team]))
    (told,) = (await read(shop, owner)).leaves
    assert (told.kind, told.note) == ("sick", "发烧")
    seen = Actor(shop.workspace_id, colleague.agent_id, Role.agent, team_ids=frozenset([team]))
    (told,) = (await read(shop, seen)).leaves
    assert (told.kind, told.note) == ("other", "")  # why is nobody's business


async def test_shifts_of_one_person_never_overlap_and_what_was_can_be_put_back(shop: Shop) -> None:
    agent, owner = await shop.hire("王芳"), shop.company.owner
    day, night, early = await pattern(shop), await pattern(shop, NIGHT), await pattern(shop, Times("05:00", "12:00"))
    await place(shop, owner, agent, TODAY, night)
    for on, patterns in ((TOMORROW, [early]), (TODAY, [day, early])):
        with pytest.raises(ShiftsOverlap):
            await place(shop, owner, agent, on, *patterns)
    assert len((await read(shop, owner)).shifts) == 1
    (before,) = await place(shop, owner, agent, TODAY, day, leave="training")
    assert before.pattern_ids == [night.id] and before.leave is None
    await place(shop, owner, agent, TODAY, night)
    found = await read(shop, owner)
    assert [(each.pattern_id, each.ends_at.hour) for each in found.shifts] == [(night.id, 22)] and found.leaves == []


async def test_a_pattern_reaches_its_shifts_that_have_not_begun(shop: Shop) -> None:
    agent, owner = await shop.hire("王芳"), shop.company.owner
    made, late = await pattern(shop), await pattern(shop, Times("19:00", "22:00"), "晚班")
    for day in (TODAY - timedelta(days=1), TODAY, TOMORROW):
        await place(shop, owner, agent, day, made, late)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        for each, times in ((made, Times("08:00", "17:00")), (late, Times("18:30", "21:30"))):
            await change_pattern(work, each.id, name="早班", color=each.color, times=times, weekdays=[5])
    found = await read(shop, owner, first=TODAY - timedelta(days=1))
    assert [each.start for each in found.shifts] == ["09:00", "19:00", "09:00", "18:30", "08:00", "18:30"]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await retire_pattern(work, made.id)
    with pytest.raises(PatternRetired):
        await place(shop, owner, agent, TODAY + timedelta(days=3), made)
    assert len((await read(shop, owner)).shifts) == 4
    with pytest.raises(Invalid):
        await pattern(shop, Times("09:00", "18:00", (Pause("12:00", 60, "siesta"),)))


async def test_supervisors_of_some_teams_plan_their_people_only(shop: Shop) -> None:
    ground, workspace = shop.services.ground, shop.workspace_id
    ours, theirs = await found_team(ground, workspace, "售前"), await found_team(ground, workspace, "售后")
    mine = await hire(ground, workspace, "王芳", teams=(ours,))
    other = await hire(ground, workspace, "李雷", teams=(theirs,))
    made = await pattern(shop)
    limited = Actor(workspace, new_id(), Role.supervisor, team_ids=frozenset([ours]), only_team_ids=frozenset([ours]))
    await place(shop, limited, mine, TODAY, made)
    with pytest.raises(Forbidden):
        await place(shop, mine, mine, TODAY)
    with pytest.raises(Invalid):
        await place(shop, limited, other, TODAY, made)
    with pytest.raises(Invalid):
        await place(shop, shop.company.owner, Actor(workspace, new_id(), Role.agent), TODAY, made)
    await place(shop, shop.company.owner, other, TODAY, made)
    for reader, expected in ((limited, {mine}), (mine, {mine}), (other, {other}), (shop.company.owner, {mine, other})):
        assert {each.agent_id for each in (await read(shop, reader)).shifts} == {each.agent_id for each in expected}
    changed = [fact for fact in shop.facts if isinstance(fact, RosterChanged)]
    assert [agents_may_see(fact, limited) for fact in changed] == [True, False]
    assert [agents_may_see(fact, other) for fact in changed] == [False, True]


async def ask(shop: Shop, actor: Actor, other: Actor, day: date, with_day: date | None = None) -> UUID:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        asked = await ask_swap(work, actor, day=day, with_agent_id=other.agent_id, with_day=with_day, note="")
    return asked.id


async def accept(shop: Shop, colleague: Actor, id: UUID) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert (await accept_swap(work, colleague, id)).accepted_at == work.now


async def test_who_plans_for_both_asks_no_colleague(shop: Shop) -> None:
    other, owner = await shop.hire("李雷"), await hire(shop.services.ground, shop.workspace_id, "主管", role=Role.owner)
    await place(shop, owner, owner, TOMORROW, await pattern(shop))
    id = await ask(shop, owner, other, TOMORROW)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await approve_swap(work, owner, id)
    assert [each.agent_id for each in (await read(shop, owner)).shifts] == [other.agent_id]


async def test_a_swap_happens_when_the_colleague_agreed_and_a_supervisor_says_so_and_once(shop: Shop) -> None:
    ground, workspace, owner = shop.services.ground, shop.workspace_id, shop.company.owner
    team = await found_team(ground, workspace)
    one, other = [await hire(ground, workspace, name, teams=(team,)) for name in ("王芳", "李雷")]
    day, night = await pattern(shop), await pattern(shop, NIGHT)
    await place(shop, owner, one, TODAY, day)
    await place(shop, owner, other, TOMORROW, night)
    id = await ask(shop, one, other, TODAY, TOMORROW)
    async with ground.work_in(workspace) as work:
        with pytest.raises(Forbidden):
            await approve_swap(work, other, id)
        with pytest.raises(Forbidden):
            await accept_swap(work, one, id)
        with pytest.raises(SwapNotAccepted):
            await approve_swap(work, owner, id)
    (asked,) = (await read(shop, owner)).swaps
    assert (asked.accepted_at, asked.decidable) == (None, True)
    await accept(shop, other, id)
    async with ground.work_in(workspace) as work:
        assert (await approve_swap(work, owner, id)).state == "approved"
    swapped = {(each.agent_id, each.day, each.pattern_id) for each in (await read(shop, owner)).shifts}
    assert swapped == {(other.agent_id, TODAY, day.id), (one.agent_id, TOMORROW, night.id)}
    async with ground.work_in(workspace) as work:
        with pytest.raises(SwapSettled):
            await decline_swap(work, owner, id)
        with pytest.raises(Invalid):  # nothing to give on this day any more
            await ask_swap(work, one, day=TODAY, with_agent_id=other.agent_id, with_day=None, note="")
    given = await ask(shop, other, one, TODAY)
    await accept(shop, one, given)
    await place(shop, owner, other, TODAY)
    async with ground.work_in(workspace) as work:
        with pytest.raises(SwapOutdated):
            await approve_swap(work, owner, given)
    async with ground.work_in(workspace) as work:
        assert (await withdraw_swap(work, other, given)).state == "withdrawn"


async def test_shifts_of_a_deleted_pattern_are_swapped_and_put_back(shop: Shop) -> None:
    ground, workspace, owner = shop.services.ground, shop.workspace_id, shop.company.owner
    team = await found_team(ground, workspace)
    one, other = [await hire(ground, workspace, name, teams=(team,)) for name in ("王芳", "李雷")]
    day = await pattern(shop)
    await place(shop, owner, one, TOMORROW, day)
    async with ground.work_in(workspace) as work:
        await retire_pattern(work, day.id)
    (before,) = await place(shop, owner, one, TOMORROW)
    with pytest.raises(PatternRetired):
        await place(shop, owner, one, TOMORROW, day)
    async with ground.work_in(workspace) as work:
        was = [((before.agent_id, before.day), Plan(tuple(before.pattern_ids), before.leave, before.note))]
        await set_cells(work, owner, was, restoring=True)
    id = await ask(shop, one, other, TOMORROW)
    await accept(shop, other, id)
    async with ground.work_in(workspace) as work:
        await approve_swap(work, owner, id)
    assert [each.agent_id for each in (await read(shop, owner)).shifts] == [other.agent_id]


async def test_what_is_planned_while_a_swap_is_approved_stays(shop: Shop) -> None:
    ground, workspace, owner = shop.services.ground, shop.workspace_id, shop.company.owner
    team = await found_team(ground, workspace)
    one, other = [await hire(ground, workspace, name, teams=(team,)) for name in ("王芳", "李雷")]
    day, late = await pattern(shop), await pattern(shop, Times("19:00", "22:00"))
    await place(shop, owner, one, TOMORROW, day)
    id = await ask(shop, one, other, TOMORROW)
    await accept(shop, other, id)

    async def approve() -> None:
        async with ground.work_in(workspace) as work:
            await approve_swap(work, owner, id)

    async with ground.work_in(workspace) as work:
        await set_cells(work, owner, [((other.agent_id, TOMORROW), Plan((late.id,), "training", "新系统"))])
        approving = asyncio.create_task(approve())
        await asyncio.sleep(0.5)
    await approving
    found = await read(shop, owner)
    assert {(each.agent_id, each.pattern_id) for each in found.shifts} == {
        (other.agent_id, day.id),
        (other.agent_id, late.id),
    }
    assert [(each.agent_id, each.note) for each in found.leaves] == [(other.agent_id, "新系统")]


async def test_kept_time_is_what_was_at_work_of_what_was_rostered(shop: Shop) -> None:
    agent, colleague, owner = await shop.hire("王芳"), await shop.hire("李雷"), shop.company.owner
    await place(shop, owner, agent, TOMORROW, await pattern(shop))
    await leave_desk(shop, agent)
    await at(shop, "10:00", TOMORROW, there=(agent,))
    await at(shop, "12:30", TOMORROW, there=(agent,))
    (kept,) = (await read(shop, owner)).kept
    assert (kept.rostered, kept.available) == (3 * 3600, 2 * 3600)  # an hour late; lunch counts for nothing
    assert (await read(shop, agent)).kept == [kept]
    assert (await read(shop, colleague)).kept == []


async def test_nobody_counts_on_who_has_left(shop: Shop) -> None:
    agent, owner = await shop.hire("王芳"), shop.company.owner
    made = await pattern(shop)
    for day in (TODAY, TOMORROW):
        await place(shop, owner, agent, day, made)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_agent(work, owner, agent.agent_id, AgentChange(disabled=True))
    await settle(shop.services)
    assert [each.day for each in (await read(shop, owner)).shifts] == [TODAY]


async def test_coverage_sets_rostered_agents_beside_what_came_in_the_weeks_before(shop: Shop) -> None:
    agent, owner = await shop.hire("王芳"), shop.company.owner
    await place(shop, owner, agent, TODAY + timedelta(days=7), await pattern(shop))
    for _ in range(3):
        await shop.write()
    shop.clock.advance(timedelta(days=3))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        found = await coverage_of(work, owner, first=TODAY + timedelta(days=7), days=1, team_id=None)
    hours = {each.at.hour: each for each in found.hours}
    assert len(hours) == 24 and found.capacity == 5
    assert (hours[2].arrivals, hours[2].wanted, hours[2].rostered) == (3, 1, 1)
    assert [hours[each].rostered for each in (0, 4, 10)] == [0, 0, 0]  # before nine, at lunch, after six
