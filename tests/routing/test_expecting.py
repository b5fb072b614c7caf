"""Who waits is told the place, and how long only when that was true lately; who leaves the page keeps the place."""

from datetime import timedelta

from tests.people import found_team
from tests.routing.shops import Shop
from yingke.conversations.offline import keep_place
from yingke.inboxes import Site
from yingke.kit.ids import new_id
from yingke.routing import departments_now
from yingke.routing.expecting import expected_of
from yingke.routing.models import QueuePlace, RoutingDecision
from yingke.visitors import Visitor


async def remember(shop: Shop, *, held: bool) -> None:
    """Thirty who were served a minute apart, and waited what was expected."""
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        some = await shop.write()
        for number in range(30):
            work.add(
                RoutingDecision(
                    id=new_id(), conversation_id=some, kind="assigned", team_id=None, agent_id=None,
                    decided_at=work.now - timedelta(minutes=number), waited=120.0, expected=120.0,
                    low=60 if held else 0, high=180 if held else 60,
                )
            )  # fmt: skip


async def told(shop: Shop, id: object) -> tuple[int, int] | None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        row = await shop.row(id)  # type: ignore[arg-type]
        wait = await expected_of(work, row, 2)
    return (wait.low, wait.high) if wait else None


async def test_a_range_is_told_while_the_last_ones_held_and_the_place_alone_otherwise(shop: Shop) -> None:
    id = await shop.write()
    assert await told(shop, id) is None
    await remember(shop, held=True)
    assert await told(shop, id) == (120, 120)


async def test_ranges_that_did_not_hold_are_not_told_any_more(shop: Shop) -> None:
    id = await shop.write()
    await remember(shop, held=False)
    assert await told(shop, id) is None


async def test_what_was_expected_is_kept_beside_what_was_waited(shop: Shop) -> None:
    await remember(shop, held=True)
    await shop.pass_time()
    id = await shop.write()
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        place = await work.rows.get_one(QueuePlace, (shop.workspace_id, id))
        assert (place.position, place.expected, place.low, place.high) == (2, 120.0, 120, 120)


async def test_who_leaves_the_page_keeps_the_place(shop: Shop) -> None:
    id = await shop.write()
    await shop.pass_time()
    before = await shop.row(id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert before.visitor_id is not None
        visitor = await work.get(Visitor, before.visitor_id)
        for _ in range(2):
            await keep_place(work, visitor, {visitor.id}, id, channel="email", reply_to="zhou@example.com")
    await shop.pass_time(30)
    after = await shop.row(id)
    assert (after.status, after.place_at, after.reply_to) == ("queued", before.place_at, "zhou@example.com")
    assert [each["type"] for each in await shop.activities(id)].count("place_kept") == 1


async def test_departments_say_whether_they_are_open_and_how_long_it_takes(shop: Shop) -> None:
    staffed, empty = [await found_team(shop.services.ground, shop.workspace_id, name) for name in ("售前", "售后")]
    await shop.hire("王芳", teams=(staffed,))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        site = await work.get(Site, shop.site.id)
        site.settings = {"team_ids": [str(staffed), str(empty)]}
        await work.flush()
        shown = await departments_now(work, site)
    assert [(each.name, each.open, each.wait_low, each.wait_high) for each in shown] == [
        ("售前", True, 0, 0),
        ("售后", False, None, None),
    ]
