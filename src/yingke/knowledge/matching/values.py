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
    """How likely this entry is the right one, 0 to 1; those of one finding sum up to at most 1."""
    text: str
    """The question or similar question of the entry that is closest to what was asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    decision: Decision
    matches: Sequence[Match]
    """Best first."""
