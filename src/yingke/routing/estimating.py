"""How long somebody will wait, said honestly. Pure.

A first guess is the place in the queue times the usual time between two who were served. It is not believed: by how much
such guesses were wrong in the last days, as ratios of what was and what was guessed, makes the range that is told (split
conformal prediction). And when too few of the ranges told lately held, nothing but the place is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH_GAPS = 3
ENOUGH_WAITS = 20
INNER = (0.1, 0.9)
"""Of ten who wait, eight wait within the range: some more than must, because tomorrow is not today."""
HELD_AT_LEAST = 0.6
"""Below this share of ranges that held, only the place is told."""
STEP = 30


@dataclass(frozen=True, slots=True)
class Range:
    """Seconds."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """Of one team, lately."""

    gaps: Sequence[float]
    """Seconds between two who were served, while others waited."""
    ratios: Sequence[float]
    """What was waited over what was guessed."""
    held: Sequence[bool]
    """Whether the wait lay in the range that was told."""

    @property
    def coverage(self) -> float | None:
        return sum(self.held) / len(self.held) if self.held else None


def guess(position: int, experience: Experience) -> float | None:
    """Seconds until the one at `position` (1 is next) is served; None when there is nothing to go by."""
    if len(experience.gaps) < ENOUGH_GAPS:
        return None
    return position * sum(experience.gaps) / len(experience.gaps)


def range_of(guessed: float | None, experience: Experience) -> Range | None:
    """What may be told, in half minutes; None: the place only."""
    coverage = experience.coverage
    if guessed is None or len(experience.ratios) < ENOUGH_WAITS:
        return None
    if coverage is not None and len(experience.held) >= ENOUGH_WAITS and coverage < HELD_AT_LEAST:
        return None
    ordered = sorted(experience.ratios)
    low, high = (guessed * ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in INNER)
    return Range(int(low // STEP) * STEP, max(STEP, -int(-high // STEP) * STEP))
