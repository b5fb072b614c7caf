"""Whether a desk is on a screen, as the agents' sockets say it."""

import asyncio
from collections.abc import Callable

from tests.realtime.conftest import Shop
from yingke.agents import on_screen


async def looks(shop: Shop) -> bool:
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        return shop.agent.agent_id in await on_screen(work, [shop.agent.agent_id])


async def becomes(shop: Shop, wanted: Callable[[bool], bool]) -> None:
    for _ in range(400):
        if wanted(await looks(shop)):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not")


async def test_an_agent_is_in_sight_while_one_of_their_desks_is_on_a_screen(shop: Shop) -> None:
    desk, phone = await shop.desk(), await shop.desk()
    await becomes(shop, bool)
    assert (await desk.ask("visible", visible=False))["op"] == "ack"
    await asyncio.sleep(0.7)
    assert await looks(shop), "the phone still shows it"
    await phone.ask("visible", visible=False)
    await phone.ask("visible", visible=False)
    await becomes(shop, lambda seen: not seen)
    await desk.ask("visible", visible=True)
    await becomes(shop, bool)


async def test_a_desk_that_opens_behind_another_window_is_not_in_sight_and_one_that_is_closed_neither(
    shop: Shop,
) -> None:
    desk = await shop.desk()
    await becomes(shop, bool)
    hidden = await shop.desk(visible=False)
    await desk.connection.close()
    await becomes(shop, lambda seen: not seen)
    await hidden.connection.close()
    await asyncio.sleep(0.7)
    assert not await looks(shop)
