"""What goes into the engine and what comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer with the questions it answers. Plain text throughout; `language` is `zh`, `en` or empty."""

    id: str
    question: str
    similar: Sequence[str] = ()
    keywords: Sequence[str] = ()
    category: str = ""
    language: str = ""
    answer: str = ""
    never: Sequence[str] = ()
    """A question that contains one of these never matches the entry."""


class Decision(StrEnum):
    ANSWER = "answer"
    """The first match is shown as the answer."""
    SUGGEST = "suggest"
    """The first three are offered as questions to choose from."""
    HAND_OVER = "none"
    """Nothing is close enough: a person answers."""


@dataclass(frozen=True, slots=True)
class Match:
    entry_id: str
    confidence: float
    """Of the first: how likely it is the right one, 0 to 1. Of the others: how likely compared with the first, by which two
    that are close are told; those of one finding may sum up to more than 1."""


@dataclass(frozen=True, slots=True)
class Finding:
    decision: Decision
    matches: Sequence[Match]
    """Best first."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an entry matches a question, for staff."""

    understood: str
    """The question's words as they were read, slips mended."""
    text: str
    """The entry's question or similar question closest to it; empty if they share nothing."""
    likeness: float
    """Of the two, 0 to 1."""
    shared: Sequence[tuple[str, float]]
    """The words and ideas they share and the part each has in the likeness, weightiest first."""
