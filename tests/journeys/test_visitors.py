"""A shop watches who is on its pages: a visitor from a search page, at the desk in a real browser."""

import re

import pytest
from playwright.async_api import Page, Route, expect

from tests.journeys.conftest import People, Shop
from tests.journeys.test_visits import PERSON

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
