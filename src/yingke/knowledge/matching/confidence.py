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
    """Words that say something, as a logarithm; from five on alike."""
    texts: float
    """Texts of the entry, as a logarithm."""


WEIGHTS = Evidence(share=0.39, lead=1.16, covered=0.61, ideas=0.78, known=1.30, length=0.47, texts=-0.29)
OFFSET = -1.52
SUGGEST, SUGGEST_SHORT = 0.06, 0.04
"""Confidence from which three entries are offered; and for a short question, where the second and the third are nearly
as likely as the first."""
_PRIOR = 4.0
"""How firmly a bank's shift is held at nought: one over its variance."""


def threshold(wanted: float, short: bool = False) -> float:
    """The confidence from which an entry is the answer so that the share `wanted` of such answers is right.

    Most answers are far surer than the threshold: their mean doubt is under half the doubt at it. Those to `short`
    questions are not, so each must reach the share by itself."""
    return wanted if short else 1 - 2.4 * (1 - wanted)


def shift(shown: Sequence[tuple[Evidence, bool]]) -> float:
    """A bank's own offset from what was found for texts of it, and whether that was right: the likeliest one, if shifts
    of banks scatter normally around nought. Never above it: what is out of scope does not show in a bank's own texts."""
    offset = 0.0
    for _ in range(8):
        sure = [confidence(found, offset) for found, _ in shown]
        slope = sum(right - one for one, (_, right) in zip(sure, shown, strict=True)) - _PRIOR * offset
        offset += slope / (sum(one * (1 - one) for one in sure) + _PRIOR)
    return min(0.0, offset)


def logarithms(odds: Sequence[float]) -> tuple[float, float]:
    """Share and lead of the first of these odds, likeliest first."""
    first, second = [*odds, 0.0][:2]
    return log((first + 0.005) / (1.005 - first)), log((first + 0.01) / (second + 0.01))


def confidence(found: Evidence, offset: float = 0.0) -> float:
    """The probability, 0 to 1, that the first match is right; `offset` is the bank's own shift."""
    weighed = sum(one * weight for one, weight in zip(astuple(found), astuple(WEIGHTS), strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, weighed + OFFSET + offset))))
