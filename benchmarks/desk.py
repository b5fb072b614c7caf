"""The desk: from opening it to work, and from one conversation to another."""

import asyncio
from collections.abc import AsyncIterator

from playwright.async_api import Browser, Page

from benchmarks.browser import chromium, page_with, person, shop
from benchmarks.bulk import fill
from benchmarks.company import Company, found
from benchmarks.figures import Figure, percentile
from benchmarks.product import running

OPENINGS, SWITCHES = 7, 24
_FIRST_PAINT = """() => { window.usable = painted(() => document.querySelectorAll('.row .row-text').length >= 8)
  .then(() => performance.now()); }"""
_SWITCH = """(text) => {
  window.shown = new Promise((done) => {
    const clicked = () => {
      const began = performance.now();
      painted(() => document.querySelector('.stream')?.textContent.includes(text)).then(() => done(performance.now() - began));
    };
    addEventListener('click', clicked, { capture: true, once: true });
  });
}"""


async def desk() -> AsyncIterator[Figure]:
    async with running() as product, shop() as pages, chromium() as browser:
        company = await found(product)
        await fill(company, conversations=200, messages=30, opened=200, apart=60)
        pages.pages["/"] = page_with('<p class="row"></p>')
        ours = [await _opening(browser, company) for _ in range(OPENINGS)]
        bare = [await _bare(browser, pages.url + "/") for _ in range(OPENINGS)]
        spread = {"max": round(max(ours), 1), "openings": OPENINGS}
        yield Figure(
            figure="desk: first usable paint, 200 conversations",
            value=percentile(ours, 0.5),
            unit="ms",
            limit=1000,
            bare=percentile(bare, 0.5),
            more=spread,
        )
        async with person(browser, company.owner, product.url) as agent:
            page = await agent.new_page()
            await page.goto(product.url + "/desk/conversations/mine")
            await page.locator(".row .row-text").nth(8).wait_for()
            first, again = await _switches(page)
            waits = await _bare_frames(page)
        for name, taken in (("again", again), ("for the first time", first)):
            yield Figure(
                figure=f"desk: switch to a conversation {name}",
                value=percentile(taken, 0.5),
                unit="ms",
                limit=50,
                bare=percentile(waits, 0.5),
                more={"p95": round(percentile(taken, 0.95), 1), "switches": len(taken)},
            )


async def _opening(browser: Browser, company: Company) -> float:
    """Milliseconds from navigation to the painted list, with nothing cached."""
    async with person(browser, company.owner, company.product.url) as agent:
        await agent.add_init_script(f"({_FIRST_PAINT})()")
        page = await agent.new_page()
        await page.goto(company.product.url + "/desk/conversations/mine")
        return float(await page.evaluate("() => window.usable"))


async def _bare(browser: Browser, url: str) -> float:
    async with person(browser) as somebody:
        await somebody.add_init_script(
            "window.usable = painted(() => document.querySelector('.row')).then(() => performance.now())"
        )
        page = await somebody.new_page()
        await page.goto(url)
        return float(await page.evaluate("() => window.usable"))


async def _switches(page: Page) -> tuple[list[float], list[float]]:
    """Milliseconds from the click on a row to its painted thread: rows never opened, then the same ones again.

    The pointer rests on a row for a moment before it presses, as a hand does.
    """
    rounds: list[list[float]] = [[], []]
    rows = page.locator(".row")
    for taken in rounds:
        for number in range(SWITCHES):
            row = rows.nth(number % 8)
            text = (await row.locator(".row-text").inner_text()).strip()
            spot = await row.bounding_box()
            assert spot is not None
            await page.mouse.move(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
            await asyncio.sleep(0.1)
            await page.evaluate(_SWITCH, text)
            # A locator's click would first ask the page where it lands, in the midst of what is measured.
            await page.mouse.down()
            await page.mouse.up()
            elapsed = float(await page.evaluate("() => window.shown"))
            if number >= 8 or taken is rounds[0]:
                taken.append(elapsed)
    return rounds[0][:8], rounds[0][8:] + rounds[1]


async def _bare_frames(page: Page) -> list[float]:
    """What painting anything takes at all: one frame."""
    waits = (
        "() => { const began = performance.now(); return painted(() => true).then(() => performance.now() - began); }"
    )
    return [max(1.0, float(await page.evaluate(waits))) for _ in range(20)]
