"""A bank of entries, live in memory: questions are asked of it, entries come, change and go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

import numpy as np

from yingke.knowledge.matching.asking import clauses, padding, together
from yingke.knowledge.matching.confidence import (
    SUGGEST,
    SUGGEST_SHORT,
    Evidence,
    confidence,
    logarithms,
    shift,
    threshold,
)
from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.index import Floats
from yingke.knowledge.matching.learning import logits, softmax
from yingke.knowledge.matching.store import Store, Vector
from yingke.knowledge.matching.values import Decision, Entry, Explanation, Finding, Match
from yingke.knowledge.matching.words import Word, words

SHARPNESS = 2.5
"""How much more the clauses count that have more to do with the bank."""
PADDED = 0.8
"""How much less a clause counts that is all padding."""
COMPANY, YOUNG = 24, 12
"""Entries a match is held against at least, where the bank has as many; and where it has fewer."""
READINGS = 3
"""Clauses of a long question that are also read on their own."""
SHORT = 3
"""Words of a question that has so few that it may fit many entries."""
ALIKE = 0.995
"""Likeness from which a text says the same."""
POOLED = 0.3
"""How much it counts there what all texts of an entry together have of the question."""
FOLLOW_UP = 6
"""Words a question has at most that is read with what was asked before."""
BEFORE = 0.6
"""How much that counts then."""
SAMPLE = 120
"""Texts that a bank is calibrated with."""
_NOTHING = Vector([], np.zeros(0, dtype=np.float32), 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """The ways to read a question, the whole first."""

    whole: Vector
    projections: list[Floats]
    """Cosines with all texts, by way."""
    shares: list[float]
    """How much each way counts; 1 together."""
    short: bool = False
    """Whether it has at most `SHORT` words, and nothing was asked before."""


@dataclass(frozen=True, slots=True)
class Weighed:
    ranked: list[int]
    """Numbers of entries, likeliest first."""
    odds: dict[int, float]
    """What was learnt, by number."""
    found: Evidence | None
    short: bool = False
    """Whether so little was asked that it may fit many entries."""


class Bank:
    """`synonyms` are groups of phrases that mean the same here; `wanted` is the share of direct answers, 0 to 1, that
    shall be right. Not for several threads at once."""

    def __init__(
        self, entries: Iterable[Entry] = (), *, synonyms: Iterable[Sequence[str]] = (), wanted: float = 0.95
    ) -> None:
        self._store = Store(entries, synonyms)
        self._wanted = wanted
        self._offset = 0.0

    def __len__(self) -> int:
        return len(self._store)

    def put(self, entry: Entry) -> None:
        """Add `entry`, or take it in place of the one with its id. It is found from the next question on."""
        self.change([entry])

    def drop(self, entry_id: str) -> None:
        self.change([], [entry_id])

    def change(self, entries: Iterable[Entry], gone: Iterable[str] = ()) -> None:
        """Put `entries` and drop those with the ids `gone`, all together."""
        self._store.change(entries, gone)

    def calibrate(self) -> None:
        """Learn from the bank itself how far its confidences are to be trusted: some of its texts are asked of all
        others. Worth its half second after imports and now and then; single edits do well without."""
        self._offset = shift([*self._shown()])

    def find(
        self,
        question: str,
        top: int = 10,
        context: Sequence[str] = (),
        shown: Callable[[str], bool] | None = None,
    ) -> Finding:
        """What answers `question`: at most `top` matches and what to do with them. `context` is what was asked before
        in the conversation, last last: a short question is read with it. Only entries whose id is `shown` count."""
        weighed = self._weighed(question, context=context, shown=shown)
        return self._judged(weighed, self._barred(question, weighed.ranked), top)

    def explain(self, question: str, entry_id: str) -> Explanation:
        """Why this entry matches, or does not."""
        store = self._store
        said = [word for part in self._said(question) for word in part]
        asked = set(store.features(said))
        understood = " ".join(word.text for word in said)
        best = Explanation(understood, "", 0.0, ())
        for text in store.texts(entry_id):
            parts = store.shared(asked, text)
            likeness = sum(part for _, part in parts)
            if likeness > best.likeness:
                shown = sorted(((name, part) for (view, name), part in parts if view in "wis"), key=lambda one: -one[1])
                best = Explanation(understood, text, round(likeness, 4), shown)
        return best

    def _barred(self, question: str, numbers: Sequence[int]) -> set[int]:
        """The entries that must not match this question."""
        asked = folded(question)
        return {
            n for n in numbers if any(folded(phrase) in asked for phrase in self._store.at(n).entry.never if phrase)
        }

    def _shown(self) -> Iterator[tuple[Evidence, bool]]:
        texts = [
            (number, ordinal, text)
            for number, held in self._store.numbered()
            if len(held.texts) > 1
            for ordinal, text in enumerate(held.said)
        ]
        for number, ordinal, text in texts[:: len(texts) // SAMPLE + 1]:
            weighed = self._weighed(text, without=(number, ordinal))
            if weighed.found is not None:
                yield weighed.found, weighed.ranked[0] == number

    def _weighed(
        self,
        question: str,
        without: tuple[int, int] | None = None,
        context: Sequence[str] = (),
        shown: Callable[[str], bool] | None = None,
    ) -> Weighed:
        """The entries near a question with their odds; `without` is a text, by entry and ordinal, not to be learnt from."""
        store = self._store
        reading = self._read(question, context)
        near = store.near(reading.projections[0])
        if without:
            near = near.kept((near.entries != without[0]) | (near.ordinals != without[1]))
        if shown:
            near = near.kept(np.array([shown(store.at(n).entry.id) for n in near.entries.tolist()], dtype=np.bool_))
        if not len(near.entries):
            return Weighed([], {}, None)
        numbers, labels = np.unique(near.entries, return_inverse=True)
        cosines = np.stack([projected[near.places] for projected in reading.projections])
        # A single entry is learnt against something else, or nothing would speak for it.
        speaking = logits(store.kernel(near), cosines, labels.astype(np.int32), max(2, len(numbers)))[:, : len(numbers)]
        # Entries that nothing speaks for or against stand at nought, also those that a young bank does not have yet:
        # else its few entries would answer everything.
        absent = max(0, max(YOUNG, min(len(store), COMPANY)) - len(numbers))
        silent = np.zeros((len(speaking), absent), dtype=np.float32)
        likely = softmax(np.concatenate([speaking, silent], axis=1))[:, : len(numbers)]
        learnt = np.array(reading.shares, dtype=np.float32) @ likely
        # What an entry says word for word is not ambiguous, however short.
        short = reading.short and (cosines[0].max() < ALIKE or reading.whole.strange > 0)
        odds = dict(zip(numbers.tolist(), learnt.tolist(), strict=True))
        # Not where the bank is asked its own texts: together they would have the one that is not to be learnt from.
        order = self._pooled(odds, reading.whole) if short and not without else odds
        ranked = sorted(order, key=lambda number: (-round(order[number], 5), store.at(number).entry.id))
        second = max((odds[number] for number in ranked[1:]), default=0.0)
        found = self._evidence(reading.whole, ranked[0], [odds[ranked[0]], second])
        return Weighed(ranked, odds, found, short)

    def _pooled(self, odds: dict[int, float], asked: Vector) -> dict[int, float]:
        """The odds of entries for a question too short for any single text: all texts of an entry speak together.
        They tell which entry is likelier, not how sure that is."""
        pooled = self._store.pooled(asked, list(odds))
        summed = np.array([*odds.values()]) * np.exp(POOLED * (pooled - pooled.max()))
        return dict(zip(odds, (summed / summed.sum()).tolist(), strict=True))

    def _judged(self, weighed: Weighed, barred: set[int], top: int) -> Finding:
        ranked = [number for number in weighed.ranked if number not in barred][:top]
        if weighed.found is None or not ranked:
            return Finding(Decision.HAND_OVER, ())
        sure = confidence(weighed.found, self._offset)
        scale = sure / weighed.odds[weighed.ranked[0]]
        sures = accumulate((min(sure, scale * weighed.odds[number]) for number in ranked), min)
        matches = [
            Match(self._store.at(number).entry.id, round(one, 4)) for number, one in zip(ranked, sures, strict=True)
        ]
        return Finding(self._decision(matches[0].confidence, weighed.short), matches)

    def _decision(self, sure: float, short: bool) -> Decision:
        if sure >= threshold(self._wanted, short):
            return Decision.ANSWER
        return Decision.SUGGEST if sure >= (SUGGEST_SHORT if short else SUGGEST) else Decision.HAND_OVER

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
            length=log(1 + min(5, int(word.sum()) + asked.strange)),
            texts=log(len(held.texts)),
        )

    def _said(self, question: str) -> list[list[Word]]:
        """The words of each clause, mended."""
        said = [self._store.spelling.mended(words(clause)) for clause in clauses(folded(question))]
        return [one for one in said if one]

    def _read(self, question: str, context: Sequence[str]) -> Reading:
        """A question as a whole, and its strongest clauses on their own."""
        store = self._store
        said = self._said(question)
        before = self._said(context[-1]) if context and sum(map(len, said)) <= FOLLOW_UP else []
        vectors = [store.vector(store.features(one)) for one in said]
        projections = [store.projected(vector) for vector in vectors]
        if before:
            return self._following(vectors, [word for part in before for word in part])
        short = sum(map(len, said)) <= SHORT
        if len(vectors) == 1:
            return Reading(vectors[0], [self._unit(projections[0], vectors[0])], [1.0], short)
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
            short,
        )

    def _following(self, vectors: list[Vector], before: list[Word]) -> Reading:
        """A short question after another: it alone says little, together they say what is meant."""
        store = self._store
        shares = [*([1.0] * len(vectors)), BEFORE]
        whole = together([*vectors, store.vector(store.features(before))], shares)
        return Reading(whole, [self._unit(store.projected(whole), whole)], [1.0])

    def _unit(self, projected: Floats, asked: Vector) -> Floats:
        """Cosines from projections."""
        return projected / np.float32(self._store.mass(asked) ** 0.5 + 1e-9)

    def _strength(self, projected: Floats, asked: Vector) -> float:
        """How much a clause has to do with the bank: its likeness to the closest text. Divided by less than its
        length, as a clause that says more is more."""
        mass = self._store.mass(asked) + asked.strange * self._store.unknown
        return float(projected.max(initial=0)) / mass**0.35 if mass else 0.0
