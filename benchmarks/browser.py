"""A real Chromium, and a shop's own web server that knows nothing of us but the snippet."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from benchmarks.company import Colleague, Company
from benchmarks.product import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-renderer-backgrounding",
         "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows"]  # fmt: skip

AFTER_PAINT = """
window.afterFrame = (done) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = done;
  channel.port2.postMessage(0);
};
window.painted = (wanted) => new Promise((done) => {
  const inFrame = () => { const found = wanted(); found ? window.afterFrame(() => done(found)) : requestAnimationFrame(inFrame); };
  requestAnimationFrame(inFrame);
});
"""
"""`painted(wanted)`: resolves in the task after the frame in which `wanted()` first holds, so what it saw is on screen."""


@dataclass
class Shop:
    """Pages by path. `url` is the shop's origin."""

    url: str
    pages: dict[str, str] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                body = self.pages.get(path, "").encode()
                kind = "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8"
                status = "200 OK" if body else "404 Not Found"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def shop() -> AsyncIterator[Shop]:
    port = free_port()
    opened = Shop(f"http://127.0.0.1:{port}")
    server = await asyncio.start_server(opened.answer, "127.0.0.1", port)
    try:
        yield opened
    finally:
        server.close()


def page_with(body: str) -> str:
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>松果商店</title><h1>山核桃 500 g</h1>{body}</html>'


def snippet(company: Company) -> str:
    return f'<script async src="{company.product.url}/w/{company.site_key}.js"></script>'


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@contextlib.asynccontextmanager
async def person(browser: Browser, signed_in: Colleague | None = None, url: str = "") -> AsyncIterator[BrowserContext]:
    """A browser of somebody's own: nothing cached, nothing kept."""
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    await context.add_init_script(AFTER_PAINT)
    if signed_in:
        name, _, value = signed_in.cookie.partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": url}])
    try:
        yield context
    finally:
        await context.close()


async def at_desk(page: Page, url: str) -> None:
    """Open the desk and wait until its agent counts as there."""
    await page.goto(url + "/desk/")
    await page.locator("nav").first.wait_for()
    await asyncio.sleep(2)


async def open_panel(page: Page) -> None:
    """Press the launcher and go on until a message can be typed."""
    await page.locator("button").first.click()
    frame = page.frame_locator("iframe")
    box, begin = frame.locator("textarea"), frame.get_by_role("button", name="开始咨询")
    await box.or_(begin).locator("visible=true").first.wait_for()
    if not await box.is_visible():
        await begin.click()
        await box.wait_for()
