"""A time that is promised to everybody, and one that an agent promises somebody, in real browsers."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import People, Shop
from tests.journeys.test_outreach import until

pytestmark = pytest.mark.journey


@pytest.fixture
def promising(shop: Shop) -> Iterator[Shop]:
    """A shop where the owner alone gets what comes; the others who come here find nothing promised."""
    shop.colleague.ask("PUT", "/me/availability", availability="busy")
    yield shop
    shop.colleague.ask("PUT", "/me/availability", availability="online")
    for policy in shop.owner.ask("GET", "/service-levels")["items"]:
        shop.owner.ask("DELETE", f"/service-levels/{policy['id']}")


async def make_policy(page: Page, desk: str, name: str, seconds: int) -> None:
    await page.goto(f"{desk}/settings/service-levels")
    await page.get_by_role("link", name="新建策略").click()
    await page.get_by_label("名称").fill(name)
    await page.get_by_role("switch", name="首次响应").check()
    await page.get_by_label("单位").first.select_option("seconds")
    amount = page.get_by_role("spinbutton", name="首次响应")
    await amount.fill(str(seconds))
    await amount.blur()
    await page.get_by_text("全天", exact=True).click()
    await page.get_by_role("button", name="保存").click()
    await page.get_by_role("link", name=name).wait_for()


async def test_a_promised_time_counts_down_is_missed_and_told_and_a_promise_is_written_down_and_kept(
    people: People, promising: Shop
) -> None:
    desk, owner = f"{promising.product.url}/desk", promising.owner
    agent, supervisor = await people.agent(owner), await people.agent(promising.colleague)
    await make_policy(agent.page, desk, "三秒内回复", 3)
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("山核桃什么时候发货")

    def held() -> str | None:
        rows = owner.ask("GET", "/conversations?view=all")["items"]
        return next((row["id"] for row in rows if row["due"] and row["agent_id"] == owner.me["id"]), None)

    conversation = await until(held)
    await agent.page.goto(f"{desk}/conversations/mine/{conversation}")
    mark = agent.page.locator("[data-due=breached]").first
    await expect(mark).to_have_attribute("aria-label", re.compile("首次响应：已超时"))

    await supervisor.page.goto(f"{desk}/wall")
    await supervisor.page.locator("[data-due=breached]").first.wait_for()
    await agent.write("我们今天就给您发货")
    await visitor.sees("我们今天就给您发货")
    await agent.page.get_by_role("status").filter(has_text="要记为承诺吗").wait_for()
    await expect(mark).to_have_count(0)

    await agent.page.keyboard.press("F2")
    dialog = agent.page.get_by_role("dialog", name="记下承诺")
    await expect(dialog.get_by_label("答应了什么")).to_have_value("我们今天就给您发货")
    await dialog.get_by_role("button", name="保存").click()
    panel = agent.page.locator("article.promise").filter(has_text="我们今天就给您发货")
    await panel.get_by_role("timer").wait_for()
    await panel.get_by_role("button", name="已兑现").click()
    await expect(panel).to_contain_text("已兑现")

    await supervisor.page.goto(f"{desk}/settings/service-levels")
    row = supervisor.page.get_by_role("row").filter(has_text="三秒内回复")
    await row.get_by_role("button", name="1").click()
    late = supervisor.page.get_by_role("listitem").filter(has_text="晚了")
    await late.get_by_role("link").click()
    await supervisor.sees("山核桃什么时候发货")
    await supervisor.page.goto(f"{desk}/promises")
    await supervisor.page.get_by_text("全部", exact=True).click()
    await supervisor.page.get_by_label("状态", exact=True).select_option("kept")
    await supervisor.sees("我们今天就给您发货")
