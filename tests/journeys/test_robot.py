"""Self-service in real browsers: asked with slips, not helped, passed on, learnt from; and the same answers as pages."""

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as PlaywrightError

from tests.journeys.conftest import PATIENCE, People, Shop, Visitor
from tests.journeys.test_visits import PERSON

pytestmark = pytest.mark.journey

FAQ = {
    "怎么申请退货": ["可以退吗", "七天无理由退货怎么办理", "买错了想退掉"],
    "怎么换货": ["可以换吗", "换个尺码", "大小不合适想换"],
    "运费多少": ["邮费怎么算", "满多少包邮"],
    "多久能发货": ["什么时候发货", "催一下发货"],
}
UNHEARD = "坚果壳能不能当花肥"
VAGUE = "想退或者换"


@pytest.fixture
async def faq(shop: Shop) -> AsyncIterator[dict[str, Any]]:
    """The shop's robot answers first, for one test."""
    entries = {
        question: shop.owner.ask(
            "POST", "/knowledge/entries", language="zh-CN", question=question, similar=similar,
            answer_html=f"<p>{question}：<b>见说明</b>。</p><ol><li>打开订单</li></ol>", publish=True,
        )
        for question, similar in FAQ.items()
    }  # fmt: skip
    site = f"/sites/{shop.site['id']}"
    form = {"enabled": True, "fields": [{"key": "order_number", "label": {"zh-CN": "订单号"}, "required": True}]}
    shop.owner.ask("PATCH", site, settings={"robot": {"mode": "always", "name": {"zh-CN": "小松"}, "form": form}})
    yield entries
    shop.owner.ask("PATCH", site, settings={"robot": {"mode": "off"}})
    for entry in entries.values():
        shop.owner.ask("DELETE", f"/knowledge/entries/{entry['id']}")


async def test_a_robot_answers_passes_on_and_learns_what_it_could_not_answer(
    people: People, shop: Shop, faq: dict[str, Any]
) -> None:
    desk, visitor = await people.agent(), await people.visitor()
    await asks_with_slips(visitor)
    await desk.page.goto(f"{shop.product.url}/desk/conversations/robot")
    await desk.choose("运费多少")
    log = desk.page.get_by_role("log")
    await expect(log).to_contain_text("七天无里由退货怎么办理")
    await expect(log).to_contain_text("访客说：没有解决")
    await expect(desk.page.get_by_role("status").filter(has_text="机器人正在接待")).to_be_visible()
    await is_passed_on(visitor)
    await expect(log).to_contain_text("机器人转人工：访客填完了表单")
    await expect(log).to_contain_text("SG-1001")
    await answers_with_what_is_suggested(desk.page, visitor)
    await visitor.write(UNHEARD)
    await adds_to(desk.page, UNHEARD, "怎么换货")
    later = await people.visitor()
    await later.open()
    await later.write(UNHEARD)
    await later.sees("怎么换货：见说明")
    assert people.errors == []


async def test_what_was_typed_while_the_server_was_away_brings_questions_when_it_is_back(
    people: People, shop: Shop, faq: dict[str, Any]
) -> None:
    visitor = await people.visitor()
    await visitor.open()
    await visitor.panel.get_by_role("button", name="开始咨询").click()
    await expect(visitor.panel.get_by_role("button", name="转人工")).to_be_visible()
    shop.product.kill()
    try:
        await visitor.panel.get_by_text("暂时连不上服务器").first.wait_for()
        await visitor.panel.locator("textarea").press_sequentially("怎么换")
    finally:
        shop.product.start()
    await expect(visitor.panel.get_by_role("group", name="您想问的可能是")).to_contain_text(
        "怎么换货", timeout=PATIENCE
    )


async def test_a_robot_that_serves_outside_hours_begins_when_the_desk_closes_and_always_is_always(
    people: People, shop: Shop, faq: dict[str, Any]
) -> None:
    site = f"/sites/{shop.site['id']}"
    every_day = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]
    shop.owner.ask("PATCH", site, settings={"robot": {"mode": "off"}, "hours": {"always": True, "weekly": every_day}})
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    desk = (await people.agent()).page
    try:
        await desk.goto(f"{shop.product.url}/desk/settings{site}/robot")
        await desk.get_by_role("radio", name="非服务时间").click()
        await desk.get_by_role("status").get_by_role("link", name="设定服务时间").wait_for()
        await keep(desk)
        await desk.get_by_role("link", name="设定服务时间").click()
        await desk.get_by_role("radio", name="按时间表").click()
        await keep(desk)
        await is_served(people, "zh-CN", robot=False)
        await is_served(people, "en", robot=False)

        await desk.get_by_role("button", name="添加日期").click()
        await desk.get_by_label("日期", exact=True).fill(today)
        await keep(desk)
        await is_served(people, "zh-CN", robot=True)
        await is_served(people, "en", robot=True)

        await desk.get_by_role("button", name=f"删除 {today}").click()
        await keep(desk)
        await is_served(people, "zh-CN", robot=False)
        await desk.get_by_role("link", name="机器人与帮助中心").click()
        await desk.get_by_role("radio", name="始终").click()
        await keep(desk)
        await is_served(people, "en", robot=True)
    finally:
        shop.owner.ask("PATCH", site, settings={"hours": {"always": True, "weekly": [], "holidays": []}})


async def keep(desk: Page) -> None:
    await desk.get_by_role("button", name="保存", exact=True).click()
    await expect(desk.get_by_text("有未保存的修改")).to_have_count(0)


async def is_served(people: People, language: str, *, robot: bool) -> None:
    """Whoever comes now is answered by the robot, or by people."""
    visitor = await people.visitor(locale=language)
    await visitor.open()
    begin = visitor.panel.get_by_role("button", name="Start a conversation" if language == "en" else "开始咨询")
    for _ in range(5):  # the button is drawn anew when the panel hears whether anybody is there
        await begin.click()
        with contextlib.suppress(PlaywrightError):
            await visitor.panel.locator("textarea").wait_for(timeout=1_500)
            break
    person = visitor.panel.get_by_role("button", name="Talk to a person" if language == "en" else "转人工")
    await visitor.write("运费多少")
    if robot:
        await visitor.sees("运费多少：见说明")
        await expect(person.last).to_be_visible()
    else:
        receipt = re.compile("已发送|已送达|已读|Sent|Delivered|Read")
        await visitor.panel.get_by_role("log").get_by_text(receipt).first.wait_for()
        await expect(person).to_have_count(0)
    await visitor.page.context.close()


async def test_who_is_passed_on_while_nobody_is_at_the_desk_is_not_told_to_wait(
    people: People, shop: Shop, faq: dict[str, Any]
) -> None:
    shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings={"robot": {"form": {"enabled": False}}})
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("转人工")
    await visitor.sees("现在没有客服在线")
    await expect(visitor.panel.get_by_text("您排在第 1 位。 现在没有客服在线")).to_be_visible()
    assert await visitor.panel.get_by_text("请稍候").count() == 0


async def test_an_entry_is_printed_dark_on_white_whatever_the_screen_shows(
    chromium: Browser, shop: Shop, faq: dict[str, Any]
) -> None:
    context = await chromium.new_context(color_scheme="dark")
    page = await context.new_page()
    await page.goto(f"{shop.product.url}/help/{shop.site['key']}/zh-CN/e/{faq['运费多少']['id']}")
    await page.emulate_media(media="print", color_scheme="dark")
    for part in ("h1", ".quiet", ".answer"):
        color = await page.locator(part).first.evaluate("each => getComputedStyle(each).color")
        assert max(map(int, re.findall(r"\d+", color)[:3])) < 0x60, (part, color)
    await expect(page.get_by_role("searchbox")).to_be_hidden()
    await context.close()


async def asks_with_slips(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.panel.get_by_role("button", name="开始咨询").click()
    await expect(visitor.panel.get_by_role("button", name="转人工")).to_be_visible()
    await expect(visitor.panel.get_by_role("group", name="大家常问")).to_contain_text("运费多少")
    box = visitor.panel.locator("textarea")
    await box.press_sequentially("怎么换")
    await expect(visitor.panel.get_by_role("group", name="您想问的可能是")).to_contain_text("怎么换货")
    await visitor.write("七天无里由退货怎么办理")
    answer = visitor.panel.get_by_role("article").filter(has_text="怎么申请退货")
    await expect(answer.get_by_role("listitem")).to_have_text("打开订单")
    await expect(visitor.panel.get_by_role("heading", name="小松")).to_be_visible()
    await answer.get_by_role("button", name="未解决").click()
    await visitor.sees("抱歉没能解决")
    await visitor.write("youfei zenme suan")
    await visitor.sees("运费多少")


async def is_passed_on(visitor: Visitor) -> None:
    await visitor.panel.get_by_role("button", name="转人工").last.click()
    form = visitor.panel.get_by_role("article").locator("form")
    await form.get_by_role("button", name="提交").click()
    await expect(form.get_by_role("alert")).to_have_text("请填写订单号")
    await form.get_by_label("订单号").fill("SG-1001")
    await form.get_by_role("button", name="提交").click()
    await visitor.sees("正在为您转接人工客服")


async def answers_with_what_is_suggested(desk: Page, visitor: Visitor) -> None:
    """Whoever the conversation went to by itself, it is open on this desk."""
    await visitor.write("那包邮要满多少")
    suggested = desk.get_by_role("region", name="推荐答案")
    why = suggested.get_by_text("最接近的说法")
    for _ in range(60):  # what is suggested for the question before gives way while the mouse rests on it
        await desk.mouse.move(0, 0)
        await suggested.get_by_role("button", name="运费多少", exact=True).hover()
        with contextlib.suppress(PlaywrightError):
            await why.wait_for(timeout=500)
            break
    await expect(why).to_be_visible()
    await desk.keyboard.press("Alt+I")
    field = desk.locator("form.composer textarea")
    await expect(field).to_have_value(re.compile("运费多少：见说明。"))
    await desk.mouse.move(0, 0)
    await field.fill("满两袋包邮。")
    await field.press("Enter")
    await visitor.sees("满两袋包邮。")


async def adds_to(desk: Page, question: str, entry: str) -> None:
    asked = desk.get_by_role("log").get_by_role("article").filter(has_text=question)
    await asked.hover()
    await asked.get_by_role("button", name="把这个问题加到知识条目…").click()
    dialog = desk.get_by_role("dialog", name="加为相似问")
    await dialog.get_by_role("searchbox").fill(entry)
    await dialog.get_by_role("button", name=entry).click()
    await expect(dialog).to_have_count(0)


async def test_what_visitors_pick_is_proposed_and_once_accepted_answers_the_next_one(
    people: People, shop: Shop, faq: dict[str, Any]
) -> None:
    for words in (VAGUE, f"{VAGUE}呢"):
        visitor = await people.visitor(user_agent=PERSON)
        await visitor.open()
        await visitor.write(words)
        await (
            visitor.panel.get_by_role("group", name="您想问的可能是")
            .last.get_by_role("button", name="怎么申请退货")
            .click()
        )
        await visitor.sees("怎么申请退货：见说明")
    desk = (await people.agent()).page
    await desk.goto(f"{shop.product.url}/desk/knowledge/proposals")
    proposed = desk.get_by_role("listitem").filter(has_text="2 人确认")
    await expect(proposed.get_by_role("link", name="怎么申请退货")).to_be_visible(timeout=PATIENCE)
    await proposed.get_by_role("group", name="访客的说法").get_by_role("button", name=f"{VAGUE}呢").click()
    await proposed.get_by_role("button", name="加为相似问").click()
    await expect(desk.get_by_text("已采纳 1 条，马上生效")).to_be_visible()
    await expect(desk.get_by_text("没有待处理的建议")).to_be_visible()
    await desk.goto(f"{shop.product.url}/desk/knowledge/entries/{faq['怎么申请退货']['id']}/versions")
    await expect(desk.get_by_text("采纳建议")).to_be_visible()
    later = await people.visitor(user_agent=PERSON)
    await later.open()
    await later.write(VAGUE)
    await later.sees("怎么申请退货：见说明")
    assert people.errors == []


async def test_the_help_centre_is_read_searched_and_voted_on_without_scripts(
    chromium: Browser, shop: Shop, faq: dict[str, Any]
) -> None:
    secret = shop.owner.ask(
        "POST", "/knowledge/entries", language="zh-CN", question="内部赔付标准", answer_html="机密", audience="staff", publish=True
    )  # fmt: skip
    context = await chromium.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()
    await page.goto(f"{shop.product.url}/help/{shop.site['key']}/")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("帮助中心")
    await expect(page.get_by_text("内部赔付标准")).to_have_count(0)
    await page.get_by_role("searchbox").fill("邮费怎么蒜")
    await page.get_by_role("button", name="搜索").click()
    await page.get_by_role("link", name="运费多少").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("运费多少")
    await page.get_by_role("button", name="有帮助").first.click()
    await expect(page.get_by_text("谢谢您的反馈")).to_be_visible()
    await page.get_by_role("link", name="给我们留言").click()
    await expect(page.get_by_role("heading", name="给我们留言")).to_be_visible()
    await page.goto(f"{shop.product.url}/help/{shop.site['key']}/zh-CN/")
    await page.get_by_role(
        "link", name="在线咨询"
    ).click()  # the panel needs scripts, and leads whoever has none further
    await expect(page.get_by_role("heading", name="给我们留言")).to_be_visible()
    gone = await page.goto(f"{shop.product.url}/help/{shop.site['key']}/zh-CN/e/{secret['id']}")
    assert gone is not None and gone.status == 404
    await context.close()
    shop.owner.ask("DELETE", f"/knowledge/entries/{secret['id']}")
