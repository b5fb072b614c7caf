"""How sure a finding is: what speaks for the first match, weighed into one probability.

The weights were fitted over several banks with many and few similar questions, out-of-scope questions among them; each bank
then shifts them by what its own texts show when each is asked of the others.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first match of a question."""

    share: float
    """Its odds among the entries near, as a logarithm."""
    lead: float
    """Its odds over those of the second, as a logarithm."""
    covered: float
    """The share of what was asked that the entry's texts have, by weight, as a logarithm."""
    ideas: float
    """The share of the ideas that the entry's texts have."""
    known: float
    """The share of what was asked that any text of the bank has, by weight."""
    length: float
    """Words that say something, as a logarithm."""
    texts: float
    """Texts of the entry, as a logarithm."""


WEIGHTS = Evidence(share=0.38, lead=1.16, covered=0.50, ideas=0.74, known=1.69, length=0.40, texts=-0.28)
OFFSET = -1.93


def logarithms(odds: Sequence[float]) -> tuple[float, float]:
    """Share and lead of the first of these odds, likeliest first."""
    first, second = [*odds, 0.0][:2]
    return log((first + 0.005) / (1.005 - first)), log((first + 0.01) / (second + 0.01))


def confidence(found: Evidence, offset: float = 0.0) -> float:
    """The probability, 0 to 1, that the first match is right; `offset` is the bank's own shift."""
    weighed = sum(one * weight for one, weight in zip(astuple(found), astuple(WEIGHTS), strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, weighed + OFFSET + offset))))
