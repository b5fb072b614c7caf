"""Who waits longest is served first, nobody gets more than his capacity, and a seat is kept for three minutes."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Company
from tests.people import arrive, found_team, hire, open_site
from tests.relaying import settle
from yingke.agents import AgentChanged, agent_values, note_connected, note_disconnected
from yingke.agents.models import Agent
from yingke.conversations.assigning import accept_conversation, release_conversations
from yingke.conversations.facts import ConversationChanged
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.routing import handlers
from yingke.routing.assigning import assign_waiting
from yingke.routing.places import follow
from yingke.wiring import Services


@pytest.fixture
async def site(ground: Ground, company: Company) -> Site:
    return await open_site(ground, company.workspace_id)


async def waits(ground: Ground, site: Site, team_id: UUID | None = None) -> UUID:
    """A new conversation in the queue."""
    async with ground.work_in(site.workspace_id) as work:
        opened = await open_conversation(work, await arrive(work, site), client_id=new_id(), team_id=team_id)
    return opened.id


async def held_by(ground: Ground, workspace_id: UUID) -> dict[UUID, UUID | None]:
    async with ground.work_in(workspace_id) as work:
        rows = await work.all(select(Conversation).where(Conversation.workspace_id == workspace_id))
    return {row.id: row.agent_id for row in rows}


async def row_of(ground: Ground, workspace_id: UUID, id: UUID) -> Conversation:
    async with ground.work_in(workspace_id) as work:
        return await work.get(Conversation, id)


async def assign(ground: Ground, workspace_id: UUID) -> int:
    """As the listener of what was told does."""
    async with ground.work_in(workspace_id) as work:
        queued = select(Conversation.id).where(
            Conversation.workspace_id == workspace_id, Conversation.status == "queued"
        )
        await follow(work, list(await work.scalars(queued)))
        return await assign_waiting(work)


async def with_capacity(ground: Ground, workspace_id: UUID, agent_id: UUID, capacity: int) -> None:
    async with ground.work_in(workspace_id) as work:
        (await work.get(Agent, agent_id)).capacity = capacity


async def test_who_waits_longest_is_served_first(
    ground: Ground, company: Company, site: Site, clock: FixedClock
) -> None:
    waiting = []
    for _ in range(4):
        waiting.append(await waits(ground, site))
        clock.advance(timedelta(seconds=1))
    agent = await hire(ground, company.workspace_id)
    await with_capacity(ground, company.workspace_id, agent.agent_id, 2)
    assert await assign(ground, company.workspace_id) == 2
    held = await held_by(ground, company.workspace_id)
    assert [held[id] for id in waiting] == [agent.agent_id, agent.agent_id, None, None]


async def test_a_queue_without_agents_does_not_hold_up_the_next_one(
    ground: Ground, company: Company, site: Site
) -> None:
    empty, staffed = [await found_team(ground, company.workspace_id, name) for name in ("售后", "售前")]
    agent = await hire(ground, company.workspace_id, teams=(staffed,))
    first, second = await waits(ground, site, empty), await waits(ground, site, staffed)
    await assign(ground, company.workspace_id)
    held = await held_by(ground, company.workspace_id)
    assert (held[first], held[second]) == (None, agent.agent_id)


async def test_capacity_holds_when_many_queues_are_assigned_at_once(
    ground: Ground, company: Company, site: Site
) -> None:
    teams = [await found_team(ground, company.workspace_id, name) for name in ("售前", "售后")]
    agents = [await hire(ground, company.workspace_id, f"{n}", teams=tuple(teams)) for n in range(2)]
    for each in agents:
        await with_capacity(ground, company.workspace_id, each.agent_id, 3)
    for n in range(10):
        await waits(ground, site, teams[n % 2])
    await asyncio.gather(*(assign(ground, company.workspace_id) for _ in range(4)))
    held = list((await held_by(ground, company.workspace_id)).values())
    assert [held.count(each.agent_id) for each in agents] == [3, 3]
    assert held.count(None) == 4


async def test_a_conversation_taken_by_hand_meanwhile_is_given_to_nobody_else(
    ground: Ground, company: Company, site: Site
) -> None:
    quick = await hire(ground, company.workspace_id, "手快")
    await hire(ground, company.workspace_id, "等派")
    waiting = [await waits(ground, site) for _ in range(4)]

    async def accept(id: UUID) -> None:
        from yingke.conversations.errors import AlreadyTaken

        try:
            async with ground.work_in(company.workspace_id) as work:
                await accept_conversation(work, quick, id)
        except AlreadyTaken:
            pass

    await asyncio.gather(assign(ground, company.workspace_id), *(accept(id) for id in waiting))
    async with ground.work_in(company.workspace_id) as work:
        rows = await work.all(select(Conversation).where(Conversation.workspace_id == company.workspace_id))
        told = [row.status for row in rows]
    assert told == ["open"] * 4


async def test_a_seat_is_kept_for_three_minutes_and_then_goes_to_the_front_of_the_queue(
    services: Services, company: Company, site: Site, clock: FixedClock
) -> None:
    ground = services.ground
    agent = await hire(ground, company.workspace_id)
    mine = await waits(ground, site)
    await assign(ground, company.workspace_id)
    await settle(services)
    async with ground.work_in(company.workspace_id) as work:
        await note_disconnected(work, agent.agent_id)
    await settle(services)
    earlier = await waits(ground, site)  # has been waiting since before the seat is given up
    clock.advance(timedelta(seconds=179))
    await settle(services)
    assert (await row_of(ground, company.workspace_id, mine)).agent_id == agent.agent_id
    clock.advance(timedelta(seconds=2))
    await settle(services)
    row = await row_of(ground, company.workspace_id, mine)
    assert (row.status, row.agent_id) == ("queued", None)
    async with ground.work_in(company.workspace_id) as work:
        from yingke.conversations.queries import queue_position

        assert await queue_position(work, row) == 1
        assert await queue_position(work, await work.get(Conversation, earlier)) == 2


async def test_the_three_minutes_run_from_the_lost_connection_also_when_it_is_noticed_late(
    services: Services, company: Company, site: Site, clock: FixedClock
) -> None:
    ground = services.ground
    agent = await hire(ground, company.workspace_id)
    mine = await waits(ground, site)
    await assign(ground, company.workspace_id)
    await settle(services)
    async with ground.work_in(company.workspace_id) as work:
        await note_disconnected(work, agent.agent_id)
    clock.advance(timedelta(seconds=100))  # the relay was away
    await settle(services)
    clock.advance(timedelta(seconds=81))
    await settle(services)
    assert (await row_of(ground, company.workspace_id, mine)).status == "queued"


async def test_who_comes_back_within_three_minutes_keeps_the_conversation(
    services: Services, company: Company, site: Site, clock: FixedClock
) -> None:
    ground = services.ground
    agent = await hire(ground, company.workspace_id)
    mine = await waits(ground, site)
    await assign(ground, company.workspace_id)
    for away in (170, 170):  # twice: the first loss must not count for the second
        async with ground.work_in(company.workspace_id) as work:
            await note_disconnected(work, agent.agent_id)
        await settle(services)
        clock.advance(timedelta(seconds=away))
        async with ground.work_in(company.workspace_id) as work:
            await note_connected(work, [agent.agent_id])
        await settle(services)
    assert (await row_of(ground, company.workspace_id, mine)).agent_id == agent.agent_id


async def test_the_listeners_of_routing_may_be_called_twice(
    ground: Ground, company: Company, site: Site, clock: FixedClock
) -> None:
    agent = await hire(ground, company.workspace_id)
    facts: list[Fact] = []
    ground.outbox.push = facts.extend
    mine = await waits(ground, site)
    opened = next(fact for fact in facts if isinstance(fact, ConversationChanged) and fact.change == "queued")
    seen = []
    for _ in range(2):
        async with ground.work_in(company.workspace_id) as work:
            await handlers.route_conversation(work, opened, opened)
        row = await row_of(ground, company.workspace_id, mine)
        seen.append((row.agent_id, row.version, row.last_seq))
    assert seen[0] == seen[1] and seen[0][0] == agent.agent_id

    async with ground.work_in(company.workspace_id) as work:
        (value,) = await agent_values(work, [agent.agent_id])
    came = AgentChanged(workspace_id=company.workspace_id, agent=value)
    for _ in range(2):
        async with ground.work_in(company.workspace_id) as work:
            await handlers.route_to_agent(work, came)
    assert (await row_of(ground, company.workspace_id, mine)).version == seen[0][1]

    async with ground.work_in(company.workspace_id) as work:
        await note_disconnected(work, agent.agent_id)
    clock.advance(handlers.SEAT_KEPT_FOR)
    seen.clear()
    for _ in range(2):
        async with ground.work_in(company.workspace_id) as work:
            await handlers.release_seat(work, agent.agent_id)
        row = await row_of(ground, company.workspace_id, mine)
        seen.append((row.agent_id, row.version, row.last_seq))
    assert seen[0] == seen[1] and seen[0][0] is None


async def test_only_what_the_agent_still_holds_is_released(ground: Ground, company: Company, site: Site) -> None:
    agent, other = await hire(ground, company.workspace_id, "甲"), await hire(ground, company.workspace_id, "乙")
    taken = await waits(ground, site)
    async with ground.work_in(company.workspace_id) as work:
        await accept_conversation(work, other, taken)
        await release_conversations(work, agent.agent_id, [taken], why="connection_lost")
    assert (await row_of(ground, company.workspace_id, taken)).agent_id == other.agent_id
