"""One agent with the desk open twice: what is done in one tab is so in the other."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, expect

from tests.journeys.conftest import Agent, People, Shop


@pytest.fixture(autouse=True)
def _nothing_comes_by_itself(shop: Shop) -> Iterator[None]:
    for desk in (shop.owner, shop.colleague):
        desk.ask("PUT", "/me/availability", availability="busy")
    yield
    for desk in (shop.owner, shop.colleague):
        desk.ask("PUT", "/me/availability", availability="online")


def row(agent: Agent, text: str) -> Locator:
    return agent.page.locator(".row").filter(has_text=text)


async def go(agent: Agent, view: str) -> None:
    await agent.page.goto(agent.page.url.split("/desk")[0] + f"/desk/conversations/{view}")


async def test_two_tabs_of_an_agent_stay_in_step(people: People) -> None:
    one = await people.agent()
    two = await people.agent_tab(one)
    for tab in (one, two):
        await go(tab, "queue")
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("两边都看得到吗")

    # Taking.
    for tab in (one, two):
        await row(tab, "两边都看得到吗").wait_for()
    name = await row(one, "两边都看得到吗").locator(".row-name").inner_text()
    await row(one, "两边都看得到吗").click()
    await one.page.get_by_role("button", name="接待", exact=True).first.click()
    await expect(row(two, "两边都看得到吗")).to_have_count(0)
    await go(two, "mine")
    await row(two, name).wait_for()

    # Reading.
    await go(one, "queue")
    await visitor.write("还在吗")
    await row(two, "还在吗").locator(".row-count").wait_for()
    await go(one, "mine")
    await row(one, "还在吗").click()
    await expect(row(two, "还在吗").locator(".row-count")).to_have_count(0)

    # Writing, and sending.
    box = one.page.get_by_placeholder("调出常用语")
    await box.fill("我正在写")
    await row(two, "我正在写").locator(".row-draft").wait_for()
    await box.press("Enter")
    await visitor.sees("我正在写")
    await expect(row(two, "我正在写").locator(".row-draft")).to_have_count(0)
    await row(two, "我正在写").click()
    await two.sees("还在吗")
    await visitor.panel.locator("textarea").press_sequentially("请问")
    for tab in (one, two):
        await tab.page.locator("main .typing").get_by_text("正在输入").first.wait_for()
    await two.page.get_by_placeholder("调出常用语").fill("这边也能写")
    await expect(box).to_have_value("这边也能写")  # half a sentence, in both fields
    await two.page.get_by_placeholder("调出常用语").press("Enter")
    await visitor.sees("这边也能写")
    await expect(box).to_have_value("")
    await expect(
        one.page.locator("main").get_by_text("这边也能写", exact=True).locator("visible=true")
    ).not_to_have_count(0)
    assert (await visitor.texts()).count("这边也能写") == 1

    # Ending.
    await one.page.keyboard.press("Alt+e")
    await one.page.get_by_role("dialog").get_by_role("button", name="结束").click()
    await two.page.get_by_role("button", name="重新打开").first.wait_for()
    await go(two, "mine")
    await expect(row(two, name)).to_have_count(0)


async def test_what_an_agent_says_of_himself_in_one_tab_is_shown_in_the_other(people: People) -> None:
    one = await people.agent()
    two = await people.agent_tab(one)
    await one.page.get_by_role("button", name="状态").click()
    await one.page.get_by_text("离开 · 会议").click()
    for tab in (one, two):
        await tab.page.get_by_role("button", name="状态: 离开 · 会议").wait_for()


async def test_two_agents_who_look_at_one_conversation_know_of_each_other(people: People, shop: Shop) -> None:
    one, two = await people.agent(), await people.agent(shop.colleague)
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("两位都在看吗")
    for agent in (one, two):
        await go(agent, "queue")
        await row(agent, "两位都在看吗").click()
    for agent, other in ((one, shop.colleague), (two, shop.owner)):
        await expect(agent.page.get_by_title(re.compile(other.me["name"] + ".*也在看"))).to_be_visible()
