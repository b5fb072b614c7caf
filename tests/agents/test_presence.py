"""Whether an agent's desk is open, and what is told about it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.agents.people import hire
from tests.conftest import Company, found_company
from yingke.agents import (
    AgentChanged,
    AvailabilityInterval,
    agent_value,
    note_connected,
    note_disconnected,
    notice_silence,
    set_availability,
)
from yingke.identity.actors import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.facts import Fact
from yingke.kit.work import Ground

BEAT = timedelta(seconds=10)


@pytest.fixture
async def wang(ground: Ground, company: Company) -> Actor:
    return await hire(ground, company)


@pytest.fixture
def told(ground: Ground, wang: Actor) -> list[AgentChanged]:
    facts: list[AgentChanged] = []

    def push(pushed: Sequence[Fact]) -> None:
        facts.extend(fact for fact in pushed if isinstance(fact, AgentChanged) and fact.agent.id == wang.agent_id)

    ground.outbox.push = push
    return facts


async def beat(ground: Ground, *actors: Actor) -> None:
    async with ground.work_everywhere() as work:
        await note_connected(work, [actor.agent_id for actor in actors])


async def silence(ground: Ground) -> None:
    async with ground.work_everywhere() as work:
        await notice_silence(work)


async def connected(ground: Ground, actor: Actor) -> bool:
    async with ground.work_in(actor.workspace_id) as work:
        return (await agent_value(work, actor.agent_id)).connected


async def test_the_first_beat_is_told_and_the_next_ones_are_not(
    ground: Ground, wang: Actor, told: list[AgentChanged], clock: FixedClock
) -> None:
    for _ in range(3):
        await beat(ground, wang)
        clock.advance(BEAT)
    assert [fact.agent.connected for fact in told] == [True]
    assert await connected(ground, wang)


async def test_an_agent_whose_process_died_is_missed_after_half_a_minute(
    ground: Ground, wang: Actor, told: list[AgentChanged], clock: FixedClock
) -> None:
    await beat(ground, wang)
    clock.advance(timedelta(seconds=29))
    await silence(ground)
    assert await connected(ground, wang)
    clock.advance(timedelta(seconds=2))
    assert not await connected(ground, wang)
    await silence(ground)
    await silence(ground)
    assert [fact.agent.connected for fact in told] == [True, False]


async def test_an_agent_who_leaves_is_gone_at_once_and_a_beat_of_another_process_brings_them_back(
    ground: Ground, wang: Actor, told: list[AgentChanged]
) -> None:
    await beat(ground, wang)
    async with ground.work_in(wang.workspace_id) as work:
        await note_disconnected(work, wang.agent_id)
        await note_disconnected(work, wang.agent_id)
    assert not await connected(ground, wang)
    await beat(ground, wang)
    assert [fact.agent.connected for fact in told] == [True, False, True]


async def test_two_workspaces_are_beaten_for_together_and_each_is_told_its_own(
    ground: Ground, wang: Actor, company: Company
) -> None:
    other = await found_company(ground, "别家")
    li = await hire(ground, other, "李雷")
    facts: list[Fact] = []
    ground.outbox.push = facts.extend
    await beat(ground, wang, li)
    assert {(fact.workspace_id, fact.agent.id) for fact in facts if isinstance(fact, AgentChanged)} == {
        (wang.workspace_id, wang.agent_id),
        (li.workspace_id, li.agent_id),
    }


async def test_what_an_agent_says_is_told_once_with_its_reason(
    ground: Ground, wang: Actor, told: list[AgentChanged]
) -> None:
    for _ in range(2):
        async with ground.work_in(wang.workspace_id) as work:
            await set_availability(work, wang.agent_id, "away", "午饭")
    [fact] = told
    assert (fact.agent.availability, fact.agent.away_reason) == ("away", "午饭")


async def test_the_figures_know_when_somebody_could_answer(ground: Ground, wang: Actor, clock: FixedClock) -> None:
    start = clock.now()
    await beat(ground, wang)
    clock.advance(timedelta(seconds=20))
    async with ground.work_in(wang.workspace_id) as work:
        await set_availability(work, wang.agent_id, "busy", "盘点")
    clock.advance(timedelta(seconds=5))
    await beat(ground, wang)
    clock.advance(timedelta(seconds=60))
    await silence(ground)
    async with ground.work_in(wang.workspace_id) as work:
        rows = await work.all(
            select(AvailabilityInterval)
            .where(AvailabilityInterval.agent_id == wang.agent_id)
            .order_by(AvailabilityInterval.began_at)
        )
    after = timedelta(seconds=20)
    assert [(row.availability, row.reason, row.began_at - start, row.ended_at) for row in rows] == [
        ("online", None, timedelta(0), start + after),
        ("busy", "盘点", after, start + after + timedelta(seconds=5)),  # the last beat, not when silence was noticed
    ]


async def test_who_is_offline_is_counted_nowhere(ground: Ground, wang: Actor) -> None:
    async with ground.work_in(wang.workspace_id) as work:
        await set_availability(work, wang.agent_id, "offline")
    await beat(ground, wang)
    async with ground.work_in(wang.workspace_id) as work:
        rows = await work.all(select(AvailabilityInterval).where(AvailabilityInterval.agent_id == wang.agent_id))
    assert rows == []
