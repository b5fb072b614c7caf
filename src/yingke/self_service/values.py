"""Figures of self-service as they leave the program. Pure."""

from datetime import date
from uuid import UUID

import msgspec

from yingke.kit.shares import wilson
from yingke.kit.values import Value
from yingke.knowledge.languages import Language

DEFINITIONS = {
    "asked": "Questions to the robot and the help centre, without those of which staff said that they need no entry.",
    "answered": "Those that got an answer or up to three to choose from.",
    "strict": "Those of which the visitor said that it is solved.",
    "lenient": "Besides, answers that were on the visitor's screen for five seconds or more, where nobody asked for a person "
    "or came back within 24 hours. Silence without having seen the answer is no success.",
    "deflected": "Conversations that a robot began and no person was needed for.",
    "hours_saved": "Lenient successes, each as long as the median conversation with a person (an hour at most) took.",
}


class Rate(Value, frozen=True, kw_only=True):
    """A share with its 95 % interval (Wilson)."""

    count: int
    rate: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, count: int, of: int) -> "Rate":
        if not of:
            return cls(count=count, rate=None, low=None, high=None)
        low, high = wilson(count, of)
        return cls(count=count, rate=round(count / of, 4), low=round(low, 4), high=round(high, 4))


class Served(Value, frozen=True, kw_only=True):
    asked: int
    answered: int
    strict: Rate
    lenient: Rate

    @classmethod
    def of(cls, asked: int, answered: int, strict: int, lenient: int) -> "Served":
        return cls(asked=asked, answered=answered, strict=Rate.of(strict, asked), lenient=Rate.of(lenient, asked))


class ServedRow(Value, frozen=True, kw_only=True):
    key: str
    """A day, a site's or category's id, or a language; empty for questions without."""
    name: str
    served: Served


class SelfService(Value, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    time_zone: str
    totals: Served
    rows: list[ServedRow]
    deflected: Rate
    minutes_each: float | None
    """Of a conversation with a person; None with fewer than ten of them."""
    hours_saved: float | None
    definitions: dict[str, str]


class Sample(Value, frozen=True, kw_only=True):
    question: str
    count: int
    conversation_id: UUID | None
    """The newest in which it was asked."""


class Gap(Value, frozen=True, kw_only=True):
    """Questions alike that no entry answers."""

    language: Language
    count: int
    points: float
    """By how many points of a hundred the lenient rate would rise with an entry for them that solves as often as others do."""
    samples: list[Sample]
    """The first says it best."""
    nearest_id: UUID | None
    nearest: str
    """The entry that comes closest; perhaps it wants one more similar question."""
    answer: str
    """What a person answered to one of them; empty if nobody did."""
    answered_in: UUID | None


class Miss(Value, frozen=True, kw_only=True):
    """An entry that is found, and does not help."""

    entry_id: UUID
    question: str
    shown: int
    not_solved: int
    samples: list[str]


class Gaps(Value, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    asked: int
    gaps: list[Gap]
    """Most asked first."""
    misses: list[Miss]
    best: int
    """How many entries are worth writing first."""
    best_points: float
