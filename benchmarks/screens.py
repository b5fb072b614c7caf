"""From the Enter key in one browser to the text on the screen of another."""

from collections.abc import AsyncIterator

from playwright.async_api import Frame, Page

from benchmarks.browser import at_desk, chromium, open_panel, page_with, person, shop, snippet
from benchmarks.company import found
from benchmarks.figures import Figure, percentile
from benchmarks.product import running

MESSAGES = 60
"""In each direction, after ten that warm both pages up."""
_NOTE_ENTER = (
    """() => addEventListener('keydown', (e) => { if (e.key === 'Enter') window.pressedAt = Date.now(); }, true)"""
)
_AWAIT = """([text, log]) => { window.shownAt = painted(() => document.querySelector(log)?.textContent.includes(text)).then(() => Date.now()); }"""
_LOG = "[role=log]"


async def screen() -> AsyncIterator[Figure]:
    """Two pages in one Chromium, a visitor's and an agent's; both clocks are the machine's, to the millisecond."""
    async with running() as product, shop() as pages, chromium() as browser:
        company = await found(product, origins=[pages.url])
        pages.pages["/"] = page_with(snippet(company))
        async with person(browser, company.owner, product.url) as agent, person(browser) as visitor:
            desk, page = await agent.new_page(), await visitor.new_page()
            await at_desk(desk, product.url)
            await page.goto(pages.url + "/")
            await open_panel(page)
            panel = page.frames[-1]
            await _press(page, panel, "在吗？")
            await desk.get_by_text("在吗？").first.click()
            await desk.locator("textarea").first.wait_for()
            for each in (panel, desk.main_frame):
                await each.evaluate(_NOTE_ENTER)
            to_desk = await _talk(panel, desk.main_frame, page, "访客")
            to_visitor = await _talk(desk.main_frame, panel, desk, "客服")
            bare = await _bare(page)
    everything = to_desk + to_visitor
    for share, limit, aim in ((0.5, 60, 30), (0.99, 150, None)):
        more = {
            "to_desk": percentile(to_desk, share),
            "to_visitor": percentile(to_visitor, share),
            "messages": len(everything),
        }
        yield Figure(
            figure=f"to the other side's screen, p{round(share * 100)}",
            value=percentile(everything, share),
            unit="ms",
            limit=limit,
            aim=aim,
            bare=percentile(bare, share),
            more=more,
        )


async def _talk(sender: Frame, receiver: Frame, page: Page, who: str) -> list[float]:
    """Milliseconds from each keypress to the painted text, without the first ten."""
    taken = []
    for number in range(MESSAGES + 10):
        text = f"{who}第{number}句。"
        await receiver.evaluate(_AWAIT, [text, _LOG])
        await _press(page, sender, text)
        shown = await receiver.evaluate("() => window.shownAt")
        taken.append(float(shown - await sender.evaluate("() => window.pressedAt")))
    return taken[10:]


async def _press(page: Page, frame: Frame, text: str) -> None:
    await frame.locator("textarea").first.fill(text)
    await frame.locator("textarea").first.press("Enter")


async def _bare(page: Page) -> list[float]:
    """An empty page: from the key to the text painted in the same page, without any network."""
    await page.goto("about:blank")
    await page.set_content("<input autofocus><p></p>")
    await page.evaluate(_NOTE_ENTER)
    await page.evaluate("() => addEventListener('keydown', () => { document.querySelector('p').textContent += 'x'; })")
    taken = []
    for number in range(MESSAGES):
        await page.evaluate(
            "(n) => { window.shownAt = painted(() => document.querySelector('p').textContent.length > n).then(() => Date.now()); }",
            number,
        )
        await page.locator("input").press("Enter")
        taken.append(float(await page.evaluate("() => window.shownAt") - await page.evaluate("() => window.pressedAt")))
    return [max(1.0, each) for each in taken]
