"""What else an agent does in a day at the desk: turning somebody away, keeping lists."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from playwright.async_api import expect

from tests.journeys.conftest import Agent, People, Shop, Visitor


async def talk(people: People, shop: Shop, text: str) -> tuple[Visitor, str]:
    """A visitor who has written `text`, and the id of the conversation, which the owner has."""
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write(text)
    begun = await until(lambda: _with(shop, text))
    shop.owner.ask("POST", f"/conversations/{begun}/assign", agent_id=shop.owner.me["id"])
    return visitor, str(begun)


def _with(shop: Shop, text: str) -> str | None:
    items = shop.owner.ask("GET", "/conversations?view=all")["items"]
    return next((each["id"] for each in items if (each["last_message"] or {}).get("text") == text), None)


async def until(look: Callable[[], Any]) -> Any:
    for _ in range(150):
        if seen := look():
            return seen
        await asyncio.sleep(0.2)
    raise AssertionError(look)


async def test_who_is_blocked_is_told_and_let_in_again_from_the_list(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor, conversation = await talk(people, shop, "骚扰一下")
    await _go(agent, f"mine/{conversation}")
    await agent.page.get_by_role("button", name="屏蔽访客").click()
    await agent.page.get_by_role("dialog").get_by_label("原因").fill("刷屏")
    await agent.page.get_by_role("dialog").get_by_role("button", name="屏蔽", exact=True).click()
    await visitor.panel.get_by_text("暂时无法在这里联系我们").first.wait_for()
    await agent.page.goto(shop.product.url + "/desk/contacts/blocked")
    line = agent.page.locator("li").filter(has_text="刷屏")
    await line.get_by_role("button", name="解除屏蔽").click()
    await expect(line).to_have_count(0)
    await visitor.page.reload()
    await visitor.resume("骚扰一下")
    await visitor.write("我不刷了")
    await until(lambda: _with(shop, "我不刷了"))


async def test_a_view_is_kept_and_canned_responses_leave_and_come_as_a_table(people: People, shop: Shop) -> None:
    page = (await people.agent()).page
    await page.goto(shop.product.url + "/desk/conversations/all")
    await page.get_by_role("button", name="筛选").click()
    await page.locator(".filter-line").filter(has_text="客服").last.locator("select").select_option(label="李雷")
    await page.get_by_role("button", name="保存为视图").click()
    await page.get_by_placeholder("视图名称").fill("李雷手上的")
    await page.locator(".filter-save").get_by_role("button", name="保存").click()
    await page.get_by_text("已保存视图").wait_for()
    await page.goto(shop.product.url + "/desk/conversations/mine")
    await page.locator("nav.tabs").get_by_role("button", name="更多").click()
    await page.get_by_text("李雷手上的").click()
    await page.wait_for_url(re.compile(f"agent_id={shop.colleague.me['id']}"))

    table = "范围,客服组,文件夹,标题,内容\n个人,,售前,能否试吃,可以寄试吃装给您。\n"
    await page.goto(shop.product.url + "/desk/canned-responses")
    await page.get_by_role("button", name="导入").click()
    chosen = page.locator("input[type=file]")
    wrong = f"{table}星球,,,标题,内容\n".encode()
    await chosen.set_input_files({"name": "常用语.csv", "mimeType": "text/csv", "buffer": wrong})
    await page.get_by_text("第 3 行").wait_for()
    await expect(page.get_by_role("button", name="保存全部")).to_be_disabled()
    await chosen.set_input_files({"name": "常用语.csv", "mimeType": "text/csv", "buffer": table.encode("gb18030")})
    await page.get_by_role("button", name="保存全部").click()
    await page.get_by_text("已新建 1 条").wait_for()
    async with page.expect_download() as download:
        await page.get_by_text("导出 CSV").click()
    written = (await (await download.value).path()).read_text("utf-8-sig")
    assert "能否试吃" in written and "可以寄试吃装给您。" in written


async def _go(agent: Agent, place: str) -> None:
    await agent.page.goto(agent.page.url.split("/desk")[0] + f"/desk/conversations/{place}")
