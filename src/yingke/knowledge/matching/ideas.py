"""What words mean about: tables of ideas, found in texts of both languages."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from yingke.knowledge.matching.folding import folded
from yingke.knowledge.matching.tables import bilingual
from yingke.knowledge.matching.words import HAN, Word, words

_PARTICLES = frozenset("了过的着")
"""What stands inside a phrase without changing it: 扣了钱, 取的现金."""


class Ideas:
    """Phrases and the ideas they stand for. The longest phrase at a place counts, and hides the shorter ones in it."""

    def __init__(self, lines: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._latin: dict[tuple[str, ...], list[str]] = {}
        self._han: dict[str, list[str]] = {}
        for idea, phrases in lines:
            for phrase in map(folded, phrases):
                if HAN.search(phrase):
                    self._han.setdefault(phrase, []).append(idea)
                else:
                    self._latin.setdefault(tuple(word.root for word in words(phrase)), []).append(idea)
        self._reach: dict[str, int] = {}
        """How long the phrases get that begin with this word, or with this Chinese character."""
        for known in [*self._latin, *self._han]:
            if known:
                self._reach[known[0]] = max(self._reach.get(known[0], 0), len(known))

    def phrases(self) -> list[str]:
        """Its Chinese phrases."""
        return sorted(self._han)

    def of(self, found: Sequence[Word]) -> list[str]:
        """The ideas of a text, in order."""
        met: list[str] = []
        start = 0 if self._reach else len(found)
        while start < len(found):
            if found[start].han:
                end = start
                while end < len(found) and found[end].han:
                    end += 1
                pieces = [word.text for word in found[start:end]]
                met += self._in_chinese(pieces)
                if not _PARTICLES.isdisjoint(pieces):
                    met += self._in_chinese([piece for piece in pieces if piece not in _PARTICLES])
                start = end
            else:
                length, here = self._at(found, start)
                met += here
                start += length
        return list(dict.fromkeys(met))

    def _at(self, found: Sequence[Word], start: int) -> tuple[int, list[str]]:
        for length in range(min(self._reach.get(found[start].root, 0), len(found) - start), 0, -1):
            here = self._latin.get(tuple(word.root for word in found[start : start + length]))
            if here:
                return length, here
        return 1, []

    def _in_chinese(self, pieces: list[str]) -> list[str]:
        """Phrases may begin and end inside a word, as dictionaries cut too much and too little; single characters may
        not."""
        run = "".join(pieces)
        alone = {start for start, piece in _starts(pieces) if len(piece) == 1}
        met: list[str] = []
        start = 0
        while start < len(run):
            for length in range(min(self._reach.get(run[start], 0), len(run) - start), 0, -1):
                here = self._han.get(run[start : start + length]) if length > 1 or start in alone else None
                if here:
                    met += here
                    start += length
                    break
            else:
                start += 1
        return met


def _starts(pieces: Sequence[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for piece in pieces:
        yield start, piece
        start += len(piece)


@cache
def general() -> Ideas:
    """The ideas that are shipped."""
    return Ideas((idea, [*english, *chinese]) for idea, english, chinese in bilingual("concepts.txt"))


@cache
def idea_words() -> list[str]:
    """Every English word and Chinese phrase of what is shipped."""
    latin = {word for _, english, _ in bilingual("concepts.txt") for phrase in english for word in phrase.split()}
    return sorted(latin | set(general().phrases()))


NONE = Ideas(())
