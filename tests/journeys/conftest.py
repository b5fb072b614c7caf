"""The whole product as an operator starts it, a shop on another origin, and people in a real browser."""

import asyncio
import contextlib
import http.server
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from tests.realtime.conftest import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PASSWORD = "pine trees greet guests"
PATIENCE = 30_000
"""Milliseconds that anything may take to show: a busy machine is no defect."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Product:
    """`yingke serve` in a process of its own, with the data it keeps."""

    data: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {**os.environ, "YINGKE_DATA": str(self.data), "YINGKE_PORT": str(self.port)}
        log = (self.data / "server.log").open("ab")
        command = [str(Path(sys.executable).with_name("yingke")), "serve"]
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/ready").status_code == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError((self.data / "server.log").read_text()[-4000:])

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def come_back(self) -> None:
        """Start again if a test that killed it did not come to that."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(timeout=30)


class Desk:
    """One agent's account, and the API with its cookie."""

    def __init__(self, product: Product, email: str) -> None:
        self.product = product
        self.email = email
        self.api = httpx.Client(base_url=product.url + "/api/v1", headers={"Origin": product.url}, timeout=20)
        self.me: dict[str, Any] = {}

    def sign_in(self) -> None:
        answer = self.api.post("/session", json={"email": self.email, "password": PASSWORD})
        answer.raise_for_status()
        self.me = answer.json()["agent"]

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self.api.request(method, path, json=body or None)
        assert answer.status_code < 400, answer.text
        return answer.json() if answer.content else None

    async def is_connected(self) -> None:
        """The server knows of the desk: whoever comes to the shop earlier finds nobody there."""
        for _ in range(PATIENCE // 100):
            if self.ask("GET", "/session")["agent"]["connected"]:
                return
            await asyncio.sleep(0.1)
        raise TimeoutError(f"{self.email} is not at the desk")


@dataclass
class Shop:
    product: Product
    url: str
    owner: Desk
    colleague: Desk
    site: dict[str, Any]


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    with tempfile.TemporaryDirectory(prefix="yingke-journey-") as folder:
        Path(folder).chmod(0o755)
        running = Product(Path(folder))
        running.start()
        yield running
        running.stop()


@pytest.fixture(scope="session")
def shop(product: Product) -> Iterator[Shop]:
    with opened_shop(product) as shop:
        yield shop


@contextlib.contextmanager
def opened_shop(product: Product) -> Iterator[Shop]:
    """A company with two people at the desk, and its web page with the snippet."""
    owner = Desk(product, "wang@example.com")
    first = owner.api.post(
        "/setup",
        json={
            "workspace_name": "松果商店",
            "time_zone": "Asia/Shanghai",
            "locale": "zh-CN",
            "name": "王芳",
            "email": owner.email,
            "password": PASSWORD,
        },
    )
    assert first.status_code < 300, first.text
    owner.me = first.json()["agent"]
    colleague = Desk(product, "li@example.com")
    invited = owner.ask("POST", "/invitations", email=colleague.email, role="supervisor", name="李雷", team_ids=[])
    token = invited["link"].split("#", 1)[1]
    accepted = colleague.api.post("/invitations/accept", json={"token": token, "name": "李雷", "password": PASSWORD})
    assert accepted.status_code < 300, accepted.text
    colleague.me = accepted.json()["agent"]
    owner.ask("PATCH", f"/agents/{owner.me['id']}", capacity=50)
    with serve_shop() as (url, pages):
        site = owner.ask("POST", "/sites", name="松果商店", allowed_origins=[url])
        snippet = f'<script async src="{product.url}/w/{site["key"]}.js"></script>'
        for name, title in (("index", "松果商店"), ("nuts", "山核桃 500 g")):
            (pages / f"{name}.html").write_text(
                f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
                f"<title>{title}</title><h1>{title}</h1>{snippet}</html>"
            )
        yield Shop(product, url, owner, colleague, site)


@contextlib.contextmanager
def serve_shop() -> Iterator[tuple[str, Path]]:
    """A plain web server: the shop's own site, which knows nothing of us but the snippet."""
    with tempfile.TemporaryDirectory() as folder:

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments, directory=folder)

            def log_message(self, *arguments: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Path(folder)
        server.shutdown()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    assert CHROMIUM, "these tests need Chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


_KEPT = """async () => navigator.serviceWorker.controller?.state === 'activated'
  && (await (await caches.open('yingke-panel-1')).keys()).length > 3"""


class Visitor:
    """A person on the shop's page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def panel(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    async def open(self) -> None:
        await self.page.locator("button").first.click()

    async def write(self, text: str) -> None:
        box = self.panel.locator("textarea")
        begin = self.panel.get_by_role("button", name="开始咨询")
        await box.or_(begin).locator("visible=true").first.wait_for()
        if not await box.is_visible():
            await begin.click()
        await box.fill(text)
        await box.press("Enter")

    async def resume(self, last_line: str) -> None:
        """Open the panel and go on where it was left: the card shows what was said last."""
        await self.open()
        log, card = self.panel.get_by_role("log"), self.panel.locator("button").filter(has_text=last_line)
        for _ in range(5):
            if await log.is_visible():
                break
            with contextlib.suppress(PlaywrightError):  # the card is drawn anew when something comes in
                await card.click(timeout=10_000)
        await log.wait_for(timeout=15_000)

    async def is_kept(self) -> None:
        """The panel has copies of what it needs when the server is away."""
        frame = next(each for each in self.page.frames if "/frame" in each.url)
        for _ in range(100):
            if await frame.evaluate(_KEPT):
                return
            await asyncio.sleep(0.1)
        raise TimeoutError("the panel was not kept")

    async def sees(self, text: str, timeout: float = PATIENCE) -> None:
        await self.panel.get_by_role("log").get_by_text(text).first.wait_for(timeout=timeout)

    async def texts(self) -> list[str]:
        bubbles = self.panel.get_by_role("log").locator(".bubble")
        return [await each.inner_text() for each in await bubbles.all()]


class Agent:
    """A person at the desk."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def choose(self, text: str) -> None:
        await self.page.get_by_text(text).first.click()

    async def write(self, text: str) -> None:
        box = self.page.get_by_placeholder("调出常用语").or_(self.page.get_by_placeholder("只有同事能看到"))
        await box.fill(text)
        await box.press("Enter")

    async def sees(self, text: str, timeout: float = PATIENCE) -> None:
        await self.page.get_by_text(text).first.wait_for(timeout=timeout)


class People:
    """Makes visitors and agents, each in a browser of their own, and notes every error of a page."""

    def __init__(self, browser: Browser, shop: Shop) -> None:
        self._browser = browser
        self._shop = shop
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []
        self.course: list[str] = []
        """What the pages did and said, to be read beside the pictures of a journey that failed."""

    async def visitor(self, path: str = "/", **options: Any) -> Visitor:
        context = await self._context(**{"viewport": {"width": 1280, "height": 800}, **options})
        return await self.visitor_tab(context, path)

    async def visitor_tab(self, context: BrowserContext, path: str = "/") -> Visitor:
        page = await self._page(context)
        await page.goto(urljoin(self._shop.url, path))
        return Visitor(page)

    async def agent(self, desk: Desk | None = None, **options: Any) -> Agent:
        desk = desk or self._shop.owner
        context = await self._context(**{"viewport": {"width": 1440, "height": 900}, **options})
        await context.add_cookies(
            [
                {"name": cookie.name, "value": cookie.value or "", "url": desk.product.url}
                for cookie in desk.api.cookies.jar
            ]
        )
        page = await self._page(context)
        await page.goto(desk.product.url + "/desk/")
        await page.locator("nav").first.wait_for()
        await desk.is_connected()
        return Agent(page)

    async def stranger(self, path: str) -> Page:
        """Somebody who is not signed in, on a page of ours."""
        page = await self._page(await self._context(viewport={"width": 1440, "height": 900}))
        await page.goto(self._shop.product.url + path)
        return page

    async def agent_tab(self, agent: Agent) -> Agent:
        """The same desk once more, in another tab of the same browser."""
        page = await self._page(agent.page.context)
        await page.goto(agent.page.url)
        await page.locator("nav").first.wait_for()
        return Agent(page)

    async def draw(self, folder: Path) -> None:
        """What everybody had before them, for whoever asks why a journey did not arrive."""
        pages = [page for context in self._contexts for page in context.pages]
        for at, page in enumerate(pages):
            await page.screenshot(path=folder / f"{at}.png")
        (folder / "course.txt").write_text("\n".join(self.course))

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    async def _context(self, **options: Any) -> BrowserContext:
        context = await self._browser.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options})
        self._contexts.append(context)
        return context

    async def _page(self, context: BrowserContext) -> Page:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

        who = f"{self._contexts.index(context)}, tab {len(context.pages)}"

        def note(what: str) -> None:
            self.course.append(f"{time.monotonic():.2f} person {who}: {what[:300]}")

        page.on("crash", lambda _: note("crashed"))
        page.on("console", lambda message: note(message.text))
        page.on("framenavigated", lambda frame: note(f"now at {frame.url}"))
        page.on("requestfailed", lambda failed: note(f"{failed.failure} {failed.url}"))
        return page


_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


@pytest.fixture
async def people(
    chromium: Browser, shop: Shop, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[People]:
    shop.product.come_back()
    made = People(chromium, shop)
    yield made
    if request.node.stash.get(_failed, False):
        await made.draw(tmp_path)
        request.node.add_report_section("teardown", "pictures", str(tmp_path))
    await made.leave()
    assert made.errors == []
