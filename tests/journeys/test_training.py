"""Two inspectors measure alike, and what was missed is practised, in real browsers."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Desk, People, Shop
from tests.journeys.test_quality import answered, hired
from yingke.kit.ids import new_id

__all__ = ["hired"]
pytestmark = pytest.mark.journey
TONE = "说话的语气"


def card(shop: Shop) -> str:
    """The id of a card with one criterion, which is the first to be offered."""
    criterion = {"id": str(new_id()), "title": TONE, "weight": 10, "scale": "rubric"}
    made: dict[str, Any] = shop.owner.ask("POST", "/quality/cards", name="0 语气卡", criteria=[criterion])
    return str(made["id"])


async def score(page: Page, key: str) -> None:
    await page.locator(f"[data-criterion='{TONE}']").get_by_text(TONE).first.click()
    await page.keyboard.press(key)
    await page.get_by_role("button", name="提交", exact=True).click()


async def test_inspectors_compare_their_scores_and_the_agent_practises_what_was_missed(
    people: People, shop: Shop, hired: Desk
) -> None:
    agent = (await people.agent(hired)).page
    talk = await answered(people, shop, hired)
    card(shop)
    leader = (await people.agent(shop.colleague)).page
    await leader.goto(f"{shop.product.url}/desk/conversations/all/{talk}")
    await leader.get_by_role("button", name="重新打开").wait_for()
    await leader.get_by_role("button", name="更多").last.click()
    await leader.get_by_role("button", name="用来校准").click()
    await leader.get_by_label("用哪张评分卡").select_option(label="0 语气卡")
    await leader.get_by_role("dialog").get_by_label("王芳").check()
    await leader.get_by_role("button", name="发起校准").click()
    await expect(leader.get_by_text("打分情况")).to_be_visible()
    await score(leader, "1")
    await expect(leader.get_by_text("您已打分")).to_be_visible()

    other = (await people.agent(shop.owner)).page
    await other.goto(f"{shop.product.url}/desk/quality/calibrations")
    await other.locator("[data-calibration]").first.click()
    await score(other, "3")
    await expect(leader.get_by_text("相差 50 分")).to_be_visible()
    compared = leader.locator(f"[data-criterion='{TONE}']")
    await expect(compared.get_by_text("超出期望").first).to_be_visible()
    await compared.get_by_role("radio", name="基本").click()
    await leader.get_by_role("button", name="记录商定结果").click()
    await expect(other.locator("[data-agreed]")).to_have_text("40")
    await other.goto(f"{shop.product.url}/desk/quality/calibrations/agreement")
    await expect(other.get_by_role("row", name=re.compile("李雷.*0 分.*100%"))).to_be_visible()
    await expect(other.get_by_role("row", name=re.compile("王芳.*50 分.*0%"))).to_be_visible()

    await agent.goto(f"{shop.product.url}/desk/quality/drills")
    await expect(agent.get_by_text("没有要做的练习")).to_be_visible()
    await leader.goto(f"{shop.product.url}/desk/quality/drills")
    await leader.get_by_role("button", name="新建练习").click()
    await leader.get_by_label("标题").fill("客户问受潮")
    await leader.get_by_label("客户说了什么").fill("核桃受潮了怎么办")
    await leader.get_by_role("radio", name="选择").check(force=True)
    await leader.get_by_label("答案 1", exact=True).fill("自己晒晒")
    await leader.get_by_label("答案 2", exact=True).fill("真抱歉，今天给您补发一份")
    await leader.get_by_label("正确答案 2").check()
    await leader.get_by_label("为什么它对").fill("先道歉，再给办法")
    await leader.get_by_role("dialog").get_by_label("小周").check()
    await leader.get_by_role("button", name="布置", exact=True).click()
    await agent.locator("[data-exercise]").first.click()
    await agent.get_by_role("radio", name="真抱歉，今天给您补发一份").check()
    await agent.get_by_role("button", name="提交").click()
    await expect(agent.get_by_text("先道歉，再给办法")).to_be_visible()
    await leader.get_by_text("团队", exact=True).click()
    await expect(leader.locator("[data-result='客户问受潮']")).to_contain_text("做到了")
