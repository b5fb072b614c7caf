"""A shop watches who is on its pages: a visitor from a search page, at the desk in a real browser."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.journeys.conftest import People, Shop
from tests.journeys.test_visits import PERSON, look, online

pytestmark = pytest.mark.journey


async def find_by_search(people: People, shop: Shop, keyword: str) -> Page:
    """A visitor who has pressed the shop's line among the results of a search."""

    async def results(route: Route) -> None:
        body = f'<meta name="referrer" content="unsafe-url"><a href="{shop.url}/nuts.html">松果商店</a>'
        await route.fulfill(body=body, content_type="text/html; charset=utf-8")

    page = (await people.visitor("/robots.txt", user_agent=PERSON)).page
    await page.route("http://www.baidu.com/**", results)
    await page.goto(f"http://www.baidu.com/s?wd={keyword}")
    await page.get_by_text("松果商店").click()
    await page.wait_for_url(f"{shop.url}/**")
    await page.unroute_all()
    return page


async def test_a_visitor_from_a_search_page_is_followed_at_the_desk(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    await desk.get_by_role("link", name="访客", exact=True).click()
    page = await find_by_search(people, shop, "临安山核桃")
    row = desk.get_by_role("listitem").filter(has_text="临安山核桃")
    await expect(row).to_contain_text("百度")
    await expect(row).to_contain_text("山核桃 500 g")
    await row.get_by_role("link").first.click()
    await expect(desk).to_have_url(re.compile(r"/desk/visitors/[0-9a-f-]{36}"))
    card = desk.get_by_role("complementary", name="访客资料")
    stops = card.get_by_role("list").first.get_by_role("listitem")
    await expect(stops).to_have_text([re.compile("山核桃 500 g")])
    await page.evaluate("history.pushState({}, '', '/nuts/2'); document.title = '山核桃 礼盒'")
    await expect(row).to_contain_text("山核桃 礼盒")
    await expect(stops).to_have_text([re.compile("山核桃 500 g"), re.compile("山核桃 礼盒.*正在看")])
    await page.close(run_before_unload=True)
    await expect(row).to_have_count(0, timeout=40_000)
    await expect(card).to_contain_text("已离开")


_ARROWS = """(menus) => menus.map((menu) => getComputedStyle(menu))
  .map((style) => [style.appearance, style.backgroundImage.startsWith('url('), parseInt(style.paddingRight)])"""


async def test_a_menu_has_the_arrow_of_the_others_also_once_something_is_chosen_in_it(people: People) -> None:
    desk = (await people.agent()).page
    await desk.get_by_role("link", name="访客", exact=True).click()
    menus = desk.locator(".filters select")
    await menus.first.select_option(label="只看新访客")
    await expect(menus.first).to_have_class(re.compile("chosen"))
    assert await menus.evaluate_all(_ARROWS) == [["none", True, 24]] * await menus.count()


async def test_an_anonymous_visitor_is_noted_down_invited_and_becomes_a_contact(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    page = await look(people, "/nuts.html?noted")
    seen = await online(shop, "山核桃 500 g", landing_url=f"{shop.url}/nuts.html?noted")
    await desk.goto(f"{shop.product.url}/desk/visitors/{seen['id']}")
    card = desk.get_by_role("complementary", name="访客资料")
    await fill(card, "添加姓名", "姓名", "胖老板")
    await card.get_by_placeholder("名称，如 会员等级").fill("车")
    await card.get_by_placeholder("内容").fill("皮卡")
    await card.get_by_role("button", name="添加", exact=True).click()
    await card.get_by_placeholder("写一条备注").fill("问过批发价")
    await card.get_by_placeholder("写一条备注").press("Enter")
    await expect(card.get_by_role("article")).to_contain_text("问过批发价")
    row = desk.get_by_role("listitem").filter(has=desk.locator(f'[data-id="{seen["id"]}"]'))
    await expect(row).to_contain_text("胖老板")
    await card.get_by_role("button", name="邀请咨询").click()
    await desk.get_by_label("邀请的话").fill("批发有优惠，要看看吗？")
    await desk.get_by_role("button", name="发出邀请").click()
    await expect(card).to_contain_text("正在显示")
    await desk.goto(f"{shop.product.url}/desk/settings/invitations/sent?by=hand")
    sent = desk.get_by_role("listitem").filter(has_text="批发有优惠，要看看吗？")
    await expect(sent).to_contain_text("胖老板")
    await expect(sent).to_contain_text("正在显示")
    await sent.get_by_role("button", name="收回").click()
    await desk.get_by_role("dialog").get_by_role("button", name="收回").click()
    await expect(sent).to_contain_text("已失效")
    await expect(page.get_by_role("dialog", name=re.compile("客服邀请"))).to_have_count(0)
    await sent.get_by_role("link", name="胖老板").click()
    await fill(card, "添加电话", "电话", "13800138000")
    await expect(card.get_by_role("link", name="打开客户资料")).to_be_visible()
    await expect(card.get_by_role("article")).to_contain_text("问过批发价")
    await expect(card.get_by_text("皮卡")).to_be_visible()
    await page.close(run_before_unload=True)


async def fill(card: Locator, empty: str, label: str, value: str) -> None:
    """Write into a line of the card that turns into a field."""
    await card.get_by_role("button", name=empty, exact=True).click()
    await card.get_by_label(label, exact=True).fill(value)
    await card.get_by_label(label, exact=True).press("Enter")
    await expect(card.get_by_role("button", name=value)).to_be_visible()


async def test_agents_choose_what_the_live_view_tells(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    page = await look(people, "/nuts.html?columns")
    await desk.get_by_role("link", name="访客", exact=True).click()
    head = desk.locator(".visitor-list .head")
    await expect(head).to_contain_text("地区")
    await desk.get_by_role("button", name="选择列").click()
    await desk.get_by_role("menuitemcheckbox", name="地区").click()
    await desk.get_by_role("menuitemcheckbox", name="语言").click()
    await desk.reload()
    await expect(head).to_contain_text("语言")
    await expect(head).not_to_contain_text("地区")
    await desk.get_by_label("在站多久").select_option("15 分钟以上")
    await expect(desk.get_by_text("都不符合这些条件")).to_be_visible()
    await desk.get_by_label("在站多久").select_option("不到半分钟")
    await expect(desk.get_by_role("listitem").filter(has_text="山核桃 500 g").first).to_be_visible()
    await page.close(run_before_unload=True)
