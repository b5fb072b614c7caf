"""A kind whose time runs while the shop is open only."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.routing.shops import Shop
from tests.service_requests.applicants import file, pass_time, team_of
from yingke.inboxes.editing import change_site
from yingke.kit.errors import Invalid
from yingke.service_requests.applying import add_word
from yingke.service_requests.deciding import decide_request, reopen_request
from yingke.service_requests.forms import change_form, form_of
from yingke.service_requests.handling import answer, change_request
from yingke.service_requests.models import ServiceRequest

WEEKLY = [{"day": day, "start": "09:00", "end": "18:00"} for day in range(5)]


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """Open from Monday to Friday, nine to six, where a complaint has nine hours. It is ten o'clock on a Friday."""
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_site(work, shop.site.id, settings={"hours": {"always": False, "weekly": WEEKLY}})
        form = await form_of(work, "complaint")
        await change_form(work, "complaint", form.model_copy(update={"clock": "business", "hours": 9}))
    return shop


async def moments(shop: Shop, id: UUID) -> tuple[str, str]:
    """When it is due and when it is reminded of, on the clock of the shop."""
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        row = await work.get(ServiceRequest, id)
        zone = datetime.fromisoformat("2026-11-20T10:00:00+08:00").tzinfo
        due, remind = (f"{at.astimezone(zone):%a %H:%M}" for at in (row.due_at, row.remind_at))
        return due, remind


async def test_it_is_due_after_so_many_hours_in_which_the_shop_is_open(shop: Shop) -> None:
    id = await file(shop)
    assert await moments(shop, id) == ("Mon 10:00", "Fri 17:12")
    other = await file(shop, "access", fields={"what": "发票"})
    assert (await moments(shop, other))[0] == "Mon 10:00"  # three days by the calendar
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await decide_request(work, agent, id, "settled", "已补发")
        await reopen_request(work, agent, id, "又坏了")
    assert (await moments(shop, id))[0] == "Mon 10:00"


async def test_what_was_left_of_it_is_left_when_the_applicant_has_answered(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    id = await file(shop)
    await pass_time(shop, hours=7)
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        await answer(work, agent, id, "请发一张照片。", ask=True)  # on Friday at five: two hours are left
    await pass_time(shop, days=4)
    async with ground.work_in(workspace) as work:
        await add_word(work, await work.get(ServiceRequest, id, lock=True), "发了")  # on Tuesday at five
    assert (await moments(shop, id))[0] == "Wed 10:00"


async def test_a_moment_before_the_next_opening_may_be_chosen_all_the_same(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    id = await file(shop)
    await pass_time(shop, hours=10)  # eight in the evening
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_request(work, agent, id, {"due_at": work.now + timedelta(hours=10)})
        with pytest.raises(Invalid):
            await change_request(work, agent, id, {"due_at": work.now})
    assert await moments(shop, id) == ("Sat 06:00", "Sat 04:00")
