"""The widget for everybody: without a mouse, by its names, enlarged fourfold, and for the shop's own scripts."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import People, Shop

_NAMED = {"button", "textbox", "log", "link", "checkbox", "combobox", "heading", "image"}
# What a page's own script does before the loader has come.
_EARLY = """
  window.heard = [];
  for (const name of ['open', 'close', 'message', 'unread', 'conversation'])
    addEventListener(`yingke:${name}`, ({ detail }) => heard.push([name, detail]));
  window.yingke = window.yingke || [];
  yingke.push(['open']);
"""


async def test_a_visitor_writes_and_leaves_with_the_keyboard_alone(people: People) -> None:
    agent = await people.agent()
    visitor = await people.visitor()
    keys = visitor.page.keyboard
    launcher = visitor.page.get_by_role("button", name="在线客服")
    await launcher.wait_for()
    await keys.press("Tab")
    await expect(launcher).to_be_focused()
    await keys.press("Enter")
    await expect(launcher).to_have_attribute("aria-expanded", "true")
    await expect(visitor.panel.get_by_role("main")).to_be_focused()
    begin = visitor.panel.get_by_role("button", name="开始咨询")
    await begin.wait_for()
    for _ in range(5):
        await keys.press("Tab")
        if await begin.evaluate("(element) => element === document.activeElement"):
            break
    await keys.press("Enter")
    await expect(visitor.panel.get_by_role("textbox", name="输入消息")).to_be_focused()
    await keys.type("不用鼠标")
    await keys.press("Enter")
    await agent.sees("不用鼠标")
    await keys.press("Escape")
    await expect(launcher).to_be_focused()
    await expect(launcher).to_have_attribute("aria-expanded", "false")


async def test_everything_of_the_panel_has_a_name_for_a_screen_reader(people: People) -> None:
    await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.panel.get_by_role("button", name="开始咨询").wait_for()
    assert await nameless(visitor.page) == []
    await visitor.write("读给我听")
    await visitor.sees("读给我听")
    assert await nameless(visitor.page) == []
    await expect(visitor.panel.get_by_role("log", name="消息")).to_be_visible()


async def nameless(page: Page) -> list[str]:
    """What Chromium tells a screen reader of the panel and cannot call by a name."""
    devtools = await page.context.new_cdp_session(page)
    tree = await devtools.send("Page.getFrameTree")
    frame = tree["frameTree"]["childFrames"][0]["frame"]["id"]
    nodes = (await devtools.send("Accessibility.getFullAXTree", {"frameId": frame}))["nodes"]
    assert len(nodes) > 10
    return [role(node) for node in nodes if role(node) in _NAMED and not node.get("ignored") and not name(node)]


def role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def name(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


async def test_it_can_be_used_enlarged_fourfold(people: People) -> None:
    await people.agent()
    visitor = await people.visitor(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    await visitor.open()
    await visitor.write("放大四倍")
    await visitor.sees("放大四倍")
    log = visitor.panel.get_by_role("log")
    for each in (log, visitor.panel.locator("textarea"), visitor.panel.get_by_role("button", name="发送")):
        await expect(each).to_be_in_viewport(ratio=0.9)
    assert await log.evaluate("(element) => element.clientHeight") >= 32  # a line and its time, also under a notice
    assert await log.evaluate("() => document.documentElement.scrollWidth") <= 320
    await visitor.panel.get_by_role("button", name="关闭").click()
    await expect(visitor.page.get_by_role("button", name="在线客服")).to_be_in_viewport()


async def test_a_second_widget_on_a_page_steps_back(people: People, shop: Shop) -> None:
    other = shop.owner.ask("POST", "/sites", name="另一家", allowed_origins=[shop.url])
    visitor = await people.visitor()
    await visitor.page.get_by_role("button", name="在线客服").wait_for()
    async with visitor.page.expect_console_message(lambda said: "one widget per page" in said.text) as said:
        await visitor.page.add_script_tag(url=f"{shop.product.url}/w/{other['key']}.js")
    assert (await said.value).type == "warning"
    await expect(visitor.page.get_by_role("button", name="在线客服")).to_have_count(1)


async def test_the_shops_scripts_steer_the_widget_and_hear_of_what_happens(people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor = await people.visitor("/robots.txt")
    await visitor.page.add_init_script(_EARLY)
    await visitor.page.goto(shop.url)
    await expect(visitor.panel.get_by_role("button", name="开始咨询")).to_be_visible()
    await visitor.write("脚本听得到吗")
    await agent.choose("脚本听得到吗")
    await visitor.page.evaluate("window.yingke.close()")
    await agent.write("听得到")
    await visitor.page.wait_for_function("window.heard.some(([name, detail]) => name === 'unread' && detail === 1)")
    heard = await visitor.page.evaluate("window.heard")
    assert [each for each in heard if each[0] in ("open", "close")] == [["open", None], ["close", None]]
    assert [detail["text"] for told, detail in heard if told == "message"] == ["听得到"]
    assert len([told for told, _ in heard if told == "conversation"]) == 1
    await expect(visitor.page.get_by_role("button", name="1 未读")).to_be_visible()
    await visitor.page.evaluate("window.yingke.toggle()")
    await visitor.sees("听得到")


_GROW = """(list) => new Promise((done) => {
  const add = (height) => list.appendChild(Object.assign(document.createElement('p'), { style: `height: ${height}px` }));
  const log = list.parentElement;
  add(400);
  requestAnimationFrame(() => requestAnimationFrame(() => {
    add(50);
    log.scrollTop = log.scrollHeight;
    add(300);  // before the page is told that it scrolled
    setTimeout(() => done(log.scrollHeight - log.scrollTop - log.clientHeight), 500);
  }));
})"""


async def test_who_is_at_the_end_stays_there_while_pictures_come(people: People) -> None:
    await people.agent()
    visitor = await people.visitor()
    await visitor.open()
    await visitor.write("我看着最后一条")
    await visitor.sees("我看着最后一条")
    assert await visitor.panel.locator(".log .rows").evaluate(_GROW) < 2


_EDGES = """() => [...document.querySelectorAll('[id^=yingke-]')].flatMap((host) =>
  [...host.shadowRoot.querySelectorAll('section, button, iframe')].map((each) => each.getBoundingClientRect())
    .filter((box) => box.width).map((box) => [box.left, box.top, innerWidth - box.right, innerHeight - box.bottom]))"""
_LOOKS = [
    {"position": position, "launcher": launcher, "offset_x": away, "offset_y": away}
    for away in (0, 20, 400)
    for position, launcher in (("right", "text"), ("left", "icon"))
]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (600, 500)])
async def test_wherever_a_site_puts_it_the_widget_stands_and_opens_within_the_window(
    people: People, shop: Shop, width: int, height: int
) -> None:
    await people.agent()
    site, look = f"/sites/{shop.site['id']}", shop.site["settings"]["look"]
    try:
        for wanted in _LOOKS:
            shop.owner.ask("PATCH", site, settings={"look": look | wanted})
            visitor = await people.visitor(viewport={"width": width, "height": height})
            await visitor.page.locator("button").first.wait_for()
            closed = await visitor.page.evaluate(_EDGES)
            await visitor.open()
            await visitor.panel.get_by_role("button", name="开始咨询").wait_for()
            edges = closed + await visitor.page.evaluate(_EDGES)
            assert len(edges) > 1 and min(min(each) for each in edges) >= 0, (wanted, edges)
            await visitor.page.close()
    finally:
        shop.owner.ask("PATCH", site, settings={"look": look})


async def test_it_speaks_the_language_of_the_browser(people: People) -> None:
    await people.agent()
    for locale, words in (
        ("zh-TW", ("開始諮詢", "客服")),
        ("en-GB", ("Start a conversation", "online")),
        ("fr-FR", ("Start a conversation", "online")),
    ):
        visitor = await people.visitor(locale=locale)
        await visitor.open()
        for word in words:
            await visitor.panel.get_by_role("main").get_by_text(word).first.wait_for()
        assert await nameless(visitor.page) == []


async def test_who_waits_in_the_queue_sees_his_place_and_an_emoji_waits_with_him(people: People, shop: Shop) -> None:
    for desk in (shop.owner, shop.colleague):
        desk.ask("PUT", "/me/availability", availability="busy")
    await people.agent()
    try:
        visitor = await people.visitor()
        await visitor.open()
        await visitor.write("我先排着")
        await visitor.panel.get_by_text(re.compile("您排在第 \\d+ 位")).wait_for()
        await visitor.panel.get_by_role("button", name="表情").click()
        await visitor.panel.get_by_role("button", name="🙏").click()
        await visitor.panel.get_by_role("button", name="发送").click()
        await visitor.sees("🙏")
    finally:
        for desk in (shop.owner, shop.colleague):
            desk.ask("PUT", "/me/availability", availability="online")
    await visitor.panel.get_by_text("为您服务").first.wait_for()
    await expect(visitor.panel.get_by_text("您排在第")).to_have_count(0)
