"""Two sites of one company: a supervisor who is limited to one of them has nothing of the other before them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import People, Shop, serve_shop
from tests.journeys.test_outreach import until
from tests.journeys.test_visits import PERSON

pytestmark = pytest.mark.journey


@pytest.fixture
def tea(shop: Shop) -> Iterator[tuple[str, dict[str, Any]]]:
    """A second site of the company: the address of its page, and the site."""
    with serve_shop() as (url, pages):
        site = shop.owner.ask("POST", "/sites", name="茶叶铺", allowed_origins=[url])
        snippet = f'<script async src="{shop.product.url}/w/{site["key"]}.js"></script>'
        (pages / "index.html").write_text(f'<!doctype html><meta charset="utf-8"><title>龙井</title>{snippet}')
        yield url, site
        shop.owner.ask("PATCH", f"/agents/{shop.colleague.me['id']}", only_site_ids=None)
        shop.owner.ask("DELETE", f"/sites/{site['id']}")


async def test_a_supervisor_of_one_site_sees_its_visitors_conversations_and_wall_and_nothing_of_the_other(
    people: People, shop: Shop, tea: tuple[str, dict[str, Any]]
) -> None:
    url, _ = tea
    owner, supervisor = (await people.agent()).page, (await people.agent(shop.colleague)).page
    await limit_on_the_people_page(owner, shop)
    await until(lambda: len(shop.colleague.ask("GET", "/sites")["items"]) == 1)

    for address, said in ((shop.url, "松果几天到"), (url, "龙井还有吗")):
        visitor = await people.visitor(address, user_agent=PERSON)
        await visitor.open()
        await visitor.write(said)
        await visitor.sees(said)
    ids = {said: await until(lambda said=said: conversation(shop, said)) for said in ("松果几天到", "龙井还有吗")}

    desk = f"{shop.product.url}/desk"
    await supervisor.goto(f"{desk}/conversations/all")
    await supervisor.get_by_text("松果几天到").first.wait_for()
    await expect(supervisor.get_by_text("龙井还有吗")).to_have_count(0)

    await supervisor.goto(f"{desk}/conversations/all/{ids['龙井还有吗']}")
    await supervisor.get_by_text("会话不存在，或者您没有查看权限。").wait_for()
    await expect(supervisor.get_by_text("龙井还有吗")).to_have_count(0)

    await supervisor.goto(f"{desk}/wall")
    await supervisor.locator(f"button[data-id='{ids['松果几天到']}']").wait_for()
    await expect(supervisor.locator(f"button[data-id='{ids['龙井还有吗']}']")).to_have_count(0)
    await expect(supervisor.get_by_label("站点")).to_have_count(0)

    await supervisor.goto(f"{desk}/visitors")
    there = supervisor.get_by_role("list", name="访客")
    await there.get_by_role("listitem").first.wait_for()
    await expect(there.get_by_role("listitem").filter(has_text="龙井")).to_have_count(0)
    await owner.goto(f"{desk}/visitors")
    await owner.get_by_role("listitem").filter(has_text="龙井").first.wait_for()
    for said in ("松果几天到", "龙井还有吗"):
        shop.owner.ask("POST", f"/conversations/{ids[said]}/resolve", reason="no_answer_needed")


def conversation(shop: Shop, said: str) -> str | None:
    """The one that ends with these words; a visitor sees his own before they are stored."""
    found = shop.owner.ask("GET", "/conversations?view=all")["items"]
    return next((each["id"] for each in found if each["last_message"] and each["last_message"]["text"] == said), None)


async def limit_on_the_people_page(owner: Page, shop: Shop) -> None:
    await owner.goto(f"{shop.product.url}/desk/settings/team")
    await owner.get_by_role("button", name="编辑 李雷").click()
    dialog = owner.get_by_role("dialog")
    await dialog.locator("label.switch").filter(has_text="只管一部分站点").click()
    await dialog.get_by_role("group", name="管哪些站点").get_by_text("松果商店", exact=True).click()
    await dialog.get_by_role("button", name="保存").click()
    await owner.get_by_text("已保存").wait_for()
    await expect(owner.get_by_role("listitem").filter(has_text="李雷").first).to_contain_text("仅松果商店")
