"""A supervisor inspects by the keyboard, the agent appeals, and somebody else decides, in real browsers."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import PASSWORD, Desk, People, Shop
from tests.journeys.test_outreach import until
from yingke.kit.ids import new_id

pytestmark = pytest.mark.journey


@pytest.fixture
def hired(shop: Shop) -> Iterator[Desk]:
    """An agent who is there for one test, and whom everything comes to: who had a conversation does not inspect it."""
    others = (shop.owner, shop.colleague)
    for other in others:
        other.ask("PUT", "/me/availability", availability="busy")
    desk = Desk(shop.product, f"quality-{new_id().hex[-8:]}@example.com")
    invited = shop.owner.ask("POST", "/invitations", email=desk.email, role="agent", name="小周", team_ids=[])
    token = invited["link"].split("#", 1)[1]
    accepted = desk.api.post("/invitations/accept", json={"token": token, "name": "小周", "password": PASSWORD})
    desk.me = accepted.json()["agent"]
    desk.ask("PUT", "/me/availability", availability="online")
    yield desk
    for other in others:
        other.ask("PUT", "/me/availability", availability="online")
    shop.owner.ask("PATCH", f"/agents/{desk.me['id']}", disabled=True)


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
    desk.ask("POST", f"/conversations/{id}/messages", client_id=str(new_id()), text="自己晒晒")
    desk.ask("POST", f"/conversations/{id}/resolve")
    return id


async def test_a_supervisor_inspects_an_agent_appeals_and_the_owner_decides(
    people: People, shop: Shop, hired: Desk
) -> None:
    owner, boss = shop.owner, shop.colleague
    agent = (await people.agent(hired)).page
    talk = await answered(people, shop, hired)
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
    await inspector.locator("[data-criterion='语气与同理心']").get_by_text("语气与同理心").first.click()
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
    before = float(await agent.locator("[data-score]").inner_text())
    await agent.get_by_label("申诉").fill("客户后来说已经解决")
    await agent.get_by_role("button", name="提交申诉").click()
    await expect(agent.get_by_text("提出申诉")).to_be_visible()

    decider = (await people.agent(owner)).page
    await decider.goto(f"{shop.product.url}/desk/quality")
    await decider.get_by_label("状态", exact=True).select_option("appealed")
    await decider.locator("[data-inspection]").first.click()
    await decider.locator("[data-criterion='语气与同理心']").get_by_role("radio", name="难忘").click()
    await decider.get_by_label("裁定申诉").fill("客户确实满意")
    await decider.get_by_role("button", name="按上面的打分改分").click()
    await expect(agent.get_by_text("裁定：改分")).to_be_visible()
    assert float(await agent.locator("[data-score]").inner_text()) > before
    acts = owner.ask("GET", "/supervision/acts")["items"]
    assert {each["agent_name"] for each in acts if each["act"] == "inspected"} == {"李雷", "王芳"}
