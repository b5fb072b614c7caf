"""What else an agent does in a day at the desk: putting aside, asking a colleague, turning somebody away, keeping lists."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page, expect

from tests.journeys.conftest import Agent, People, Shop, Visitor

_LISTEN = """() => {
  window.tones = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
}"""


def field(agent: Agent) -> Any:
    return agent.page.locator(".composer textarea")


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


async def test_what_was_put_aside_comes_back_by_hand_and_when_the_visitor_writes(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor, conversation = await talk(people, shop, "改天再聊吧")

    def status() -> str:
        return str(shop.owner.ask("GET", f"/conversations/{conversation}")["status"])

    page = agent.page
    await _go(agent, f"mine/{conversation}")
    await _menu(page, "1 小时后")
    await page.get_by_text("会话已移到稍后处理").wait_for()
    await _go(agent, f"snoozed/{conversation}")
    await page.get_by_text("访客来消息时会提前回来").wait_for()
    await _menu(page, "现在处理")
    await until(lambda: status() == "open")

    await _menu(page, "明天上午")
    await until(lambda: status() == "snoozed")
    await visitor.write("还是今天聊")
    await until(lambda: status() == "open")


async def test_a_colleague_is_called_in_a_note_and_in_a_room_and_the_visitor_hears_of_neither(
    people: People, shop: Shop
) -> None:
    shop.colleague.ask("PUT", "/me/availability", availability="busy")
    agent, colleague = await people.agent(), await people.agent(shop.colleague)
    visitor, conversation = await talk(people, shop, "能开专票吗")
    await _go(agent, f"mine/{conversation}")
    await field(agent).wait_for()
    await agent.page.keyboard.press("Alt+m")
    await field(agent).press_sequentially("@李")
    await agent.page.get_by_role("option").filter(has_text="李雷").wait_for()
    await agent.page.keyboard.press("Enter")
    await field(agent).press_sequentially("看一下抬头")
    await agent.page.keyboard.press("Enter")
    await agent.page.get_by_role("log").get_by_text("看一下抬头").wait_for()
    said = shop.owner.ask("GET", f"/conversations/{conversation}/messages?after_seq=0")["items"]
    assert [each["mentions"] for each in said if each["kind"] == "note"] == [[shop.colleague.me["id"]]]
    await _go(colleague, f"all/{conversation}")
    await colleague.page.get_by_role("log").get_by_text("看一下抬头").wait_for()

    await agent.page.goto(shop.product.url + "/desk/colleagues")
    await agent.page.get_by_role("button", name="发起同事聊天").first.click()
    await agent.page.get_by_role("dialog").get_by_text("李雷").click()
    await agent.page.get_by_role("button", name="开始聊天").click()
    await agent.page.get_by_placeholder("发给同事").fill("税号在哪里查")
    await agent.page.keyboard.press("Enter")
    await colleague.page.goto(shop.product.url + "/desk/colleagues")
    await colleague.page.locator(".row").filter(has_text="税号在哪里查").click()
    await field(colleague).press_sequentially("我发你")
    await colleague.page.keyboard.press("Enter")
    await agent.page.get_by_role("log").get_by_text("我发你").wait_for()
    shown = await visitor.panel.get_by_role("log").inner_text()
    assert not any(private in shown for private in ("看一下抬头", "税号在哪里查", "我发你"))


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


async def test_a_message_rings_and_stands_in_the_title_unless_one_is_looking_at_it(people: People, shop: Shop) -> None:
    agent = await people.agent()
    await agent.page.add_init_script(f"({_LISTEN})()")
    visitor, conversation = await talk(people, shop, "听得见吗")
    await _go(agent, f"mine/{conversation}")
    await field(agent).click()
    await visitor.write("现在看着")
    await agent.page.get_by_role("log").get_by_text("现在看着").wait_for()
    assert await agent.page.evaluate("window.tones") == 0
    await agent.page.keyboard.press("Alt+2")
    await agent.page.wait_for_url("**/conversations/queue")
    await asyncio.sleep(2.5)  # what was looked at a moment ago, in any tab, makes no sound
    await visitor.write("现在不看")
    await _holds(agent.page, "window.tones > 0")
    await _holds(agent.page, "/^\\(\\d+\\)/.test(document.title)")


async def _go(agent: Agent, place: str) -> None:
    await agent.page.goto(agent.page.url.split("/desk")[0] + f"/desk/conversations/{place}")


async def _menu(page: Page, entry: str) -> None:
    await page.locator("header.head").get_by_role("button", name="更多").click()
    await page.get_by_role("dialog").get_by_text(entry, exact=True).click()


async def _holds(page: Page, script: str) -> None:
    """`wait_for_function` would evaluate text in the page, which the desk's policy forbids."""
    async with asyncio.timeout(60):
        while not await page.evaluate(script):
            await asyncio.sleep(0.1)
