"""A shop sees who is on its page: the tracker in a real browser, from the snippet to the desk's list."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page

from tests.journeys.conftest import People, Shop

PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
pytestmark = pytest.mark.journey


async def online(shop: Shop, title: str, **wanted: Any) -> dict[str, Any]:
    """The one visitor who looks at the page called `title`, once all that is `wanted` of him is true."""
    for _ in range(300):
        items = shop.owner.ask("GET", f"/visitors?q={title}")["items"]
        for item in items:
            if item["page"]["title"] == title and all(item[name] == value for name, value in wanted.items()):
                return dict(item)
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody looks at {title}: {items}")


async def look(people: People, path: str, **options: Any) -> Page:
    return (await people.visitor(path, user_agent=PERSON, **options)).page


async def test_a_page_of_the_shop_shows_its_visitor_and_what_he_does(people: People, shop: Shop) -> None:
    page = await look(people, "/nuts.html?utm_source=flyer&utm_medium=qr")
    landing = f"{shop.url}/nuts.html?utm_source=flyer&utm_medium=qr"
    seen = await online(shop, "山核桃 500 g", landing_url=landing)
    assert (seen["source"]["kind"], seen["source"]["name"], seen["number"]) == ("campaign", "flyer", 1)
    await page.evaluate("yingke.track('add_to_cart', {sku: 'SG-1', price: 29.9})")
    await page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<a data-yingke-track=\"buy\" href=\"#x\">买</a>')"
    )
    await page.get_by_text("买", exact=True).click()
    await page.evaluate("history.pushState({}, '', '/nuts/2'); document.title = '山核桃 礼盒'")
    moved = await online(shop, "山核桃 礼盒", landing_url=landing, page_views=2)
    assert moved["visit_id"] == seen["visit_id"]
    trail = shop.owner.ask("GET", f"/visits/{seen['visit_id']}")["items"]
    assert [each["page"]["title"] for each in trail] == ["山核桃 500 g", "山核桃 礼盒"]
    events = {each["name"]: each["properties"] for each in trail[0]["events"]}
    assert events == {"add_to_cart": {"sku": "SG-1", "price": 29.9}, "buy": {}}
    await page.close(run_before_unload=True)
    for _ in range(400):
        if not any(each["id"] == seen["id"] for each in shop.owner.ask("GET", "/visitors")["items"]):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("who closed the page is still shown")
    assert not people.errors


async def test_the_panel_and_the_page_are_one_visitor(people: People, shop: Shop) -> None:
    await people.agent()
    visitor = await people.visitor("/index.html", user_agent=PERSON)
    seen = await online(shop, "松果商店")
    await visitor.open()
    await visitor.write("你们看得到我吗")
    await visitor.sees("你们看得到我吗")
    for _ in range(300):
        said = shop.owner.ask("GET", f"/conversations?view=all&visitor_id={seen['id']}")["items"]
        if said:
            break
        await asyncio.sleep(0.1)
    assert [each["last_message"]["text"] for each in said] == ["你们看得到我吗"]


async def test_who_does_not_consent_leaves_nothing(people: People, shop: Shop) -> None:
    shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings={"tracking": {"mode": "off"}})
    try:
        page = await look(people, "/nuts.html?never")
        await asyncio.sleep(2)
        launcher = shop.owner.api.get(f"{shop.product.url}/w/{shop.site['key']}.js").text
        assert "import(" not in launcher
        found = shop.owner.ask("GET", "/visitors?q=never")["items"]
        assert found == [] and await page.evaluate("Object.keys(localStorage).length") == 0
    finally:
        shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings={"tracking": {"mode": "full"}})


async def test_the_tracker_keeps_nothing_in_the_browser_when_it_is_anonymous(people: People, shop: Shop) -> None:
    page = await look(people, "/index.html#anon")
    await page.evaluate("yingke.consent('anonymous')")
    await page.evaluate("localStorage.clear()")
    await page.goto(shop.url + "/nuts.html?first-visit")
    await page.evaluate("yingke.consent('anonymous')")
    await page.evaluate("localStorage.clear(); history.pushState({}, '', '/anonymous'); document.title = '不留痕迹'")
    seen = await online(shop, "不留痕迹")
    assert seen["anonymous"] is True
    assert await page.evaluate("Object.keys(localStorage).length") == 0
