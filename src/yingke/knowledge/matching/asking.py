"""A question as it is put: long ones are parted into clauses, and the clauses that ask count more than those around them."""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from yingke.knowledge.matching.store import Vector
from yingke.knowledge.matching.tables import bilingual
from yingke.knowledge.matching.words import Word, words

_END = re.compile(r"[.:](?=\s)|,(?!\d)|[!?;。、~…\n()]|\s-\s")
MOST_CLAUSES = 24
_LONGEST = 6
"""Words of a padding phrase."""


def clauses(text: str) -> list[str]:
    """The clauses of a folded text; beyond `MOST_CLAUSES` the rest is one."""
    return [clause for clause in _END.split(text + " ", maxsplit=MOST_CLAUSES) if clause.strip()]


@cache
def _padding() -> frozenset[tuple[str, ...]]:
    return frozenset(
        tuple(word.root for word in words(phrase))
        for _, english, chinese in bilingual("padding.txt")
        for phrase in [*english, *chinese]
    )


def padding(found: Sequence[Word]) -> float:
    """The share of words, 0 to 1, that people say around a question rather than in it."""
    covered, start = 0, 0
    while start < len(found):
        for length in range(min(_LONGEST, len(found) - start), 0, -1):
            if tuple(word.root for word in found[start : start + length]) in _padding():
                covered += length
                start += length
                break
        else:
            start += 1
    return covered / max(1, len(found))


def together(vectors: Sequence[Vector], shares: Sequence[float]) -> Vector:
    """One question of several clauses, each counting its share."""
    counted: dict[int, float] = {}
    for vector, share in zip(vectors, shares, strict=True):
        for number in vector.numbers:
            counted[number] = counted.get(number, 0.0) + share
    strange = sum(vector.strange * share**2 for vector, share in zip(vectors, shares, strict=True))
    return Vector(list(counted), np.array(list(counted.values()), dtype=np.float32), strange)
