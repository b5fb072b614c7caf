"""A bank of entries, live in memory: questions are asked of it, entries come, change and go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from yingke.knowledge.matching.asking import Asked, clauses, together
from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.index import Floats, Ints, Segment, Text, Vocabulary, texts_of
from yingke.knowledge.matching.learning import logits, softmax
from yingke.knowledge.matching.spelling import Spelling
from yingke.knowledge.matching.values import Decision, Entry, Finding, Match
from yingke.knowledge.matching.views import features
from yingke.knowledge.matching.words import words

WEIGHTS = {"w": 0.5, "s": 0.2, "b": 0.5, "p": 0.3, "i": 2.0, "g": 0.3, "h": 0.3, "z": 0.3, "y": 0.2}
"""What each view counts."""
NEIGHBOURS = 96
"""Texts that are learnt from for one question."""
SHARPNESS = 3
"""How much more the clauses count that have more to do with the bank."""
_RECENT = 256
"""Entries that wait in the small segment until all are sorted in."""


@dataclass(slots=True)
class _Held:
    entry: Entry
    texts: list[Text]
    own: Ints
    """Features of all its texts together."""
    words: frozenset[str]


class Bank:
    """Not for several threads at once."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._vocabulary = Vocabulary()
        self._spelling = Spelling()
        self._held: list[_Held | None] = []
        self._numbers: dict[str, int] = {}
        self._main = self._fresh = Segment([], 0)
        self._recent: list[int] = []
        self._weights: Floats = np.zeros(0, dtype=np.float32)
        for entry in sorted(entries, key=lambda entry: entry.id):
            self._hold(entry)
        self._sort_in()

    def __len__(self) -> int:
        return len(self._numbers)

    def put(self, entry: Entry) -> None:
        """Add `entry`, or take it in place of the one with its id. It is found from the next question on."""
        self._let_go(entry.id)
        self._recent.append(self._hold(entry))
        self._refresh()

    def drop(self, entry_id: str) -> None:
        self._let_go(entry_id)
        self._refresh()

    def find(self, question: str, top: int = 10) -> Finding:
        """What answers `question`: at most `top` matches and what to do with them."""
        asked = self._asked(question)
        near, closeness = self._neighbours(asked)
        if not near:
            return Finding(Decision.HAND_OVER, ())
        numbers, labels = np.unique(np.array([text.entry for text in near]), return_inverse=True)
        speaking = logits(self._kernel(near), closeness, labels.astype(np.int32), len(numbers))
        confidence = softmax(speaking)
        best = sorted(
            range(len(numbers)), key=lambda i: (-round(float(confidence[i]), 6), self._at(numbers[i]).entry.id)
        )[:top]
        matches = [Match(self._at(numbers[i]).entry.id, round(float(confidence[i]), 4), "") for i in best]
        return Finding(Decision.SUGGEST, matches)

    def _at(self, number: int) -> _Held:
        held = self._held[number]
        assert held is not None
        return held

    def _hold(self, entry: Entry) -> int:
        number = len(self._held)
        said = [words(folded(text)) for text in dict.fromkeys([entry.question, *entry.similar])]
        seen = [
            [self._vocabulary.number(view, feature) for view, found in features(one).items() for feature in found]
            for one in said
        ]
        texts = [text for text in texts_of(number, seen) if len(text.features)]
        own = np.unique(np.concatenate([text.features for text in texts])) if texts else np.zeros(0, dtype=np.int32)
        self._vocabulary.count(own, 1)
        spelled = frozenset(word.text for one in said for word in one)
        self._spelling.count(spelled, 1)
        self._held.append(_Held(entry, texts, own, spelled))
        self._numbers[entry.id] = number
        return number

    def _let_go(self, entry_id: str) -> None:
        number = self._numbers.pop(entry_id, None)
        if number is None:
            return
        self._vocabulary.count(self._at(number).own, -1)
        self._spelling.count(self._at(number).words, -1)
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
        return Segment([text for number in numbers for text in self._at(number).texts], len(self._vocabulary))

    def _weigh(self) -> None:
        size = len(self._vocabulary)
        share = np.array([WEIGHTS.get(chr(code), 0.0) for code in range(128)], dtype=np.float32)
        rarity = np.log(1 + (len(self) + 1) / (self._vocabulary.entries[:size] + 0.5))
        self._weights = (share[self._vocabulary.views[:size]] * rarity**2).astype(np.float32)
        self._unknown = WEIGHTS["w"] * float(np.log(1 + (len(self) + 1) / 0.5)) ** 2
        self._main.weigh(self._weights)
        self._fresh.weigh(self._weights)

    def _asked(self, question: str) -> Asked:
        parts = [
            [(view, name) for view, found in features(self._spelling.mended(words(clause))).items() for name in found]
            for clause in clauses(folded(question))
        ]
        if len(parts) <= 1:
            return together(parts, [1.0] * len(parts))
        strength = [self._strength(part) for part in parts]
        most = max(strength) or 1.0
        return together(parts, [(one / most) ** SHARPNESS for one in strength])

    def _strength(self, part: list[tuple[str, str]]) -> float:
        """How much a clause has to do with the bank: its cosine with the closest text, unknown words counted."""
        asked = together([part], [1.0])
        unknown = sum(1 for view, name in asked if view == "w" and self._vocabulary.known(view, name) < 0)
        numbers, counts = self._numbered(asked)
        if not len(numbers):
            return 0.0
        length = float(np.sqrt((self._weights[numbers] * counts**2).sum() + unknown * self._unknown))
        return max(float(score.max(initial=0)) for score in self._scores(numbers, counts)) / length

    def _numbered(self, asked: Asked) -> tuple[list[int], Floats]:
        known = [(self._vocabulary.known(*feature), share) for feature, share in asked.items()]
        met = [(number, share) for number, share in known if number >= 0 and share > 0]
        return [number for number, _ in met], np.array([share for _, share in met], dtype=np.float32)

    def _scores(self, numbers: Sequence[int], shares: Floats) -> list[Floats]:
        """By segment: the projection of what was asked on each text."""
        found = []
        for segment in (self._main, self._fresh):
            score = np.zeros(len(segment), dtype=np.float32)
            for number, share in zip(numbers, shares, strict=True):
                score[segment.holding(number)] += self._weights[number] * share
            found.append(np.where(segment.alive, score / segment.lengths, np.float32(0)))
        return found

    def _neighbours(self, asked: Asked) -> tuple[list[Text], Floats]:
        """The texts closest to what was asked and their cosine with it."""
        numbers, shares = self._numbered(asked)
        length = np.sqrt((self._weights[numbers] * shares**2).sum()) + 1e-9
        near: list[tuple[float, Text]] = []
        for segment, score in zip((self._main, self._fresh), self._scores(numbers, shares), strict=True):
            score = score / length
            kept = np.flatnonzero(score > 0)
            if len(kept) > NEIGHBOURS:
                kept = kept[np.argpartition(-score[kept], NEIGHBOURS)[:NEIGHBOURS]]
            near += [(float(score[text]), Text(int(segment.entry[text]), segment.of(text))) for text in kept]
        near.sort(key=lambda pair: (-round(pair[0], 6), self._at(pair[1].entry).entry.id))
        near = near[:NEIGHBOURS]
        return [text for _, text in near], np.array([score for score, _ in near], dtype=np.float32)

    def _kernel(self, near: Sequence[Text]) -> Floats:
        """The cosines of texts with each other."""
        numbers, columns = np.unique(np.concatenate([text.features for text in near]), return_inverse=True)
        rows = np.repeat(np.arange(len(near)), [len(text.features) for text in near])
        table = np.zeros((len(near), len(numbers)), dtype=np.float32)
        table[rows, columns] = np.sqrt(self._weights[numbers])[columns]
        table /= np.sqrt((table**2).sum(axis=1, keepdims=True)) + 1e-9
        return table @ table.T
