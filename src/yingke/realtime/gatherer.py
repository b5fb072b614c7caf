"""Gathers posts that arrive while others are stored, and appends them together.

Idle, a post waits for nothing; under load a hundred share one commit. A conversation is never in two batches at once,
so a writer's order is kept. Agents' posts are taken before visitors', and each side waits in a bounded line
(`waiting`): what cannot be stored soon is refused at once with `retry_after`.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram

from yingke.conversations.appending import append_gathered
from yingke.conversations.threads import Posting
from yingke.kit.database import is_away
from yingke.kit.errors import Refusal, Unavailable
from yingke.kit.work import Direct, Ground
from yingke.realtime.waiting import Answer, Line, Waiting

log = structlog.get_logger()

VISITORS_AT_MOST, VISITORS_LONGEST = 400, 0.1
"""Posts of visitors that wait, and the seconds that the first of them waits, before others are refused."""
AGENTS_AT_MOST, AGENTS_LONGEST = 2000, 2.0
"""Agents' replies may wait longer, though they seldom do: they are taken first."""
FEW = 100
"""So many may wait for as long as it takes."""
TOGETHER_AT_MOST, AT_ONCE = 50, 2
"""Posts of one transaction, and transactions: while one is written, the next is decided. Of larger ones nobody would have
more, and the loop hears nobody while it decides and shows one."""
STORED_WITHIN = 10.0
"""Seconds after which a database that does not answer is taken for gone: its way here may be half open."""

_stored = Counter("yingke_posts_total", "Posts by outcome", ["outcome"])
_together = Histogram(
    "yingke_posts_per_transaction", "Posts stored by one transaction", buckets=(1, 2, 5, 10, 25, 50, 100, 250)
)


class Gatherer:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._agents = Line("agent", most=AGENTS_AT_MOST, few=FEW, longest=AGENTS_LONGEST)
        self._visitors = Line("visitor", most=VISITORS_AT_MOST, few=FEW, longest=VISITORS_LONGEST)
        self._in_flight: set[UUID] = set()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._running = 0

    def submit(self, posting: Posting, answer: Answer) -> None:
        """Have `posting` stored; `answer` is called once, after the commit. Raises Unavailable when too many wait."""
        (self._visitors if posting.author.kind == "visitor" else self._agents).put(posting, answer)
        self._idle.clear()
        self._wake.set()

    def turned_away(self) -> Unavailable | None:
        """What a visitor's post would be refused with now, before anything was spent on it."""
        return self._visitors.refusal() if self._visitors.overrun else None

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work())

    async def drained(self) -> None:
        """Returns when nothing waits and nothing is in flight."""
        await self._idle.wait()

    async def _work(self) -> None:
        direct = self._ground.direct()
        try:
            await self._work_over(direct)
        finally:
            await direct.close()

    async def _work_over(self, direct: Direct) -> None:
        while True:
            batch = self._take()
            if not batch:
                self._wake.clear()
                await self._wake.wait()
                continue
            keys = {each.posting.conversation_id for each in batch}
            self._in_flight |= keys
            self._running += 1
            try:
                await self._store(direct, batch)
            finally:
                self._running -= 1
                self._in_flight -= keys
                self._wake.set()
                if not self._agents and not self._visitors and not self._running:
                    self._idle.set()

    def _take(self) -> list[Waiting]:
        batch = self._agents.take(TOGETHER_AT_MOST, self._in_flight)
        # A conversation may be in both lines: what its agent wrote now goes first, in the same batch.
        return batch + self._visitors.take(TOGETHER_AT_MOST - len(batch), self._in_flight)

    async def _store(self, direct: Direct, batch: Sequence[Waiting]) -> None:
        _together.observe(len(batch))
        try:
            async with asyncio.timeout(STORED_WITHIN):
                answers = await append_gathered(self._ground, direct, [each.posting for each in batch])
        except Exception as error:
            if len(batch) > 1 and not is_away(error):
                half = len(batch) // 2  # one of them may be the cause: it stands alone in the end
                await self._store(direct, batch[:half])
                await self._store(direct, batch[half:])
                return
            if isinstance(error, TimeoutError):
                await direct.close()
            log.warning("posts not stored", posts=len(batch), error=repr(error))
            answers = [Unavailable(retry_after=1)] * len(batch)
        for each, result in zip(batch, answers, strict=True):
            _stored.labels("refused" if isinstance(result, Refusal) else "stored").inc()
            each.answer(result)
