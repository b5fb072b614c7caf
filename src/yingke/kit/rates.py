"""How often one address or one visitor may do something: token buckets, in this process, in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable

from yingke.kit.errors import Throttled


class Rates:
    """`burst` at once, then `per_second`. The key that was idle longest is forgotten first, which frees it early."""

    def __init__(
        self,
        *,
        per_second: float,
        burst: float,
        most_keys: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most_keys = most_keys
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1) -> float:
        """0 when allowed, else the seconds until it will be; what is refused costs nothing."""
        now = self._clock()
        left, at = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        allowed = left >= cost
        self._buckets[key] = (left - cost if allowed else left, now)
        while len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)
        return 0 if allowed else (cost - left) / self._per_second

    def require(self, key: str, cost: float = 1) -> None:
        """Raises Throttled with `retry_after`."""
        if wait := self.take(key, cost):
            raise Throttled(retry_after=wait)

    def __len__(self) -> int:
        return len(self._buckets)
