"""A text as features, seen in several ways: each feature is named by its view and what was seen."""

from itertools import pairwise

from yingke.knowledge.matching.ideas import NONE, Ideas, general
from yingke.knowledge.matching.pinyin import read, syllable
from yingke.knowledge.matching.words import Word

_GRAM = 4

Features = list[tuple[str, str]]
"""View and name."""


def features(found: list[Word], own: Ideas = NONE) -> Features:
    """Features of a text's words by view; `own` are ideas beside the shipped ones:

    w words that say something, by root · s the others · b two neighbouring words · i ideas · g letters of Latin words,
    four at a time · h Chinese characters · z two of them · y two syllables."""
    seen = {
        "w": [word.root for word in found if not word.stop],
        "s": [word.root for word in found if word.stop],
        "b": [f"{one.root} {other.root}" for one, other in pairwise(found) if not (one.stop and other.stop)],
        "p": _skips(found),
        "i": [*general().of(found), *own.of(found)],
        "g": [gram for word in found if not word.han and not word.stop for gram in _grams(word.text)],
        "h": [character for word in found if word.han for character in word.text],
        "z": ["".join(two) for two in pairwise(character for word in found if word.han for character in word.text)],
        "y": _sounds(found),
    }
    return [(view, name) for view, names in seen.items() for name in dict.fromkeys(names)]


def _skips(found: list[Word]) -> list[str]:
    said = [word.root for word in found if not word.stop]
    return [
        f"{said[i]}+{said[j]}" if said[i] < said[j] else f"{said[j]}+{said[i]}"
        for i in range(len(said))
        for j in range(i + 1, min(i + 4, len(said)))
    ]


def _grams(piece: str) -> list[str]:
    padded = f"<{piece}>"
    return [padded[i : i + _GRAM] for i in range(max(1, len(padded) - _GRAM + 1))]


def _sounds(found: list[Word]) -> list[str]:
    heard: list[str] = []
    for word in found:
        if word.han:
            heard += [syllable(character) for character in word.text]
        else:
            heard += read(word.text)
    return [" ".join(two) for two in pairwise(heard)]
