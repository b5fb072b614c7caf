"""The texts of a bank's entries as weighted features, kept current as entries come and go."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.ideas import Ideas
from yingke.knowledge.matching.index import Floats, Ints, Segment, Text, Vocabulary, texts_of
from yingke.knowledge.matching.spelling import Spelling
from yingke.knowledge.matching.values import Entry
from yingke.knowledge.matching.views import Features, features
from yingke.knowledge.matching.words import Word, words

WEIGHTS = {"w": 0.5, "s": 0.2, "b": 0.5, "p": 0.3, "i": 2.0, "g": 0.3, "h": 0.3, "z": 0.3, "y": 0.2}
"""What each view counts."""
Places = NDArray[np.intp]
NEIGHBOURS = 48
"""Texts that are learnt from for one question."""
MOST_HOLDERS = 150_000
"""Texts that are touched for one clause of a question."""
FADING = 0.6
"""What each further text with a feature says about its entry, against the one before."""
_RECENT = 256
"""Entries that wait in the small segment until all are sorted in."""


@dataclass(frozen=True, slots=True)
class Held:
    entry: Entry
    said: list[str]
    """Its question, similar questions and keywords, as many as `texts`."""
    texts: list[Text]
    own: Ints
    """Features of all its texts together."""
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vector:
    """What is asked, in features of the bank."""

    numbers: list[int]
    shares: Floats
    """What each counts, 0 to 1."""
    strange: float
    """Words that no text has."""


@dataclass(frozen=True, slots=True)
class Near:
    """The texts closest to what was asked, closest first."""

    places: Places
    """Where each stands in a projection."""
    entries: Ints
    """The number of each text's entry."""
    ordinals: Ints
    """Which text of its entry each is."""

    def kept(self, which: NDArray[np.bool_]) -> "Near":
        return Near(self.places[which], self.entries[which], self.ordinals[which])


class Store:
    def __init__(self, entries: Iterable[Entry], synonyms: Iterable[Sequence[str]] = ()) -> None:
        self.spelling = Spelling()
        self._synonyms = Ideas((f"own {number}", phrases) for number, phrases in enumerate(synonyms))
        self.vocabulary = Vocabulary()
        self.weights: Floats = np.zeros(0, dtype=np.float32)
        self.unknown = 1.0
        """The weight of a word that no text has."""
        self._held: list[Held | None] = []
        self._numbers: dict[str, int] = {}
        self._main = self._fresh = Segment([], 0)
        self._recent: list[int] = []
        for entry in sorted(entries, key=lambda entry: entry.id):
            self._hold(entry)
        self._sort_in()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._numbers

    def at(self, number: int) -> Held:
        held = self._held[number]
        assert held is not None
        return held

    def numbered(self) -> list[tuple[int, Held]]:
        """All entries and their numbers, by id."""
        return [(number, self.at(number)) for _, number in sorted(self._numbers.items())]

    def texts(self, entry_id: str) -> list[str]:
        """What an entry is found by; nothing if there is none of this id."""
        number = self._numbers.get(entry_id)
        return [] if number is None else self.at(number).said

    def shared(self, asked: Set[tuple[str, str]], text: str) -> list[tuple[tuple[str, str], float]]:
        """The features that a question shares with a text of the bank, and the part of each in their cosine."""
        has = self.features(words(folded(text)))
        length = (self._mass_of(asked) * self._mass_of(has)) ** 0.5 + 1e-9
        return [(one, float(self.weights[self.vocabulary.known(*one)]) / length) for one in has if one in asked]

    def _mass_of(self, seen: Iterable[tuple[str, str]]) -> float:
        numbers = [number for number in (self.vocabulary.known(*one) for one in seen) if number >= 0]
        return float(self.weights[numbers].sum())

    def change(self, entries: Iterable[Entry], gone: Iterable[str]) -> None:
        for entry_id in gone:
            self._let_go(entry_id)
        for entry in entries:
            self._let_go(entry.id)
            self._recent.append(self._hold(entry))
        self._refresh()

    def features(self, found: list[Word]) -> Features:
        return features(found, self._synonyms)

    def vector(self, part: Features) -> Vector:
        """The features of a text that is asked for: those the bank knows, and how many words it does not."""
        known = [self.vocabulary.known(view, name) for view, name in part]
        numbers = [number for number in known if number >= 0]
        strange = sum(1 for (view, _), number in zip(part, known, strict=True) if view == "w" and number < 0)
        return Vector(numbers, np.ones(len(numbers), dtype=np.float32), float(strange))

    def mass(self, asked: Vector) -> float:
        """The squared length of what the bank knows of it."""
        return float((self.weights[asked.numbers] * asked.shares**2).sum())

    def projected(self, asked: Vector) -> Floats:
        """What was asked, projected on each text: those of the main segment first."""
        counted = self.weights[asked.numbers] * asked.shares
        scores = []
        for segment in (self._main, self._fresh):
            score = np.zeros(len(segment), dtype=np.float32)
            for place, holders in _holders(segment, asked.numbers):
                score[holders] += counted[place]
            scores.append(score * segment.scale)
        projected: Floats = np.concatenate(scores)
        return projected

    def near(self, projected: Floats) -> Near:
        """The texts closest to what was asked."""
        kept = np.flatnonzero(projected > 0)
        if len(kept) > NEIGHBOURS:
            kept = kept[np.argpartition(-projected[kept], NEIGHBOURS)[:NEIGHBOURS]]
        held = [self.at(entry).entry.id for entry in self._entry_of[kept].tolist()]
        score = np.round(projected[kept], 4).tolist()
        order = sorted(range(len(kept)), key=lambda i: (-score[i], held[i]))
        places = kept[order]
        return Near(places, self._entry_of[places], self._ordinal_of[places])

    def pooled(self, asked: Vector, numbers: Sequence[int]) -> Floats:
        """How much of what was asked is in each of these entries, all their texts taken together: a feature counts the
        more of them have it. By the root of its weight, or the rarest word would decide alone."""
        row = np.full(len(self._held), -1, dtype=np.int32)
        row[numbers] = np.arange(len(numbers))
        counted = np.sqrt(self.weights[asked.numbers]) * asked.shares
        pooled = np.zeros(len(numbers), dtype=np.float32)
        for segment in (self._main, self._fresh):
            for place, holders in _holders(segment, asked.numbers):
                rows = row[segment.entry[holders]]
                texts = np.bincount(rows[rows >= 0], minlength=len(numbers))
                pooled += counted[place] * (1 - np.float32(FADING) ** texts)
        return pooled

    def kernel(self, near: Near) -> Floats:
        """The cosines of texts with each other."""
        pairs = zip(near.entries.tolist(), near.ordinals.tolist(), strict=True)
        texts = [self.at(entry).texts[ordinal] for entry, ordinal in pairs]
        met = np.concatenate([text.features for text in texts])
        rows = np.repeat(np.arange(len(texts)), [len(text.features) for text in texts])
        lengths = np.sqrt(np.bincount(rows, self.weights[met]))
        _, columns, counts = np.unique(met, return_inverse=True, return_counts=True)
        # What one text alone has adds to its own length only.
        shared = counts[columns] > 1
        place = np.cumsum(counts > 1) - 1
        table = np.zeros((len(texts), int((counts > 1).sum())), dtype=np.float32)
        table[rows[shared], place[columns[shared]]] = np.sqrt(self.weights[met[shared]]) / lengths[rows[shared]]
        cosines: Floats = table @ table.T
        np.fill_diagonal(cosines, 1)
        return cosines

    def _hold(self, entry: Entry) -> int:
        number = len(self._held)
        said = [
            text for text in dict.fromkeys([entry.question, *entry.similar, *entry.keywords]) if words(folded(text))
        ]
        cut = [words(folded(text)) for text in said]
        seen = [[self.vocabulary.number(view, name) for view, name in self.features(one)] for one in cut]
        texts = texts_of(number, seen)
        own = np.unique(np.concatenate([text.features for text in texts])) if texts else np.zeros(0, dtype=np.int32)
        self.vocabulary.count(own, 1)
        spelled = frozenset(word.text for one in cut for word in one)
        self.spelling.count(spelled, 1)
        self._held.append(Held(entry, said, texts, own, spelled))
        self._numbers[entry.id] = number
        return number

    def _let_go(self, entry_id: str) -> None:
        number = self._numbers.pop(entry_id, None)
        if number is None:
            return
        self.vocabulary.count(self.at(number).own, -1)
        self.spelling.count(self.at(number).words, -1)
        self._held[number] = None
        self._recent = [other for other in self._recent if other != number]
        self._main.alive[self._main.entry == number] = False

    def _refresh(self) -> None:
        if len(self._recent) > _RECENT:
            self._sort_in()
            return
        self._fresh = self._segment(self._recent)
        self._weigh()

    def _sort_in(self) -> None:
        self._recent = []
        self._main = self._segment([number for number, held in enumerate(self._held) if held])
        self._fresh = self._segment([])
        self._weigh()

    def _segment(self, numbers: Sequence[int]) -> Segment:
        texts = [text for number in numbers for text in self.at(number).texts]
        return Segment(texts, len(self.vocabulary))

    def _weigh(self) -> None:
        size = len(self.vocabulary)
        counts = np.array([WEIGHTS.get(chr(code), 0.0) for code in range(128)], dtype=np.float32)
        rarity = np.log(1 + (len(self) + 1) / (self.vocabulary.entries[:size] + 0.5))
        self.weights = (counts[self.vocabulary.views[:size]] * rarity**2).astype(np.float32)
        self.unknown = WEIGHTS["w"] * float(np.log(1 + (len(self) + 1) / 0.5)) ** 2
        segments = (self._main, self._fresh)
        for segment in segments:
            segment.weigh(self.weights)
        self._entry_of = np.concatenate([segment.entry for segment in segments])
        self._ordinal_of = np.concatenate([segment.ordinal for segment in segments])


def _holders(segment: Segment, asked: Sequence[int]) -> Iterator[tuple[int, Ints]]:
    """The place of each feature in what was asked and the texts that have it, rarest first. In a large bank the
    commonest are passed over when `MOST_HOLDERS` texts were met."""
    holding = [segment.holding(number) for number in asked]
    met = 0
    for place in sorted(range(len(holding)), key=lambda place: len(holding[place])):
        met += len(holding[place])
        if met > MOST_HOLDERS:
            return
        if len(holding[place]):
            yield place, holding[place]
