"""After a conversation an agent has time to wrap up."""

import pytest

from tests.routing.shops import Shop
from yingke.agents import Agent
from yingke.conversations.closing import resolve_conversation
from yingke.conversations.facts import ConversationChanged
from yingke.identity import Actor
from yingke.routing.wrapping_up import note_wrap_ups


async def end(shop: Shop, agent: Actor, conversation: object) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await resolve_conversation(work, agent, conversation)  # type: ignore[arg-type]


@pytest.fixture
async def agent(shop: Shop) -> Actor:
    """One who can hold one conversation, in a shop with a minute to wrap up."""
    hired = await shop.hire("王芳")
    await shop.settings(wrap_up=60)
    return hired


async def test_the_next_visitor_comes_when_the_time_to_wrap_up_is_over(shop: Shop, agent: Actor) -> None:
    await set_capacity(shop, agent, 1)
    first = await shop.write("一")
    await shop.pass_time()
    await shop.answer(agent, first)
    second = await shop.write("二")
    await end(shop, agent, first)
    await shop.pass_time(59)
    assert await shop.holder(second) is None
    await shop.pass_time(2)
    assert await shop.holder(second) == agent.agent_id


async def test_noting_the_same_end_twice_gives_no_more_time(shop: Shop, agent: Actor) -> None:
    await set_capacity(shop, agent, 1)
    first = await shop.write("一")
    await shop.pass_time()
    await shop.answer(agent, first)
    await end(shop, agent, first)
    (ended,) = [f for f in shop.facts if isinstance(f, ConversationChanged) and f.change == "resolved"]
    await shop.pass_time(30)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await note_wrap_ups(work, [ended])
    second = await shop.write("二")
    await shop.pass_time(31)
    assert await shop.holder(second) == agent.agent_id


async def test_without_it_the_next_visitor_comes_at_once(shop: Shop, agent: Actor) -> None:
    await set_capacity(shop, agent, 1)
    await shop.settings()
    first = await shop.write("一")
    await shop.pass_time()
    await shop.answer(agent, first)
    second = await shop.write("二")
    await end(shop, agent, first)
    await shop.pass_time()
    assert await shop.holder(second) == agent.agent_id


async def set_capacity(shop: Shop, agent: Actor, capacity: int) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        (await work.get(Agent, agent.agent_id)).capacity = capacity
