"""Gathers posts that arrive while a transaction commits, and appends them together.

Idle, a post waits for nothing; under load a hundred share one commit. A conversation is never in two transactions at
once, so a writer's order is kept. The queue is bounded: what does not fit is refused at once with `retry_after`.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg
import structlog
from prometheus_client import Counter, Gauge, Histogram

from yingke.conversations.appending import Posted, append
from yingke.conversations.threads import Posting
from yingke.kit.errors import Refusal, Unavailable
from yingke.kit.work import Ground

log = structlog.get_logger()

Answer = Callable[[Posted | Refusal], None]

WAITING_AT_MOST = 4000
TOGETHER_AT_MOST = 250
AT_ONCE = 2

_depth = Gauge("yingke_posts_waiting", "Posts that wait for a transaction")
_stored = Counter("yingke_posts_total", "Posts by outcome", ["outcome"])
_together = Histogram(
    "yingke_posts_per_transaction", "Posts stored by one transaction", buckets=(1, 2, 5, 10, 25, 50, 100, 250)
)

_DATABASE_AWAY = (OSError, TimeoutError, asyncpg.InterfaceError)


class Gatherer:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._waiting: deque[tuple[Posting, Answer]] = deque()
        self._in_flight: set[UUID] = set()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._running = 0

    def submit(self, posting: Posting, answer: Answer) -> None:
        """Have `posting` stored; `answer` is called once, after the commit. Raises Unavailable when too many wait."""
        if len(self._waiting) >= WAITING_AT_MOST:
            _stored.labels("refused").inc()
            raise Unavailable(retry_after=1)
        self._waiting.append((posting, answer))
        self._idle.clear()
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work())

    async def drained(self) -> None:
        """Returns when nothing waits and nothing is in flight."""
        await self._idle.wait()

    async def _work(self) -> None:
        while True:
            batch = self._take()
            if not batch:
                self._wake.clear()
                await self._wake.wait()
                continue
            keys = {posting.conversation_id for posting, _ in batch}
            self._in_flight |= keys
            self._running += 1
            try:
                await self._store(batch)
            finally:
                self._running -= 1
                self._in_flight -= keys
                self._wake.set()
                if not self._waiting and not self._running:
                    self._idle.set()

    def _take(self) -> list[tuple[Posting, Answer]]:
        batch: list[tuple[Posting, Answer]] = []
        held_back: list[tuple[Posting, Answer]] = []
        while self._waiting and len(batch) < TOGETHER_AT_MOST:
            item = self._waiting.popleft()
            (held_back if item[0].conversation_id in self._in_flight else batch).append(item)
        self._waiting.extendleft(reversed(held_back))
        _depth.set(len(self._waiting))
        return batch

    async def _store(self, batch: Sequence[tuple[Posting, Answer]]) -> None:
        _together.observe(len(batch))
        try:
            async with self._ground.raw_work() as work:
                answers = await append(work, [posting for posting, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, _DATABASE_AWAY):
                for item in batch:  # one of them may be the cause; the others go in without it
                    await self._store([item])
                return
            log.warning("posts not stored", posts=len(batch), error=repr(error))
            answers = [Unavailable(retry_after=1)] * len(batch)
        for (_, answer), result in zip(batch, answers, strict=True):
            _stored.labels("refused" if isinstance(result, Refusal) else "stored").inc()
            answer(result)
