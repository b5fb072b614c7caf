"""The first day: from an empty server, through the wizard, to the first conversation with everything a shop asks for."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD, Desk, People, Product, Shop, serve_shop

PASTE = """async (color) => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 640, height: 400});
  const pen = canvas.getContext('2d'); pen.fillStyle = color; pen.fillRect(40, 40, 560, 320);
  const picture = await new Promise((done) => canvas.toBlob(done, 'image/png'));
  const data = new DataTransfer(); data.items.add(new File([picture], 'screenshot.png', {type: 'image/png'}));
  document.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def fresh() -> Iterator[Product]:
    """A server on which nobody has done anything yet."""
    with tempfile.TemporaryDirectory(prefix="yingke-first-") as folder:
        Path(folder).chmod(0o755)
        running = Product(Path(folder))
        running.start()
        yield running
        running.stop()


async def test_a_shop_goes_from_an_empty_server_to_its_first_conversation(fresh: Product, chromium: Browser) -> None:
    with serve_shop() as (url, pages):
        shop = Shop(fresh, url, Desk(fresh, "zhou@example.com"), Desk(fresh, "xu@example.com"), {})
        people = People(chromium, shop)
        try:
            page = await people.stranger("/")
            await _wizard(page, url)
            shop.owner.sign_in()
            shop.site = shop.owner.ask("GET", "/sites")["items"][0]
            snippet = f'<script async src="{fresh.url}/w/{shop.site["key"]}.js"></script>'
            (pages / "index.html").write_text(f'<!doctype html><meta charset="utf-8"><h1>龙井 50 g</h1>{snippet}')
            _ask_before_chat(shop)
            await _talk(people, page, shop)
            assert people.errors == []
        finally:
            await people.leave()


async def _wizard(page: Page, shop_url: str) -> None:
    await page.get_by_label("公司或店铺名称").fill("松间茶铺")
    await page.get_by_label("时区").select_option("Asia/Shanghai")
    await page.get_by_label("您的姓名").fill("周敏")
    await page.get_by_label("邮箱").fill("zhou@example.com")
    create, password = page.get_by_role("button", name="创建工作区"), page.locator("input[type=password]")
    await password.fill("short")
    await create.click()
    await expect(create).to_be_visible()
    await password.fill(PASSWORD)
    await create.click()

    await page.get_by_placeholder("https://shop.example").fill(shop_url)
    await page.get_by_role("button", name="下一步").click()

    await page.get_by_role("button", name="检查", exact=True).click()
    await page.get_by_text("项需要处理").or_(page.get_by_role("alert")).first.wait_for()  # it is no public address
    await page.get_by_role("button", name="以后再说").click()

    await page.get_by_label("邮箱").fill("xu@example.com")
    await page.get_by_role("button", name="生成邀请链接").click()
    await page.get_by_role("button", name="下一步").click()
    await page.get_by_text("进入工作台").click()
    await page.locator("nav").first.wait_for()


def _ask_before_chat(shop: Shop) -> None:
    """Two questions before the first message, and a preview of what is being typed."""
    fields = [
        {"key": "name", "label": {"zh-CN": "怎么称呼您"}, "required": True},
        {"key": "email", "label": {"zh-CN": "邮箱"}, "kind": "email"},
    ]
    changed = {"prechat": {"enabled": True, "fields": fields}, "typing_preview": True}
    shop.owner.ask("PATCH", f"/sites/{shop.site['id']}", settings=shop.site["settings"] | changed)


async def _talk(people: People, agent: Page, shop: Shop) -> None:
    visitor = await people.visitor()
    panel = visitor.panel
    await visitor.open()
    await panel.get_by_role("button", name="开始咨询").click()
    await panel.get_by_label("怎么称呼您").fill("陈先生")
    await panel.get_by_label("邮箱").fill("这不是邮箱")
    await panel.get_by_role("button", name="继续").click()
    await panel.get_by_text("邮箱格式不正确").wait_for()
    await panel.get_by_label("邮箱").fill("chen@example.com")
    await panel.get_by_role("button", name="继续").click()
    await panel.get_by_text("客服可以看到您正在输入的内容").wait_for()
    await visitor.write("龙井是今年的吗")

    await agent.get_by_text("龙井是今年的吗").first.click()
    await agent.get_by_text("chen@example.com").first.wait_for()
    await panel.locator("textarea").fill("我想先看看照片")
    await agent.get_by_text("我想先看看照片").first.wait_for()  # not sent yet
    await visitor.page.frames[-1].evaluate(PASTE, "seagreen")
    await panel.get_by_text("screenshot.png").wait_for()
    await panel.locator("textarea").press("Enter")
    picture = agent.get_by_role("log").locator("img").last
    await picture.wait_for()
    await picture.click()
    await agent.get_by_role("dialog").locator("img").wait_for()
    await agent.keyboard.press("Escape")
    await expect(agent.get_by_role("dialog")).to_have_count(0)
    await panel.get_by_role("log").locator("img").last.click()
    await panel.get_by_role("dialog", name="screenshot.png").wait_for()
