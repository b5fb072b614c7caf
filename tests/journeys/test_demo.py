"""`yingke demo` as somebody who has just cloned the repository meets it: the links it prints, in a real browser."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

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
