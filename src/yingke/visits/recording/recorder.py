"""Takes reports, stores many of them in one transaction, and tells the live view.

Idle, a report waits for nothing; when they come often, they gather for a moment and share a commit. One transaction at a time, so what one browser
reports keeps its order. The queue is bounded: what does not fit is refused with `retry_after`.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from datetime import datetime

import structlog
from prometheus_client import Counter, Gauge, Histogram

from yingke.kit.database import is_away
from yingke.kit.errors import Refusal, Unavailable
from yingke.kit.facts import Fact
from yingke.kit.work import Direct, Ground
from yingke.visitors import VisitorDeleted
from yingke.visits import reports
from yingke.visits.incoming import Browser, Done, Incoming, Known, Read, Seen
from yingke.visits.live.roster import Roster
from yingke.visits.recording import reading_times
from yingke.visits.recording.goals import convert
from yingke.visits.recording.reading_times import ReadingTimes
from yingke.visits.recording.storing import store
from yingke.visits.regions import Regions
from yingke.visits.reports import Report
from yingke.visits.sites import TrackedSite

log = structlog.get_logger()

WAITING_AT_MOST = 10_000
TOGETHER_AT_MOST = 500
KNOWN_AT_MOST = 50_000
FLUSH_EVERY = 2.0
GATHER, BUSY_WITHIN = 0.04, 0.1
"""Seconds reports gather when others came just before: no page waits for the answer, and commits are what costs."""

_depth = Gauge("yingke_reports_waiting", "Reports of pages that wait for a transaction", multiprocess_mode="livesum")
_times = Gauge("yingke_reading_times_held", "Pages whose reading times are kept in memory", multiprocess_mode="livesum")
_reports = Counter("yingke_reports_total", "Reports of pages by outcome", ["outcome"])
_together = Histogram(
    "yingke_reports_per_transaction", "Reports stored by one transaction", buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)


class Recorder:
    def __init__(self, ground: Ground, roster: Roster, regions: Regions) -> None:
        self._ground = ground
        self._roster = roster
        self._regions = regions
        self._waiting: deque[Incoming] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._people: OrderedDict[bytes, Known] = OrderedDict()
        self._times = ReadingTimes()
        self._writing = asyncio.Lock()
        self._direct = ground.direct()
        """For reading times: planned by their values they would read all page views, and hold up those who add some."""

    async def record(self, site: TrackedSite, browser: Browser, report: Report) -> None:
        """Returns when what must not be lost of `report` is stored. Raises Unavailable when too much waits."""
        item = incoming(site, browser, report, self._ground.clock.now())
        if not item.pages and not item.events:
            known = self._people.get(browser.token_hash)
            if known is not None and known.site_id == site.id:
                known.address = browser.address
                self._read(known, item.reads)
                return
        if len(self._waiting) >= WAITING_AT_MOST:
            _reports.labels("refused").inc()
            raise Unavailable(retry_after=2)
        self._waiting.append(item)
        _depth.set(len(self._waiting))
        self._idle.clear()
        self._wake.set()
        if (refusal := await item.answer) is not None:
            raise refusal

    def known(self, browser: Browser) -> Known | None:
        """The visitor, if this process has heard of the browser: a shortcut, not the truth."""
        return self._people.get(browser.token_hash)

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process: who was removed is not known any more."""
        gone = {fact.visitor_id for fact in facts if isinstance(fact, VisitorDeleted)}
        if gone:
            for token, known in list(self._people.items()):
                if known.visitor_id in gone:
                    del self._people[token]

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._store_waiting())
            group.create_task(self._flush_often())

    async def settle(self) -> None:
        """Returns when nothing waits any more and all reading times are written."""
        await self._idle.wait()
        await self.flush(all_of_them=True)
        async with self._writing:
            await self._direct.close()

    async def flush(self, *, all_of_them: bool = False) -> None:
        """Write the reading times that are due."""
        async with self._writing:
            now = self._ground.clock.now()
            due = self._times.due(now, all_of_them=all_of_them)
            _times.set(len(self._times))
            if due:
                await reading_times.write(self._direct, due, now)

    async def _flush_often(self) -> None:
        try:
            while True:
                await asyncio.sleep(FLUSH_EVERY)
                try:
                    await self.flush()
                except Exception as error:
                    log.warning("reading times not written", error=repr(error))
        finally:
            await self._direct.close()

    async def _store_waiting(self) -> None:
        direct, stored_at = self._ground.direct(), 0.0
        try:
            while True:
                if not self._waiting:
                    self._idle.set()
                    self._wake.clear()
                    await self._wake.wait()
                if len(self._waiting) < TOGETHER_AT_MOST and time.monotonic() - stored_at < BUSY_WITHIN:
                    await asyncio.sleep(GATHER)
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER_AT_MOST))]
                _depth.set(len(self._waiting))
                await self._store(direct, batch)
                stored_at = time.monotonic()
        finally:
            await direct.close()

    async def _store(self, direct: Direct, batch: Sequence[Incoming]) -> None:
        _together.observe(len(batch))
        people = {key: known for item in batch if (known := self._people.get(key := item.browser.token_hash))}
        now = self._ground.clock.now()
        try:
            await store(direct, batch, people, self._regions, now)
            await convert(self._ground, batch)
        except Exception as error:
            for item in batch:
                self._people.pop(item.browser.token_hash, None)
            await self._store_apart(direct, batch, error)
            return
        self._remember(people)
        self._show(batch, now)
        for item in batch:
            _answer(item, None)
        _reports.labels("stored").inc(len(batch))

    async def _store_apart(self, direct: Direct, batch: Sequence[Incoming], error: Exception) -> None:
        """One of a batch may be what cannot be stored: by halves it comes to stand alone, and the others go in without it."""
        if len(batch) > 1 and not is_away(error):
            for item in batch:
                item.known = item.begun = None
            half = len(batch) // 2
            await self._store(direct, batch[:half])
            await self._store(direct, batch[half:])
            return
        log.warning("reports not stored", reports=len(batch), error=repr(error))
        _reports.labels("failed").inc(len(batch))
        for item in batch:
            _answer(item, Unavailable(retry_after=2))

    def _show(self, batch: Sequence[Incoming], now: datetime) -> None:
        for item in batch:
            if item.known is not None:
                item.known.address = item.browser.address
                self._read(item.known, [read for read in item.reads if read.left])
        try:
            self._roster.saw(batch, now)
        except Exception:
            log.exception("the live view did not hear of page views")
        for item in batch:
            if item.known is not None:
                self._read(item.known, [read for read in item.reads if not read.left])

    def _read(self, known: Known, reads: Sequence[Read]) -> None:
        for read in reads:
            self._times.note(known, read)
            self._roster.heard(known, read)

    def _remember(self, people: dict[bytes, Known]) -> None:
        for token, known in people.items():
            self._people[token] = known
            self._people.move_to_end(token)
        while len(self._people) > KNOWN_AT_MOST:
            self._people.popitem(last=False)


def incoming(site: TrackedSite, browser: Browser, report: Report, now: datetime) -> Incoming:
    """`report` with everything in it bounded, and with the server's times."""
    item = Incoming(site, browser, [], [], [], asyncio.get_running_loop().create_future())
    for event in report.events:
        at = reports.happened_at(event, now)
        match event:
            case reports.PageSeen():
                if (page := reports.page_of(event)) is not None:
                    item.pages.append(Seen(event.id, at, *page, event.referrer[:8000]))
            case reports.PageRead():
                item.reads.append(
                    Read(
                        page_id=event.page,
                        at=at,
                        open_ms=reports.milliseconds(event.open),
                        visible_ms=reports.milliseconds(event.visible),
                        scroll=reports.per_cent(event.scroll),
                        hidden=event.hidden,
                        left=event.left,
                        idle_ms=reports.milliseconds(event.idle),
                        exit=event.exit,
                        filling=event.filling,
                    )
                )
            case reports.Happened():
                if name := reports.name_of(event):
                    kind = "click" if isinstance(event, reports.Clicked) else "event"
                    done = Done(event.id, at, kind, name, event.page, reports.properties_of(event))  # type: ignore[arg-type] # one of the two
                    item.events.append(done)
    item.pages.sort(key=lambda page: page.at)
    return item


def _answer(item: Incoming, refusal: Refusal | None) -> None:
    if not item.answer.done():  # whoever asked may have gone
        item.answer.set_result(refusal)
