"""A bank of entries, live in memory: questions are asked of it, entries come, change and go."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from yingke.knowledge.matching.asking import Asked, clauses, padding, together
from yingke.knowledge.matching.confidence import Evidence, confidence, evidence
from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.learning import logits, softmax
from yingke.knowledge.matching.store import Near, Store
from yingke.knowledge.matching.values import Decision, Entry, Finding, Match
from yingke.knowledge.matching.views import features
from yingke.knowledge.matching.words import words

SHARPNESS = 2.5
"""How much more the clauses count that have more to do with the bank."""
PADDED = 0.8
"""How much less a clause counts that is all padding."""
ANSWER, SUGGEST = 0.8, 0.1
READINGS = 3
"""Clauses of a long question that are also read on their own."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question, and how much it counts among the others."""

    asked: Asked
    share: float


@dataclass(frozen=True, slots=True)
class Weighed:
    ranked: list[int]
    """Numbers of entries, likeliest first."""
    odds: dict[int, float]
    found: Evidence | None


class Bank:
    """Not for several threads at once."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._store = Store(entries)
        self._offset = 0.0

    def __len__(self) -> int:
        return len(self._store)

    def put(self, entry: Entry) -> None:
        """Add `entry`, or take it in place of the one with its id. It is found from the next question on."""
        self._store.put(entry)

    def drop(self, entry_id: str) -> None:
        self._store.drop(entry_id)

    def find(self, question: str, top: int = 10) -> Finding:
        """What answers `question`: at most `top` matches and what to do with them."""
        return self._judged(self._weighed(question), top)

    def _weighed(self, question: str, without: tuple[int, int] | None = None) -> Weighed:
        """The entries near a question with their odds; `without` is a text, by entry and ordinal, that is not to be learnt from."""
        odds: dict[int, float] = defaultdict(float)
        readings = self._readings(question)
        nearest: Near | None = None
        for reading in readings:
            near = self._store.neighbours(reading.asked)
            if without:
                near = near.kept((near.entries != without[0]) | (near.ordinals != without[1]))
            nearest = nearest or near
            for number, share in self._likely(near).items():
                odds[number] += reading.share * share
        ranked = sorted(odds, key=lambda number: (-round(odds[number], 5), self._store.at(number).entry.id))
        found = None
        if nearest is not None and ranked:
            found = self._evidence(readings[0].asked, nearest, ranked[0], [odds[n] for n in ranked[:2]])
        return Weighed(ranked, odds, found)

    def _judged(self, weighed: Weighed, top: int) -> Finding:
        if weighed.found is None:
            return Finding(Decision.HAND_OVER, ())
        sure = confidence(weighed.found, self._offset)
        first = weighed.odds[weighed.ranked[0]]
        matches = [
            Match(self._store.at(n).entry.id, round(sure * weighed.odds[n] / first if i else sure, 4), "")
            for i, n in enumerate(weighed.ranked[:top])
        ]
        decision = Decision.ANSWER if sure >= ANSWER else Decision.SUGGEST if sure >= SUGGEST else Decision.HAND_OVER
        return Finding(decision, matches)

    def _evidence(self, asked: Asked, near: Near, number: int, odds: list[float]) -> Evidence:
        store, held = self._store, self._store.at(number)
        numbers, shares = store.numbered(asked)
        masses = store.weights[numbers] * shares**2
        unknown = store.unknown * sum(
            share**2 for (view, name), share in asked.items() if view == "w" and store.vocabulary.known(view, name) < 0
        )
        total = float(masses.sum()) + unknown + 1e-9
        closest = float(near.cosines[near.entries == number].max(initial=0))
        return evidence(
            odds,
            cosine=closest * float(np.sqrt(1 - unknown / total)),
            covered=float(masses[np.isin(numbers, held.own)].sum()) / total,
            known=1 - unknown / total,
            length=sum(1 for view, _ in asked if view == "w"),
            texts=len(held.texts),
        )

    def _readings(self, question: str) -> list[Reading]:
        said = [self._store.spelling.mended(words(clause)) for clause in clauses(folded(question))]
        parts = [features(one) for one in said if one]
        if len(parts) <= 1:
            return [Reading(together(parts, [1.0] * len(parts)), 1.0)]
        strength = [
            self._store.strength(part) * (1 - PADDED * padding(one))
            for part, one in zip(parts, (one for one in said if one), strict=True)
        ]
        most = max(strength) or 1.0
        shares = [(one / most) ** SHARPNESS for one in strength]
        strongest = sorted(range(len(parts)), key=lambda i: -shares[i])[:READINGS]
        alone = sum(shares[i] for i in strongest) or 1.0
        whole = Reading(together(parts, shares), 0.5)
        return [whole, *(Reading(together([parts[i]], [1.0]), 0.5 * shares[i] / alone) for i in strongest)]

    def _likely(self, near: Near) -> dict[int, float]:
        """The entries of the closest texts and how likely each is meant, were it one of them."""
        if not len(near.entries):
            return {}
        numbers, labels = np.unique(near.entries, return_inverse=True)
        likely = softmax(logits(self._store.kernel(near), near.cosines, labels.astype(np.int32), len(numbers)))
        return {int(number): float(share) for number, share in zip(numbers, likely, strict=True)}
