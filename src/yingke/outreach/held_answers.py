"""Answers to reports that wait until there is something to say: how a page without a panel learns of an invitation.

A page that is looked at reports every twenty seconds anyway; its answer is held so long, so that nothing is asked more
often than before, and what is said arrives at once. One answer is held for each visitor: of the page in front.
"""

import asyncio
from uuid import UUID

from prometheus_client import Gauge

HELD_FOR = 25.0
"""Seconds; a page reports again before."""
MOST_HELD = 50_000

_held = Gauge("yingke_answers_held", "Pages that wait to be told something", multiprocess_mode="livesum")


class HeldAnswers:
    def __init__(self) -> None:
        self._by_visitor: dict[UUID, asyncio.Future[bool]] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._by_visitor)

    async def wait(self, visitor_id: UUID) -> bool:
        """Whether there is something to say now; False when nothing came, or a newer report took the place."""
        self.send_away(visitor_id)
        if self._closed or len(self._by_visitor) >= MOST_HELD:
            return False
        held: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._by_visitor[visitor_id] = held
        _held.inc()
        try:
            async with asyncio.timeout(HELD_FOR):
                await held
        except TimeoutError:
            return False
        finally:
            _held.dec()
            if self._by_visitor.get(visitor_id) is held:
                del self._by_visitor[visitor_id]
        return held.result()

    def wake(self, visitor_id: UUID) -> None:
        """There is something to say."""
        self._end(visitor_id, something=True)

    def send_away(self, visitor_id: UUID) -> None:
        self._end(visitor_id, something=False)

    def close(self) -> None:
        """The server stops: nobody waits any more."""
        self._closed = True
        for visitor_id in list(self._by_visitor):
            self.send_away(visitor_id)

    def _end(self, visitor_id: UUID, *, something: bool) -> None:
        held = self._by_visitor.pop(visitor_id, None)
        if held is not None and not held.done():
            held.set_result(something)
