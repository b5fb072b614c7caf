"""Texts as weighted features, and which texts have a feature.

Features are numbers here. Their weights come from how many entries of the bank have them, so nothing weighted is stored:
a change of the bank changes the weights of all texts at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Vocabulary:
    """Numbers of features, and in how many entries each is."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.views = np.zeros(1024, dtype=np.uint8)
        """The view of each feature, as its letter's code."""
        self.entries = np.zeros(1024, dtype=np.int32)

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, view: str, feature: str) -> int:
        """The number of a feature of a text; new ones get the next."""
        name = view + feature
        known = self._numbers.get(name)
        if known is not None:
            return known
        new = self._numbers[name] = len(self._numbers)
        if new == len(self.views):
            self.views = np.concatenate([self.views, np.zeros_like(self.views)])
            self.entries = np.concatenate([self.entries, np.zeros_like(self.entries)])
        self.views[new] = ord(view)
        return new

    def known(self, view: str, feature: str) -> int:
        """The number of a feature of a question, -1 if no text ever had it."""
        return self._numbers.get(view + feature, -1)

    def count(self, features: Ints, by: int) -> None:
        """An entry with these features came (1) or went (-1)."""
        self.entries[features] += by


@dataclass(frozen=True, slots=True)
class Text:
    entry: int
    """Number of its entry in the bank."""
    ordinal: int
    """Which text of its entry it is."""
    features: Ints


class Segment:
    """Some texts, searchable. Immutable but for texts that die."""

    def __init__(self, texts: Sequence[Text], vocabulary_size: int) -> None:
        self.entry = np.array([text.entry for text in texts], dtype=np.int32)
        self.ordinal = np.array([text.ordinal for text in texts], dtype=np.int32)
        self.alive = np.ones(len(texts), dtype=bool)
        sizes = np.array([len(text.features) for text in texts], dtype=np.int64)
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.features = np.concatenate([text.features for text in texts]) if texts else np.zeros(0, dtype=np.int32)
        order = np.argsort(self.features, kind="stable")
        self.holders = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)[order]
        """Texts by feature: those of feature f stand from `at[f]` to `at[f + 1]`."""
        self.at = np.searchsorted(self.features[order], np.arange(vocabulary_size + 1)).astype(np.int64)
        self.scale = np.ones(len(texts), dtype=np.float32)
        """One over the length of each text's vector, 0 for the dead."""

    def __len__(self) -> int:
        return len(self.entry)

    def weigh(self, weights: Floats) -> None:
        """Take over the weights of features."""
        if len(self):
            lengths = np.sqrt(np.add.reduceat(weights[self.features], self.starts[:-1]))
            self.scale = np.where(self.alive, 1 / (lengths + 1e-9), 0).astype(np.float32)

    def holding(self, feature: int) -> Ints:
        if feature + 1 >= len(self.at):
            return self.holders[:0]
        return self.holders[self.at[feature] : self.at[feature + 1]]


def texts_of(entry: int, seen: Iterable[Iterable[int]]) -> list[Text]:
    """The texts of an entry from the numbers of the features of each."""
    return [
        Text(entry, ordinal, np.array(sorted(set(features)), dtype=np.int32)) for ordinal, features in enumerate(seen)
    ]
