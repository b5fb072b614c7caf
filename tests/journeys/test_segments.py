"""Filters of the live view are given a name, and the list follows it."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import People, Shop
from tests.journeys.test_visits import online

pytestmark = pytest.mark.journey

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
    " Mobile/15E148 Safari/604.1"
)


async def test_chosen_filters_become_a_segment_that_the_list_follows(people: People, shop: Shop) -> None:
    desk = (await people.agent()).page
    page = (await people.visitor("/nuts.html?gift", user_agent=IPHONE)).page
    seen = await online(shop, "山核桃 500 g", landing_url=f"{shop.url}/nuts.html?gift")
    await desk.goto(f"{shop.product.url}/desk/visitors?page=gift&device=phone")
    rows = desk.get_by_role("list", name="访客").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await desk.get_by_role("button", name="保存为人群").click()
    dialog = desk.get_by_role("dialog")
    await expect(dialog).to_contain_text("看过页面 包含 “gift”，并且 设备 是 手机")
    await dialog.get_by_label("名称").fill("手机看礼盒")
    await dialog.get_by_role("button", name="保存").click()
    await desk.wait_for_url(re.compile("segment_id="))
    await expect(desk.get_by_label("人群").locator("option:checked")).to_have_text("手机看礼盒")
    await page.evaluate("history.pushState({}, '', '/nuts/2'); document.title = '开心果'")
    await expect(rows).to_contain_text([re.compile("开心果")])
    assert await rows.get_by_role("link").first.get_attribute("data-id") == seen["id"]
    await desk.get_by_role("button", name="分布").click()
    await expect(desk.get_by_role("region", name="分布").get_by_role("button", name="开心果")).to_be_visible()
    await desk.goto(f"{shop.product.url}/desk/settings/segments")
    kept = desk.get_by_role("listitem").filter(has_text="手机看礼盒")
    await kept.get_by_role("link", name="看客户").click()
    await expect(desk.get_by_label("人群").locator("option:checked")).to_have_text("手机看礼盒")
    await desk.go_back()
    await kept.get_by_role("button", name="删除 手机看礼盒").click()
    await desk.get_by_role("dialog").get_by_role("button", name="删除").click()
    await expect(kept).to_have_count(0)
    assert shop.owner.ask("GET", "/segments")["items"] == []
