"""What a benchmark answers."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number. `limit` is what must be reached: the most allowed, or with `at_least` the least."""

    figure: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    aim: float | None = None
    bare: float | None = None
    """The same number of the bare limit: what `ratio` is over."""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool | None:
        """Whether the limit is reached; None where no limit is set."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        ratio = round(self.value / self.bare, 2) if self.bare else None
        told = {
            "figure": self.figure,
            "value": _rounded(self.value),
            "unit": self.unit,
            "limit": self.limit,
            "ok": self.ok,
            "ratio": ratio,
            "aim": self.aim,
            "bare": _rounded(self.bare) if self.bare else None,
        }
        return json.dumps(told | self.more, ensure_ascii=False)


Benchmark = Callable[[], AsyncIterator[Figure]]


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; `share` in 0…1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def _rounded(value: float) -> float:
    return round(value, 3 if abs(value) < 10 else 1)
