"""Somebody complains by voice and photo, and reads what was decided and why."""

import asyncio
from typing import Any

from playwright.async_api import FilePayload, Locator, Route, expect

from tests.journeys.conftest import People, Shop, Visitor
from tests.journeys.test_conversation import a_png
from yingke.kit.ids import new_id

NO_SECOND_LOOK = """const all = setInterval;
window.setInterval = (run, every, ...more) => (every === 10_000 ? 0 : all(run, every, ...more));"""
"""What may be applied for is offered at the greeting: not when the panel happens to ask again."""


async def test_a_complaint_by_voice_and_photo_is_decided_and_the_visitor_reads_why(people: People, shop: Shop) -> None:
    agent = await people.agent()
    await agent.page.goto(f"{shop.product.url}/desk/settings/requests")
    form = agent.page.locator("form[data-kind=complaint]")
    await form.get_by_role("switch").check()
    await form.get_by_role("button", name="保存").click()
    await agent.sees("已保存")
    show(shop, requests=True, promises=True)
    await agent.page.goto(f"{shop.product.url}/desk/requests")
    await agent.sees("没有申请或投诉")

    visitor = await people.visitor()
    await visitor.open()
    await visitor.panel.get_by_role("button", name="投诉").click()
    sheet = visitor.panel.locator("dialog.sheet")
    await sheet.get_by_text("收到时已损坏").click()
    await sheet.get_by_role("button", name="说一段").click()
    await sheet.get_by_text("正在录音 0:01").wait_for()
    await sheet.locator(".recorder").get_by_role("button", name="停止并添加").click()
    await sheet.locator("input[accept='image/*']").set_input_files(
        {"name": "破.png", "mimeType": "image/png", "buffer": a_png()}
    )
    await expect(sheet.locator(".item")).to_have_count(2)
    await expect(sheet.locator("progress")).to_have_count(0)
    await sheet.get_by_role("button", name="提交").click()
    await expect(sheet.locator(".stands")).to_have_text("已收到")

    await agent.page.locator("a", has_text="收到时已损坏").first.click()
    await expect(agent.page.locator("audio")).to_have_count(1)
    await expect(agent.page.locator(".attachments img")).to_have_count(1)
    await agent.page.get_by_role("button", name="开始处理").click()
    await agent.page.get_by_role("button", name="决定", exact=True).first.click()
    await agent.page.get_by_label("理由").fill("确认是运输压坏，今天补发一罐。")
    await agent.page.locator("form").get_by_role("button", name="决定", exact=True).last.click()
    await agent.sees("答复与理由")

    await expect(sheet.locator(".stands")).to_have_text("已处理")
    await expect(sheet.locator(".decided")).to_contain_text("今天补发一罐")
    show(shop)


async def test_a_file_is_kept_when_the_word_it_goes_with_was_not_taken(people: People, shop: Shop) -> None:
    offer(shop, "access")
    show(shop, requests=True)
    visitor = await people.visitor()
    sheet = await ask_for_access(visitor)
    photo: FilePayload = {"name": "发票.png", "mimeType": "image/png", "buffer": a_png()}
    await sheet.locator("input[accept='image/*']").set_input_files(photo)
    await expect(sheet.locator(".item")).to_have_count(1)
    await expect(sheet.locator("progress")).to_have_count(0)
    await visitor.page.route("**/words", lambda route: route.abort())
    await sheet.get_by_role("button", name="发送").click()
    await expect(sheet.locator(".problem")).not_to_be_empty()
    await expect(sheet.locator(".item")).to_have_count(1)
    await visitor.page.unroute("**/words")
    await sheet.get_by_role("button", name="发送").click()
    await expect(sheet.locator(".course img")).to_have_count(1)
    show(shop)


async def test_who_abuses_in_a_request_is_told_that_nothing_more_is_taken(people: People, shop: Shop) -> None:
    offer(shop, "access")
    show(shop, requests=True)
    words = {"name": "辱骂", "side": "visitor", "action": "pause", "words": ["混蛋"]}
    kept = shop.owner.ask("POST", "/stop-lists", **words)
    chief = await people.agent(shop.colleague)
    visitor = await people.visitor()
    sheet = await ask_for_access(visitor)
    await sheet.locator("textarea").fill("快点，你们这些混蛋")
    await sheet.get_by_role("button", name="发送").click()
    await sheet.get_by_text("快点，你们这些**").wait_for()
    await chief.sees("里出现了：混蛋")
    await sheet.locator("textarea").fill("还没有好？")
    await sheet.get_by_role("button", name="发送").click()
    await expect(sheet.locator(".problem")).to_have_text("暂时无法在这里联系我们")
    shop.owner.ask("DELETE", f"/stop-lists/{kept['id']}")
    show(shop)


async def test_a_closed_panel_with_nothing_to_show_of_requests_does_not_go_on_asking(
    people: People, shop: Shop
) -> None:
    show(shop, promises=True)
    visitor = await people.visitor()
    async with visitor.page.expect_request("**/service-requests?*"):
        await visitor.open()
    await visitor.panel.locator("main.home").wait_for()
    await visitor.open()  # the same button closes it
    await expect(visitor.page.locator("iframe")).to_be_hidden()
    asked: list[str] = []
    visitor.page.on("request", lambda sent: asked.append(sent.url) if "/service-requests" in sent.url else None)
    await asyncio.sleep(11)
    assert asked == []
    show(shop)


async def test_an_agent_files_for_a_contact_and_sees_the_request_that_was_asked_for_last(
    people: People, shop: Shop
) -> None:
    offer(shop, "complaint", "access")
    contact = shop.owner.ask("POST", "/contacts", name="周先生")
    agent = await people.agent()
    page = agent.page
    await page.goto(f"{shop.product.url}/desk/contacts/{contact['id']}")
    await page.get_by_role("button", name="为这位客户登记").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("原因").select_option(label="收到时已损坏")
    await dialog.get_by_label("类型").select_option(label="权限申请")
    await dialog.locator("textarea").fill("想看发票")
    await dialog.get_by_role("button", name="登记").click()
    await agent.sees("已登记 #")

    first, second = [file_for(shop, contact["id"], text) for text in ("先问的", "后问的")]
    address = f"{shop.product.url}/desk/requests"
    await page.goto(f"{address}/{first['id']}")
    await agent.sees("先问的")
    await page.locator("header a[href$='/requests']").first.click()
    await page.locator("a", has_text="后问的").first.click()
    await page.locator("h1", has_text=f"#{second['number']}").wait_for()
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.route(f"**/api/v1/service-requests/{first['id']}", hold)
    await page.evaluate("history.go(-2)")
    await page.wait_for_url(f"**/{first['id']}")
    await page.evaluate("history.go(2)")
    await page.wait_for_url(f"**/{second['id']}")
    await page.locator("h1", has_text=f"#{second['number']}").wait_for()
    async with page.expect_response(f"**/service-requests/{first['id']}"):
        held.set()
    await expect(page.locator("h1")).to_contain_text(f"#{second['number']}")


async def ask_for_access(visitor: Visitor) -> Locator:
    """The sheet of the request that the visitor has just made."""
    await visitor.page.add_init_script(NO_SECOND_LOOK)
    await visitor.page.reload()
    await visitor.open()
    await visitor.panel.get_by_role("button", name="权限申请").click()
    sheet = visitor.panel.locator("dialog.sheet")
    await sheet.locator("[name=f-what]").fill("想看发票")
    await sheet.get_by_role("button", name="提交").click()
    await expect(sheet.locator(".stands")).to_have_text("已收到")
    return sheet


def show(shop: Shop, *, requests: bool = False, promises: bool = False) -> None:
    """What the panel has of them."""
    settings = {"requests": {"enabled": requests, "promises": promises}}
    shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings=settings)


def offer(shop: Shop, *kinds: str) -> None:
    forms = shop.owner.ask("GET", "/service-requests/forms")["items"]
    for each in forms:
        if each["kind"] in kinds:
            shop.owner.ask("PUT", f"/service-requests/forms/{each['kind']}", **each["form"] | {"enabled": True})


def file_for(shop: Shop, contact_id: str, text: str) -> dict[str, Any]:
    body = {"client_id": str(new_id()), "kind": "access", "text": text, "contact_id": contact_id}
    filed: dict[str, Any] = shop.owner.ask("POST", "/service-requests", **body)
    return filed
