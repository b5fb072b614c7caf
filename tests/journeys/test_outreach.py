"""A shop speaks first: by a rule and by hand, from the visitor's page to the desk and its report, in real browsers."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.conftest import People, Shop, Visitor
from tests.journeys.test_visitors import find_by_search
from tests.journeys.test_visits import look, online

pytestmark = pytest.mark.journey


def invitation_on(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("客服邀请"))


@asynccontextmanager
async def rule(shop: Shop, name: str, *conditions: dict[str, Any], **more: Any) -> AsyncIterator[dict[str, Any]]:
    """A rule that invites with its own name, for as long as the block lasts."""
    body = {
        "name": name,
        "conditions": {"match": "all", "items": list(conditions)},
        "action": {"kind": "message", "content": {"text": {"zh-CN": name}}},
        **more,
    }
    made = shop.owner.ask("POST", "/outreach/rules", **body)
    try:
        yield made
    finally:
        shop.owner.ask("DELETE", f"/outreach/rules/{made['id']}")


async def until(found: Callable[[], Any]) -> Any:
    """What `found` gives, once it is something."""
    for _ in range(150):
        if answer := found():
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError("it did not happen")


async def test_who_dwells_is_invited_and_the_report_tells_what_came_of_it(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    goal = shop.owner.ask("POST", "/goals", name="付款成功", kind="order", pattern="order_paid")
    came_for = {"field": "keyword", "op": "contains", "value": ["香榧"]}
    stayed = {"field": "time_on_page", "op": "at_least", "value": 2}
    async with rule(shop, "需要帮您选香榧吗？", came_for, stayed) as invites:
        page = await find_by_search(people, shop, "枫桥香榧")
        await desk.get_by_role("link", name="访客", exact=True).click()
        await expect(desk.get_by_role("listitem").filter(has_text="枫桥香榧")).to_contain_text("山核桃 500 g")
        await expect(invitation_on(page)).to_contain_text("需要帮您选香榧吗？")
        await page.get_by_role("button", name="现在咨询").click()
        visitor = Visitor(page)
        await visitor.sees("需要帮您选香榧吗？")
        await expect(invitation_on(page)).to_have_count(0)
        await desk.get_by_role("link", name="会话", exact=True).click()
        await desk.get_by_text("需要帮您选香榧吗？").first.click()
        await expect(desk.get_by_role("log")).to_contain_text("山核桃 500 g")
        await expect(desk.get_by_role("log")).to_contain_text("访客接受了邀请")
        await page.evaluate("yingke.track('order_paid', {number: 'A-1', amount: 199})")
        await page.evaluate("yingke.track('order_paid', {number: 'A-1', amount: 199})")

        def counted() -> Any:
            figures = shop.owner.ask("GET", "/outreach/report")["items"]
            return next(
                (each for each in figures if each["rule_id"] == invites["id"] and each["treated"]["reached"]), None
            )

        figures = await until(counted)
        assert (figures["shown"], figures["accepted"], figures["conversations"]) == (1, 1, 1)
        await desk.goto(f"{shop.product.url}/desk/settings/invitations/report")
        row = desk.get_by_role("row").filter(has_text="需要帮您选香榧吗？")
        await expect(row).to_contain_text("1 / 1 人")
        await expect(row).to_contain_text("付款成功：邀请组 1")
        await desk.goto(f"{shop.product.url}/desk/settings/goals")
        await desk.get_by_role("listitem").filter(has_text="付款成功").get_by_title("看是怎么来的").click()
        for by in ("关键词", "邀请", "客服", "会话"):
            await desk.get_by_role("dialog").get_by_text(by, exact=True).click()
            await expect(desk.get_by_role("dialog").get_by_role("row").nth(1)).to_contain_text("199")
        await page.close(run_before_unload=True)
    shop.owner.ask("DELETE", f"/goals/{goal['id']}")


async def test_who_declines_is_left_alone(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    page = await look(people, "/nuts.html?alone")
    seen = await online(shop, "山核桃 500 g", landing_url=f"{shop.url}/nuts.html?alone")
    await desk.goto(f"{shop.product.url}/desk/visitors/{seen['id']}")
    await desk.get_by_role("button", name="邀请咨询").click()
    await desk.get_by_label("邀请的话").fill("今天满两袋包邮，要看看吗？")
    await desk.get_by_role("button", name="发出邀请").click()
    shown = invitation_on(page)
    await expect(shown).to_contain_text("今天满两袋包邮，要看看吗？")
    card = desk.get_by_role("complementary", name="访客资料")
    await expect(card).to_contain_text("正在显示")
    await shown.get_by_role("button", name="不用了").click()
    await expect(shown).to_have_count(0)
    await expect(card).to_contain_text("已拒绝")
    await desk.get_by_role("button", name="邀请咨询").click()
    await desk.get_by_label("邀请的话").fill("真的不看看吗？")
    await desk.get_by_role("button", name="发出邀请").click()
    await expect(desk.get_by_role("alert")).to_contain_text("他刚拒绝过邀请")
    await expect(shown).to_have_count(0)
    assert await page.evaluate("document.activeElement === document.body"), "an invitation never takes the focus"
    await page.close(run_before_unload=True)


_BOX = "(shown) => (({left, top, right, bottom}) => [left, top, innerWidth - right, innerHeight - bottom])(shown.getBoundingClientRect())"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
async def test_whatever_form_a_site_gives_its_invitations_they_stand_within_the_window(
    people: People, shop: Shop, width: int, height: int
) -> None:
    await people.agent()
    site, kept = f"/sites/{shop.site['id']}", shop.site["settings"]["invitations"]
    look_before = shop.site["settings"]["look"]
    long = "今天满两袋包邮，要看看吗？" * 30
    try:
        for style, place, position in (
            ("bubble", "corner", "left"),
            ("bubble", "centre", "right"),
            ("card", "corner", "right"),
            ("card", "centre", "left"),
        ):
            given = {"invitations": kept | {"style": style, "place": place}}
            settings = given | {"look": look_before | {"position": position, "offset_x": 400, "offset_y": 400}}
            shop.owner.ask("PATCH", site, settings=settings)
            path = f"/nuts.html?{style}-{place}-{width}"
            page = await look(people, path, viewport={"width": width, "height": height})
            seen = await online(shop, "山核桃 500 g", landing_url=shop.url + path)
            shop.owner.ask("POST", f"/visitors/{seen['id']}/invitations", text=long)
            shown = invitation_on(page)
            await expect(shown).to_contain_text("今天满两袋包邮")
            edges = await shown.evaluate(_BOX)
            assert min(edges) >= 0, (style, place, edges)
            if place == "centre":
                assert abs(edges[0] - edges[2]) < 20 and abs(edges[1] - edges[3]) < 20, edges  # it glides in
            await expect(shown.get_by_role("button", name="不用了")).to_be_visible()
            await page.close(run_before_unload=True)
    finally:
        shop.owner.ask("PATCH", site, settings={"invitations": kept, "look": look_before})


async def test_nobody_is_interrupted_while_filling_in_a_form(people: People, shop: Shop) -> None:
    await people.agent()
    async with rule(shop, "需要帮忙填写吗？", {"field": "url", "op": "matches", "value": ["/nuts.html?form*"]}):
        page = await look(people, "/nuts.html?form")
        await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<input aria-label=\"收件人\">')")
        await page.get_by_label("收件人").focus()
        await online(shop, "山核桃 500 g", landing_url=f"{shop.url}/nuts.html?form")
        await asyncio.sleep(3)
        await expect(invitation_on(page)).to_have_count(0)
        await page.get_by_label("收件人").blur()
        await expect(invitation_on(page)).to_contain_text("需要帮忙填写吗？")
        await page.keyboard.press("Escape")
        await expect(invitation_on(page)).to_have_count(0)
        await page.close(run_before_unload=True)


async def test_who_withdraws_consent_is_neither_recorded_nor_invited(people: People, shop: Shop) -> None:
    await people.agent()
    async with rule(shop, "您好！", {"field": "title", "op": "is", "value": ["私密页面"]}):
        page = await look(people, "/nuts.html?withdrawn")
        await online(shop, "山核桃 500 g", landing_url=f"{shop.url}/nuts.html?withdrawn")
        await page.evaluate("yingke.consent('off'); history.pushState({}, '', '/private'); document.title = '私密页面'")
        await asyncio.sleep(3)
        assert shop.owner.ask("GET", "/visitors?q=私密页面")["items"] == []
        await expect(invitation_on(page)).to_have_count(0)
        await page.close(run_before_unload=True)


async def test_a_rule_is_written_tried_and_turned_off_at_the_desk(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    await desk.goto(f"{shop.product.url}/desk/settings/invitations/new")
    await desk.get_by_label("名称").fill("久看商品")
    await desk.get_by_label("邀请的话").fill("需要帮忙吗？")
    await desk.get_by_role("button", name="添加条件").first.click()
    await desk.get_by_role("button", name="是回访").click()
    await desk.get_by_text("假设的访客").click()
    await desk.get_by_role("button", name="试一试").click()
    trial = desk.get_by_role("group").filter(has_text="不会").last
    await expect(trial).to_contain_text("看这一页 至少 30 秒")
    await desk.get_by_role("button", name="保存").click()
    await desk.wait_for_url(re.compile(r"/settings/invitations/[0-9a-f-]{36}$"))
    saved = shop.owner.ask("GET", "/outreach/rules")["items"][-1]
    try:
        assert [item["field"] for item in saved["conditions"]["items"]] == ["time_on_page", "returning"]
        await desk.goto(f"{shop.product.url}/desk/settings/invitations")
        await desk.get_by_role("switch", name="启用「久看商品」").uncheck()
        await until(lambda: not shop.owner.ask("GET", f"/outreach/rules/{saved['id']}")["active"])
    finally:
        shop.owner.ask("DELETE", f"/outreach/rules/{saved['id']}")
