"""A supervisor inspects by the keyboard, and the agent reads the result and appeals, in real browsers."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import PASSWORD, Desk, People, Shop
from tests.journeys.test_outreach import until

pytestmark = pytest.mark.journey


def hired(shop: Shop) -> Desk:
    desk = Desk(shop.product, "quality@example.com")
    invited = shop.owner.ask("POST", "/invitations", email=desk.email, role="agent", name="小周", team_ids=[])
    token = invited["link"].split("#", 1)[1]
    accepted = desk.api.post("/invitations/accept", json={"token": token, "name": "小周", "password": PASSWORD})
    desk.me = accepted.json()["agent"]
    return desk


async def answered(people: People, shop: Shop, desk: Desk) -> str:
    """The id of a conversation that the agent of `desk` answered badly and ended."""

    def written() -> dict[str, Any] | None:
        found = shop.owner.ask("GET", "/conversations?view=all")["items"]
        return next((each for each in found if (each["last_message"] or {}).get("text") == "核桃受潮了怎么办"), None)

    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("核桃受潮了怎么办")
    id: str = (await until(written))["id"]
    shop.owner.ask("POST", f"/conversations/{id}/assign", agent_id=desk.me["id"])
    client_id = "0190f1aa-0000-7000-8000-0000000000aa"
    desk.ask("POST", f"/conversations/{id}/messages", client_id=client_id, text="自己晒晒")
    desk.ask("POST", f"/conversations/{id}/resolve")
    return id


async def test_a_supervisor_inspects_by_the_keyboard_and_the_agent_appeals(people: People, shop: Shop) -> None:
    owner, boss, desk = shop.owner, shop.colleague, hired(shop)
    desk.ask("PUT", "/me/availability", availability="online")
    agent = (await people.agent(desk)).page
    talk = await answered(people, shop, desk)
    inspector = (await people.agent(boss)).page
    await inspector.goto(f"{shop.product.url}/desk/quality/cards")
    await inspector.get_by_role("button", name="用现成的评分卡").click()
    await expect(inspector.get_by_text("客服会话通用评分卡")).to_be_visible()
    await inspector.goto(f"{shop.product.url}/desk/conversations/all/{talk}")
    await inspector.get_by_role("button", name="重新打开").wait_for()
    await inspector.get_by_role("button", name="更多").last.click()
    await inspector.get_by_role("button", name="质检").last.click()
    await inspector.get_by_role("button", name="开始").click()
    await expect(inspector.get_by_label("会话内容").get_by_text("自己晒晒")).to_be_visible()
    for key in "1221111":
        await inspector.keyboard.press(key)
    await inspector.locator("[data-criterion='语气与同理心']").click()
    await inspector.get_by_label("“语气与同理心”的说明").fill("没有道歉")
    await inspector.get_by_label("会话内容").get_by_text("自己晒晒").click()
    await expect(inspector.get_by_text(re.compile("关于第 \\d+ 条消息"))).to_be_visible()
    await expect(inspector.get_by_text("草稿已保存")).to_be_visible()
    await inspector.reload()
    await expect(inspector.get_by_label("“语气与同理心”的说明")).to_have_value("没有道歉")
    await inspector.get_by_role("button", name="提交", exact=True).click()
    await expect(inspector.locator("[data-score]")).to_be_visible()

    await agent.goto(f"{shop.product.url}/desk/quality")
    await agent.locator("[data-inspection]").first.click()
    await expect(agent.get_by_text("没有道歉")).to_be_visible()
    await agent.get_by_label("申诉").fill("客户后来说已经解决")
    await agent.get_by_role("button", name="提交申诉").click()
    await expect(agent.get_by_text("提出申诉")).to_be_visible()
    owner.ask("PATCH", f"/agents/{desk.me['id']}", disabled=True)
