"""`make pictures`: the pictures of the documentation, taken from the real product while a real conversation goes on.

Starts a demonstration and an empty installation of its own on free ports, opens them in Chromium, and writes
`docs/images/*.png`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Chromium without a window calls itself a robot, and robots leave no trail.
PERSON = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


@contextmanager
def running(command: str) -> Iterator[str]:
    """The address of `yingke COMMAND` on a port and in a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "YINGKE_DATA": folder, "YINGKE_PORT": str(port)}
        program = str(Path(sys.executable).with_name("yingke"))
        process = subprocess.Popen([program, command], env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def wait_for(url: str) -> None:
    for _ in range(240):
        with suppress(OSError), urllib.request.urlopen(f"{url}/health", timeout=2):  # noqa: S310 - our own server
            return
        time.sleep(0.5)
    raise SystemExit(f"{url} did not start")


def page(browser: Browser, size: dict[str, int], **options: str) -> Page:
    known = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "user_agent": PERSON}
    return browser.new_context(viewport=size, **known, **options).new_page()  # type: ignore[arg-type]


def picture(of: Page, name: str) -> None:
    of.wait_for_timeout(900)  # fonts, drawings and transitions
    of.screenshot(path=IMAGES / f"{name}.png")


def say(shop: Page, text: str) -> None:
    """Write in the widget's panel, which is opened when it is closed."""
    panel = shop.frame_locator("iframe")
    if not shop.locator("iframe").is_visible():
        shop.locator("[id^=yingke-] button").click()
    box, begin = panel.locator("textarea"), panel.get_by_role("button", name="开始咨询")
    box.or_(begin).locator("visible=true").first.wait_for()
    if not box.is_visible():
        begin.click()
    box.fill(text)
    box.press("Enter")
    panel.get_by_text(text).first.wait_for()


def of_the_demonstration(browser: Browser, url: str) -> None:
    shop = page(browser, DESKTOP)
    shop.goto(f"{url}/demo/")
    shop.locator("[id^=yingke-]").wait_for(state="attached")
    picture(shop, "shop")
    desk = page(browser, DESKTOP)
    desk.goto(f"{url}/demo/desk")
    desk.get_by_text("罗颖").first.wait_for()
    shop.goto(f"{url}/demo/identity")  # as a member: the desk shows who it is
    shop.goto(f"{url}/demo/product/gift-box")
    say(shop, "你好，松间礼盒能指定下周五送到吗？")
    say(shop, "转人工，另外想加一罐桂花乌龙")
    desk.get_by_text("另外想加一罐桂花乌龙").first.click()
    composer = desk.locator("textarea").first
    composer.wait_for()
    composer.fill("您好，可以指定日期的。加一罐桂花乌龙合计 346 元，包邮，我帮您备注下周五送达。")
    composer.press("Enter")
    shop.frame_locator("iframe").get_by_text("合计 346 元").first.wait_for()
    picture(shop, "widget")
    picture(desk, "desk")
    desk.emulate_media(color_scheme="dark")
    picture(desk, "desk-dark")
    phone = page(browser, PHONE)
    phone.goto(f"{url}/demo/product/longjing")
    say(phone, "转人工，龙井还有现货吗？")
    picture(phone, "widget-phone")


def of_the_supervisor(browser: Browser, url: str) -> None:
    desk = page(browser, DESKTOP)
    desk.goto(f"{url}/demo/desk")
    desk.locator("nav").first.wait_for()
    desk.goto(f"{url}/desk/wall")
    desk.locator("button[data-id]").first.wait_for()
    picture(desk, "wall")
    desk.goto(f"{url}/desk/settings/routing/default")
    desk.get_by_role("list", name="挑人的步骤").wait_for()
    picture(desk, "policy")
    desk.goto(f"{url}/desk/roster")
    desk.get_by_role("table").first.wait_for()
    picture(desk, "roster")
    desk.goto(f"{url}/desk/quality")
    desk.locator("a[href*='/quality/inspections/']").first.click()
    desk.locator("section.card h2").wait_for()
    picture(desk, "inspection")


def of_the_wizard(browser: Browser, url: str) -> None:
    wizard = page(browser, DESKTOP)
    wizard.goto(f"{url}/desk/")
    wizard.locator("input").first.wait_for()
    picture(wizard, "wizard")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with running("demo") as url:
            of_the_demonstration(browser, url)
            of_the_supervisor(browser, url)
        with running("serve") as url:
            of_the_wizard(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
