"""What a visitor's browser downloads, and when the launcher is there."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Browser

from benchmarks.browser import at_desk, chromium, open_panel, page_with, person, shop, snippet
from benchmarks.company import found, without_tracking
from benchmarks.figures import Figure, percentile
from benchmarks.product import running

VISITS = 15
_BARE = "const b = document.createElement('button'); b.textContent = '咨询'; document.body.append(b);"
_LAUNCHER = """() => {
  const loaded = new Promise((done) => document.readyState === 'loading'
    ? addEventListener('DOMContentLoaded', () => done(performance.now())) : done(performance.getEntriesByType('navigation')[0].domContentLoadedEventStart));
  const visible = () => {
    const host = document.querySelector('[id^=yingke-]');
    const button = (host?.shadowRoot ?? document).querySelector('button');
    return button && button.getBoundingClientRect().width > 0;
  };
  const shown = painted(visible).then(() => performance.now());
  window.taken = Promise.all([loaded, shown]).then(([from, to]) => Math.max(0, to - from));
}"""


async def widget() -> AsyncIterator[Figure]:
    """Gzipped bodies of everything Chromium asks our server for until a text can be typed; headers are told beside."""
    async with running() as product, shop() as pages, chromium() as browser:
        company = await found(product, origins=[pages.url])
        await without_tracking(company)  # it has a budget of its own, and is measured with visitors
        pages.pages |= {"/": page_with(snippet(company)), "/bare": page_with('<script async src="/bare.js"></script>')}
        pages.pages["/bare.js"] = _BARE
        async with person(browser, company.owner, product.url) as agent:  # somebody answers, so the chat is offered
            await at_desk(await agent.new_page(), product.url)
            got = await _downloaded(browser, pages.url + "/", product.url)
        for name, value, unit, limit, aim in (
            ("loader", got["loader"] / 1000, "kB", 3, None),
            ("everything to chat", got["bytes"] / 1000, "kB", 25, 15),
            ("requests to chat", got["requests"], "requests", 4, None),
        ):
            more = {"with_headers": got["with_headers"], "of": got["of"]}
            yield Figure(figure=name, value=value, unit=unit, limit=limit, aim=aim, more=more)
        ours = await _launcher(browser, pages.url + "/")
        bare = await _launcher(browser, pages.url + "/bare")
        yield Figure(
            figure="launcher visible",
            value=percentile(ours, 0.5),
            unit="ms",
            limit=150,
            aim=60,
            bare=max(1.0, percentile(bare, 0.5)),
            more={"p90": round(percentile(ours, 0.9), 1), "visits": VISITS},
        )


async def _downloaded(browser: Browser, url: str, server: str) -> dict[str, Any]:
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    whole: dict[str, int] = {}
    async with person(browser) as visitor:
        page = await visitor.new_page()
        wire = await visitor.new_cdp_session(page)
        await wire.send("Network.enable")

        def asked(event: dict[str, Any]) -> None:
            address = event["request"]["url"] if "request" in event else event["url"].replace("ws", "http", 1)
            if address.startswith(server):
                addresses[event["requestId"]] = address

        def answered(event: dict[str, Any]) -> None:
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            sizes[event["requestId"]] = int(headers.get("content-length", 0))

        def finished(event: dict[str, Any]) -> None:
            whole[event["requestId"]] = int(event["encodedDataLength"])

        wire.on("Network.requestWillBeSent", asked)
        wire.on("Network.webSocketCreated", asked)
        wire.on("Network.responseReceived", answered)
        wire.on("Network.loadingFinished", finished)
        await page.goto(url)
        await page.locator("button").first.wait_for()
        await open_panel(page)
        before_typing = dict(addresses)
        await asyncio.sleep(0.5)  # the last answers are counted
    of = {address.removeprefix(server).partition("?")[0]: sizes.get(id, 0) for id, address in before_typing.items()}
    loader = next(size for address, size in of.items() if address.endswith(".js"))
    with_headers = sum(whole.get(id, 0) for id in before_typing)
    return {"loader": loader, "bytes": sum(of.values()), "requests": len(of), "with_headers": with_headers, "of": of}


async def _launcher(browser: Browser, url: str) -> list[float]:
    """Milliseconds from DOMContentLoaded, each visit with a browser that has cached nothing."""
    taken = []
    for _ in range(VISITS):
        async with person(browser) as visitor:
            await visitor.add_init_script(f"({_LAUNCHER})()")
            page = await visitor.new_page()
            await page.goto(url)
            taken.append(float(await page.evaluate("() => window.taken")))
    return taken
