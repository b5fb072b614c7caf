"""Two supervisors plan a week together, somebody does not come, and two agents swap, in real browsers."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.conftest import PASSWORD, Desk, People, Shop

pytestmark = pytest.mark.journey
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())


@pytest.fixture
def agent(shop: Shop) -> Iterator[Desk]:
    """In a team with both supervisors, who both are planned too."""
    team = shop.owner.ask("POST", "/teams", name="排班组", agent_ids=[shop.owner.me["id"], shop.colleague.me["id"]])
    desk = Desk(shop.product, "zhou@roster.example.com")
    invited = shop.owner.ask("POST", "/invitations", email=desk.email, role="agent", name="小周", team_ids=[team["id"]])
    token = invited["link"].split("#", 1)[1]
    accepted = desk.api.post("/invitations/accept", json={"token": token, "name": "小周", "password": PASSWORD})
    desk.me = accepted.json()["agent"]
    yield desk
    shop.owner.ask("PATCH", f"/agents/{desk.me['id']}", disabled=True)
    shop.owner.ask("DELETE", f"/teams/{team['id']}")


async def roster_of(people: People, desk: Desk) -> Page:
    page = (await people.agent(desk)).page
    await page.goto(f"{desk.product.url}/desk/roster")
    await page.locator("[data-week]").filter(has_text="–").wait_for()
    return page


def cell(page: Page, name: str, day: date) -> Locator:
    return page.locator(f'.cell[aria-label^="{name}, "][aria-label*=" {day.month}月{day.day}日:"]')


async def test_a_week_is_planned_together_and_who_does_not_come_is_seen(
    shop: Shop, people: People, agent: Desk
) -> None:
    one, other = await roster_of(people, shop.owner), await roster_of(people, shop.colleague)
    await one.get_by_role("button", name="新建班次").click()
    await one.get_by_label("名称").fill("白班")
    await one.get_by_label("开始").fill("08:00")
    await one.get_by_label("结束").fill("17:00")
    await one.get_by_role("button", name="加一段休息").click()
    await one.get_by_role("button", name="保存").click()
    made = one.get_by_role("dialog", name="班次", exact=True)
    await made.get_by_role("button", name="关闭").click()
    # A name chooses the week; five days of it are filled, and the other supervisor sees it.
    await one.get_by_title("小周", exact=True).click()
    bar = one.get_by_role("toolbar")
    await bar.get_by_role("button", name="白班").click()
    await expect(cell(other, "小周", MONDAY + timedelta(days=4))).to_contain_text("08:00–17:00")
    await expect(cell(other, "小周", MONDAY + timedelta(days=5))).not_to_contain_text("白班")
    # Dragging chooses several; leave counts, and each step can be taken back.
    monday, friday = cell(one, "小周", MONDAY), cell(one, "小周", MONDAY + timedelta(days=4))
    await cell(one, "小周", MONDAY + timedelta(days=3)).hover()
    await one.mouse.down()
    await friday.hover()
    await one.mouse.up()
    await expect(bar).to_contain_text("已选 2 格")
    await bar.get_by_label("请假").select_option("sick")
    await expect(friday).to_contain_text("病假")
    await expect(cell(other, "小周", MONDAY + timedelta(days=4))).to_contain_text("病假")
    await one.get_by_role("button", name="撤销").last.click()
    await expect(cell(other, "小周", MONDAY + timedelta(days=4))).not_to_contain_text("病假")
    # The next week is copied from this one.
    await other.get_by_role("button", name="下一周").click()
    await expect(cell(other, "小周", MONDAY + timedelta(days=7))).to_be_visible()
    await other.get_by_role("button", name="复制上周").click()
    await expect(cell(other, "小周", MONDAY + timedelta(days=11))).to_contain_text("白班")
    await expect(monday).to_contain_text("白班")
    await _missing_is_told(shop, one, agent)
    await _swap(shop, people, other, agent)
    assert people.errors == []


async def _missing_is_told(shop: Shop, page: Page, agent: Desk) -> None:
    """A shift around the clock, for somebody whose desk is closed."""
    pattern = shop.owner.ask("POST", "/shift-patterns", name="值守", start="00:00", end="23:59")
    days = [(TODAY - timedelta(days=1)), TODAY]
    cells = [{"agent_id": agent.me["id"], "day": day.isoformat(), "pattern_ids": [pattern["id"]]} for day in days]
    shop.owner.ask("PUT", "/roster", cells=cells)
    await expect(page.locator("tr").filter(has_text="小周").locator(".late")).to_contain_text("应到未到")
    await page.goto(f"{shop.product.url}/desk/wall")
    row = page.get_by_role("table", name="客服").get_by_role("row").filter(has_text="小周")
    await expect(row).to_contain_text("应到未到")


async def _swap(shop: Shop, people: People, supervisor: Page, agent: Desk) -> None:
    """The agent asks in their own roster, where nothing else can be changed; the colleague agrees and, as a supervisor,
    approves."""
    page = await roster_of(people, agent)
    assert await page.get_by_role("button", name="复制上周").count() == 0
    await page.get_by_role("button", name="下一周").click()
    day = MONDAY + timedelta(days=8)
    await cell(page, "小周", day).click()
    await page.get_by_role("toolbar").get_by_role("button", name="申请换班").click()
    dialog = page.get_by_role("dialog", name="申请换班")
    await dialog.get_by_label("和谁换").select_option(label="李雷")
    await dialog.get_by_role("button", name="申请换班").click()
    request = supervisor.get_by_label("换班申请").locator("li").filter(has_text="小周")
    await expect(request).to_contain_text("等同事同意")
    await expect(request.get_by_role("button", name="批准")).to_have_count(0)
    await request.get_by_role("button", name="同意").click()
    await request.get_by_role("button", name="批准").click()
    await expect(cell(supervisor, "李雷", day)).to_contain_text("白班")
    await expect(cell(page, "小周", day)).not_to_contain_text("白班")
    acts = shop.owner.ask("GET", "/audit?limit=50")["items"]
    assert {"roster.changed", "roster.swaps.made", "roster.swaps.approve.made"} <= {each["act"] for each in acts}
