"""Which words of many stand in a text. Pure; all words are looked for at once (Aho and Corasick, 1975)."""

from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from yingke.words.folding import Folded, as_numbers, folded, has_digits, sounded

SOUNDS = "~"
"""In front of a word of a list: what sounds like it is found as well."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Word number `word` stands in the text from `begin` to `end` (characters, exclusive)."""

    word: int
    begin: int
    end: int


class Matcher:
    """Finds `words` in texts. A word of which nothing is left when folded is found nowhere."""

    def __init__(self, words: Sequence[str]) -> None:
        plain = [folded(word.removeprefix(SOUNDS)) for word in words]
        spelled = [(number, each) for number, each in enumerate(plain)]
        heard = [(number, sounded(plain[number])) for number, word in enumerate(words) if word.startswith(SOUNDS)]
        self._spelled, self._heard = _Automaton(spelled), _Automaton(heard)

    def find(self, text: str) -> list[Hit]:
        """In the order of the text; of hits one within another all are told."""
        if not text or not (self._spelled or self._heard):
            return []
        read = folded(text)
        hits = self._spelled.find(read)
        if self._heard:
            hits |= self._heard.find(sounded(read))
        return sorted(hits, key=lambda hit: (hit.begin, hit.end, hit.word))


class _Automaton:
    def __init__(self, patterns: Sequence[tuple[int, Folded]]) -> None:
        kept = [(number, each.text) for number, each in patterns if each.text]
        self._numbers = [number for number, _ in kept]
        self._numeric = [has_digits(text) for _, text in kept]
        spelled = [as_numbers(text) for _, text in kept]
        self._search = AhoCorasick(spelled, matchkind=MatchKind.Standard) if kept else None

    def __bool__(self) -> bool:
        return self._search is not None

    def find(self, read: Folded) -> set[Hit]:
        if self._search is None or not read.text:
            return set()
        return {
            Hit(self._numbers[pattern], read.places[begin], read.places[end - 1] + 1)
            for pattern, begin, end in self._search.find_matches_as_indexes(as_numbers(read.text), overlapping=True)
            if read.borders[begin] and read.borders[end] and has_digits(read.text[begin:end]) is self._numeric[pattern]
        }


def masked(text: str, hits: Sequence[Hit]) -> str:
    """`text` with a star for every character of a hit that is not blank."""
    characters = list(text)
    for hit in hits:
        for place in range(hit.begin, hit.end):
            if not characters[place].isspace():
                characters[place] = "*"
    return "".join(characters)
