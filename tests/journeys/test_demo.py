"""`yingke demo` as somebody who has just cloned the repository meets it: the links it prints, in a real browser."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route

from tests.journeys.conftest import Agent, Visitor
from tests.realtime.conftest import free_port


class Demonstration:
    def __init__(self, data: Path) -> None:
        self.port = free_port()
        environment = {**os.environ, "YINGKE_DATA": str(data / "demo"), "YINGKE_PORT": str(self.port)}
        self._output = data / "output"
        command = [str(Path(sys.executable).with_name("yingke")), "demo"]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def printed(self) -> str:
        """What it said once it was ready."""
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and self.process.poll() is None:
            if "Ctrl+C" in (said := self._output.read_text()):
                return said
            time.sleep(0.2)
        raise RuntimeError(self._output.read_text()[-4000:])


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demo")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    running = Demonstration(folder)
    yield running
    running.process.terminate()
    running.process.wait(30)


async def test_the_printed_links_lead_to_a_shop_and_a_desk_that_talk_to_each_other(
    demonstration: Demonstration, chromium: Browser
) -> None:
    printed = demonstration.printed()
    for path in ("/demo/", "/demo/desk", "/demo/identity"):
        assert demonstration.url + path in printed
    context = await chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    desk = await context.new_page()
    await desk.goto(f"{demonstration.url}/demo/desk")
    await desk.get_by_text("罗颖").first.wait_for()
    shop = await (await chromium.new_context(locale="zh-CN")).new_page()
    await shop.goto(f"{demonstration.url}/demo/identity")
    await shop.goto(f"{demonstration.url}/demo/product/pecan")
    visitor, agent = Visitor(shop), Agent(desk)
    await shop.locator("[id^=yingke-] button").click()
    await visitor.write("转人工，椒盐的还有货吗？")
    await agent.choose("转人工，椒盐的还有货吗？")
    await agent.sees("SG-10023")  # the member whom the shop signed for, with her past
    await agent.write("有的，今天就能发出")
    await visitor.sees("有的，今天就能发出")
    for page in (desk, shop):
        await page.context.close()


async def test_a_page_with_the_snippet_is_found_good_at_the_desk(
    demonstration: Demonstration, chromium: Browser
) -> None:
    demonstration.printed()
    desk = await (await chromium.new_context(locale="zh-CN")).new_page()
    await desk.goto(f"{demonstration.url}/demo/desk")
    await desk.locator("nav").first.wait_for()
    await desk.goto(f"{demonstration.url}/desk/settings/sites")
    await desk.get_by_role("link", name="松果商店").first.click()
    await desk.get_by_role("link", name="安装", exact=True).click()
    address = desk.get_by_placeholder("https://shop.example/")
    await address.fill(f"{demonstration.url}/demo/product/pecan")
    await desk.get_by_role("button", name="检查", exact=True).click()
    await desk.get_by_text("一切正常").wait_for()
    await address.fill(f"{demonstration.url}/docs/api")
    await desk.get_by_role("button", name="检查", exact=True).click()
    await desk.get_by_text("页面源代码中没有代码片段").wait_for()
    await desk.context.close()


async def test_the_description_of_the_api_is_read_without_the_internet(
    demonstration: Demonstration, chromium: Browser
) -> None:
    demonstration.printed()
    context, outside = await chromium.new_context(), list[str]()

    async def only_here(route: Route) -> None:
        if route.request.url.startswith(demonstration.url):
            await route.continue_()
        else:
            outside.append(route.request.url)
            await route.abort()

    await context.route("**/*", only_here)
    page = await context.new_page()
    await page.goto(f"{demonstration.url}/docs/api")
    await page.get_by_role("button", name="Authorize").first.wait_for()
    await page.get_by_text("Idempotency-Key").first.wait_for()
    await page.get_by_role("link", name="tags", exact=True).click()
    await page.get_by_text("/api/v1/tags", exact=True).first.wait_for()
    assert outside == []
    await context.close()
