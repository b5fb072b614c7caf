"""What the snippet, with recording on, does to the page that carries it: the same page with and without it, by turns."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser

from benchmarks.browser import Shop, chromium, page_with, person, snippet
from benchmarks.company import Company
from benchmarks.figures import Figure, percentile

VISITS = 12
LOOKS_FOR = 3.0
"""Seconds: the tracker comes a third of a second after the page, and reports every second."""
ONE_FRAME = 1000 / 60
_WATCH = """
window.cost = { tasks: [], paint: 0, shift: 0 };
const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
watch('longtask', ({ duration }) => cost.tasks.push(duration));
watch('largest-contentful-paint', ({ startTime }) => (cost.paint = startTime));
watch('layout-shift', ({ value }) => (cost.shift += value));
"""
_GOODS = "".join(f"<p>第 {number} 种坚果：当年的新货，小火慢炒，皮薄仁满，手剥就开。</p>" for number in range(1, 41))


@dataclass
class Costs:
    """Of all visits of one page."""

    paints: list[float] = field(default_factory=list)
    shifts: list[float] = field(default_factory=list)
    long_tasks: int = 0

    def add(self, told: dict[str, Any]) -> None:
        self.paints.append(told["paint"])
        self.shifts.append(told["shift"])
        self.long_tasks += len(told["tasks"])


async def page_cost(company: Company, pages: Shop) -> AsyncIterator[Figure]:
    """`pages` is one of the site's origins."""
    pages.pages |= {"/with": page_with(_GOODS + snippet(company)), "/without": page_with(_GOODS)}
    ours, bare = Costs(), Costs()
    async with chromium() as browser:
        for path in ("/with", "/without"):  # the first page of a browser pays for its start
            await _visit(browser, pages.url + path)
        for _ in range(VISITS):
            ours.add(await _visit(browser, pages.url + "/with"))
            bare.add(await _visit(browser, pages.url + "/without"))
    later = [one - other for one, other in zip(ours.paints, bare.paints, strict=True)]
    yield Figure(
        figure="long tasks of a page with the snippet", value=ours.long_tasks, unit="in all visits", limit=0,
        more={"visits": VISITS, "without": bare.long_tasks},
    )  # fmt: skip
    yield Figure(
        figure="largest paint, later with the snippet", value=percentile(later, 0.5), unit="ms", limit=ONE_FRAME,
        more={"with": round(percentile(ours.paints, 0.5)), "without": round(percentile(bare.paints, 0.5))},
    )  # fmt: skip
    yield Figure(
        figure="layout shift, more with the snippet", value=max(ours.shifts) - max(bare.shifts), unit="CLS", limit=0,
        more={"with": max(ours.shifts), "without": max(bare.shifts)},
    )  # fmt: skip


async def _visit(browser: Browser, url: str) -> dict[str, Any]:
    async with person(browser) as visitor:
        await visitor.add_init_script(_WATCH)
        page = await visitor.new_page()
        await page.goto(url)
        await asyncio.sleep(LOOKS_FOR)
        told: dict[str, Any] = await page.evaluate("window.cost")
        return told
