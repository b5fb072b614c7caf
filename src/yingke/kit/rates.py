"""How often one address or one visitor may do something: token buckets, in this process, in bounded memory.

One table of limits for the sockets and the public addresses; a person who reads and types quickly meets none of them.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from yingke.kit.errors import Throttled


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_minute`."""

    burst: float
    per_minute: float


LIMITS: Mapping[str, Rate] = {
    # By visitor.
    "send": Rate(20, 120),
    "operation": Rate(60, 600),
    "upload": Rate(20, 10),
    # By address: a whole office, or a mobile network, may share one.
    "hello": Rate(200, 600),
    "page": Rate(300, 1200),
    "leave_message": Rate(10, 6),
    "upload_address": Rate(100, 60),
}


class Rates:
    """The key that was idle longest is forgotten first, which frees it early; memory stays bounded."""

    def __init__(
        self,
        limits: Mapping[str, Rate] = LIMITS,
        *,
        most_keys: int = 50_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._most_keys = most_keys
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, what: str, who: str, cost: float = 1) -> float:
        """0 when allowed, else the seconds until it will be; what is refused costs nothing."""
        rate, now = self._limits[what], self._clock()
        left, at = self._buckets.pop((what, who), (rate.burst, now))
        left = min(rate.burst, left + (now - at) * rate.per_minute / 60)
        allowed = left >= cost
        self._buckets[what, who] = (left - cost if allowed else left, now)
        while len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)
        return 0 if allowed else (cost - left) * 60 / rate.per_minute

    def require(self, what: str, who: str, cost: float = 1) -> None:
        """Raises Throttled with `retry_after`."""
        if wait := self.take(what, who, cost):
            raise Throttled(retry_after=wait)

    def __len__(self) -> int:
        return len(self._buckets)
