"""A bank of entries, live in memory: questions are asked of it, entries come, change and go."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

import numpy as np

from yingke.knowledge.matching.asking import clauses, padding, together
from yingke.knowledge.matching.confidence import Evidence, confidence, logarithms
from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.index import Floats
from yingke.knowledge.matching.learning import logits, softmax
from yingke.knowledge.matching.store import Store, Vector
from yingke.knowledge.matching.values import Decision, Entry, Finding, Match
from yingke.knowledge.matching.views import features
from yingke.knowledge.matching.words import words

SHARPNESS = 2.5
"""How much more the clauses count that have more to do with the bank."""
PADDED = 0.8
"""How much less a clause counts that is all padding."""
ANSWER, SUGGEST = 0.84, 0.08
COMPANY = 24
"""Entries a match is held against at least, where the bank has as many."""
READINGS = 3
"""Clauses of a long question that are also read on their own."""
_NOTHING = Vector([], np.zeros(0, dtype=np.float32), 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """The ways to read a question, the whole first."""

    whole: Vector
    projections: list[Floats]
    """Cosines with all texts, by way."""
    shares: list[float]
    """How much each way counts; 1 together."""


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
        """The entries near a question with their odds; `without` is a text, by entry and ordinal, not to be learnt from."""
        store = self._store
        reading = self._read(question)
        near = store.near(reading.projections[0])
        if without:
            near = near.kept((near.entries != without[0]) | (near.ordinals != without[1]))
        if not len(near.entries):
            return Weighed([], {}, None)
        numbers, labels = np.unique(near.entries, return_inverse=True)
        cosines = np.stack([projected[near.places] for projected in reading.projections])
        speaking = logits(store.kernel(near), cosines, labels.astype(np.int32), len(numbers))
        # Entries that nothing speaks for or against stand at nought.
        absent = max(0, min(len(store), COMPANY) - len(numbers))
        silent = np.zeros((len(speaking), absent), dtype=np.float32)
        likely = softmax(np.concatenate([speaking, silent], axis=1))[:, : len(numbers)]
        shares = (np.array(reading.shares, dtype=np.float32) @ likely).tolist()
        odds = dict(zip(numbers.tolist(), shares, strict=True))
        ranked = sorted(odds, key=lambda number: (-round(odds[number], 5), store.at(number).entry.id))
        found = self._evidence(reading.whole, ranked[0], [odds[number] for number in ranked[:2]])
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

    def _evidence(self, asked: Vector, number: int, odds: list[float]) -> Evidence:
        store, held = self._store, self._store.at(number)
        masses = store.weights[asked.numbers] * asked.shares**2
        views = store.vocabulary.views[asked.numbers]
        shared = np.isin(asked.numbers, held.own)
        strange = asked.strange * store.unknown
        total = float(masses.sum()) + strange + 1e-9
        word, idea = views == ord("w"), views == ord("i")
        share, lead = logarithms(odds)
        return Evidence(
            share,
            lead,
            covered=log(0.05 + float(masses[shared].sum()) / total),
            ideas=float(masses[idea & shared].sum()) / (float(masses[idea].sum()) + 1e-9),
            known=1 - strange / total,
            length=log(1 + int(word.sum()) + asked.strange),
            texts=log(len(held.texts)),
        )

    def _read(self, question: str) -> Reading:
        """A question as a whole, and its strongest clauses on their own."""
        store = self._store
        said = [store.spelling.mended(words(clause)) for clause in clauses(folded(question))]
        said = [one for one in said if one]
        vectors = [store.vector(features(one)) for one in said]
        projections = [store.projected(vector) for vector in vectors]
        if len(vectors) == 1:
            return Reading(vectors[0], [self._unit(projections[0], vectors[0])], [1.0])
        strength = [
            self._strength(projected, vector) * (1 - PADDED * padding(one))
            for projected, vector, one in zip(projections, vectors, said, strict=True)
        ]
        most = max(strength, default=0.0) or 1.0
        shares = [(one / most) ** SHARPNESS for one in strength]
        whole = together(vectors, shares)
        summed = sum((share * one for share, one in zip(shares, projections, strict=True)), store.projected(_NOTHING))
        strongest = sorted(range(len(vectors)), key=lambda i: -shares[i])[:READINGS]
        alone = sum(shares[i] for i in strongest) or 1.0
        return Reading(
            whole,
            [self._unit(summed, whole), *(self._unit(projections[i], vectors[i]) for i in strongest)],
            [0.5, *(0.5 * shares[i] / alone for i in strongest)],
        )

    def _unit(self, projected: Floats, asked: Vector) -> Floats:
        """Cosines from projections."""
        return projected / np.float32(self._store.mass(asked) ** 0.5 + 1e-9)

    def _strength(self, projected: Floats, asked: Vector) -> float:
        """How much a clause has to do with the bank: its likeness to the closest text. Divided by less than its
        length, as a clause that says more is more."""
        mass = self._store.mass(asked) + asked.strange * self._store.unknown
        return float(projected.max(initial=0)) / mass**0.35 if mass else 0.0
