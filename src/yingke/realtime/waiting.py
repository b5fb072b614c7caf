"""The line in which posts wait for a transaction: bounded, so that what cannot be stored soon is refused at once.

Two bounds: a number, for what arrives in one moment, and the time that the first in line has waited, which is what
whoever comes now can expect. The second holds only while more than a few wait: a database that is slow, and not overrun,
makes everybody wait and nobody come again. A refusal says when to come again, later the more are refused; the client
keeps the message and its `client_id`.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from prometheus_client import Counter, Gauge

from yingke.conversations.appending import Posted
from yingke.conversations.threads import Posting
from yingke.kit.errors import Refusal, Unavailable

Answer = Callable[[Posted | Refusal], None]

_depth = Gauge("yingke_posts_in_line", "Posts that wait for a transaction", ["author"], multiprocess_mode="livesum")
_wait = Gauge(
    "yingke_posts_wait_seconds", "How long the first of them has waited", ["author"], multiprocess_mode="livemax"
)
_refused = Counter("yingke_posts_refused_total", "Posts refused because too many waited", ["author"])


REFUSED_A_SECOND = 1000
"""Refusals cost little, and not nothing: from so many a second on, everybody is asked to stay away for longer."""
AWAY_AT_MOST = 5.0


@dataclass(frozen=True, slots=True)
class Waiting:
    posting: Posting
    answer: Answer
    since: float


class Line:
    """Posts of one kind of author, first come first served but for conversations that are just being written to."""

    def __init__(
        self, author: str, *, most: int, few: int, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`most` posts may wait; more than `few` only while the first of them has not waited for `longest` seconds."""
        self._depth, self._wait = _depth.labels(author), _wait.labels(author)
        self._counted = _refused.labels(author)
        self._most = most
        self._few = few
        self._longest = longest
        self._clock = clock
        self._waiting: deque[Waiting] = deque()
        self._second, self._refused, self._refused_before = 0, 0, 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def overrun(self) -> bool:
        """Whether a post would be refused now."""
        return len(self._waiting) >= self._few and (
            len(self._waiting) >= self._most or self._clock() - self._waiting[0].since > self._longest
        )

    def refusal(self) -> Unavailable:
        """What a post that comes while the line is `overrun` is told, counted."""
        self._counted.inc()
        now = self._clock()
        if int(now) != self._second:
            self._refused_before = self._refused if int(now) == self._second + 1 else 0
            self._second, self._refused = int(now), 0
        self._refused += 1
        crowd = max(self._refused, self._refused_before) / REFUSED_A_SECOND
        away = min(AWAY_AT_MOST, max(1.0, crowd, 2 * (now - self._waiting[0].since)))
        # Spread, lest all who were refused together come back together.
        return Unavailable(retry_after=round(away * random.uniform(1, 1.5), 1))  # noqa: S311 - no secret

    def put(self, posting: Posting, answer: Answer) -> None:
        """Raises Unavailable with `retry_after` when it would wait too long."""
        if self.overrun:
            raise self.refusal()
        self._waiting.append(Waiting(posting, answer, self._clock()))
        self._depth.set(len(self._waiting))

    def take(self, at_most: int, in_flight: Collection[UUID]) -> list[Waiting]:
        """The next posts whose conversation is not `in_flight`; the others keep their places."""
        taken: list[Waiting] = []
        held_back: list[Waiting] = []
        while self._waiting and len(taken) < at_most:
            first = self._waiting.popleft()
            (held_back if first.posting.conversation_id in in_flight else taken).append(first)
        self._waiting.extendleft(reversed(held_back))
        self._depth.set(len(self._waiting))
        self._wait.set(self._clock() - self._waiting[0].since if self._waiting else 0)
        return taken
