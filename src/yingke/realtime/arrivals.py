"""How many sockets say hello at once. After a cut all come back together; each needs a few rows and a connection.

Few are let in at a time, so that those who are in already are served meanwhile. The rest wait in line; whoever would
wait longer than a hello may take is told at once when to come again, each a little later than the one before, so that all
are in about as soon as the server can let them in.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from prometheus_client import Counter, Gauge

from yingke.kit.errors import Unavailable

AT_ONCE = 4
WAIT_AT_MOST = 4.0
"""Seconds. A client gives up after ten without a welcome."""
WAITING_AT_MOST = 2000
AWAY_AT_MOST = 30.0

_waiting = Gauge(
    "yingke_hellos_waiting", "Sockets that have said hello and wait for the welcome", multiprocess_mode="livesum"
)
_refused = Counter("yingke_hellos_refused_total", "Hellos refused because too many waited")


class Arrivals:
    def __init__(self, *, at_once: int = AT_ONCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once = at_once
        self._turns = asyncio.Semaphore(at_once)
        self._clock = clock
        self.in_line = 0
        """Those who have their turn, and those who wait for it."""
        self._each = 0.01
        """Seconds that one took lately."""
        self._promised = 0.0
        """When the last of those who were told to come again comes."""

    @property
    def expected_wait(self) -> float:
        """Seconds until whoever comes now is let in."""
        return self._each * max(0, self.in_line - self._at_once + 1) / self._at_once

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn, and have it. Raises Unavailable with `retry_after` when that would take too long."""
        wait = self.expected_wait
        if wait > WAIT_AT_MOST or self.in_line >= WAITING_AT_MOST:
            raise self._refusal(wait)
        self.in_line += 1
        _waiting.set(self.in_line)
        try:
            async with self._turns:
                began = self._clock()
                try:
                    yield
                finally:
                    self._each += 0.1 * (self._clock() - began - self._each)
        finally:
            self.in_line -= 1
            _waiting.set(self.in_line)

    def _refusal(self, wait: float) -> Unavailable:
        _refused.inc()
        now = self._clock()
        # Half of what one takes, as it was measured in the worst of the crowd: who comes early waits in line.
        self._promised = max(self._promised, now + wait) + self._each / self._at_once / 2
        return Unavailable(retry_after=round(min(AWAY_AT_MOST, max(1.0, self._promised - now)), 1))
