"""What words mean about: the table of ideas, found in texts of both languages."""

from collections.abc import Iterator
from functools import cache

from yingke.knowledge.matching.tables import bilingual
from yingke.knowledge.matching.words import HAN, Word, words

_LONGEST_HAN = 8
_LONGEST_LATIN = 5


@cache
def _phrases() -> tuple[dict[tuple[str, ...], list[str]], dict[str, list[str]]]:
    latin: dict[tuple[str, ...], list[str]] = {}
    han: dict[str, list[str]] = {}
    for idea, english, chinese in bilingual("concepts.txt"):
        for phrase in english:
            latin.setdefault(tuple(word.root for word in words(phrase)), []).append(idea)
        for phrase in chinese:
            if HAN.search(phrase):
                han.setdefault(phrase.lower(), []).append(idea)
            else:
                latin.setdefault(tuple(word.root for word in words(phrase.lower())), []).append(idea)
    return latin, han


@cache
def idea_words() -> list[str]:
    """Every word and Chinese phrase of the table."""
    latin = {word for _, english, _ in bilingual("concepts.txt") for phrase in english for word in phrase.split()}
    return sorted(latin | set(_phrases()[1]))


def ideas(found: list[Word]) -> list[str]:
    """The ideas of a text, in order; the longest phrase at a place counts, and hides the shorter ones inside it."""
    met: list[str] = []
    start = 0
    while start < len(found):
        if found[start].han:
            end = start
            while end < len(found) and found[end].han:
                end += 1
            met += _han_ideas([word.text for word in found[start:end]])
            start = end
        else:
            length, here = _latin_ideas(found, start)
            met += here
            start += length
    return list(dict.fromkeys(met))


def _latin_ideas(found: list[Word], start: int) -> tuple[int, list[str]]:
    latin, _ = _phrases()
    for length in range(min(_LONGEST_LATIN, len(found) - start), 0, -1):
        here = latin.get(tuple(word.root for word in found[start : start + length]))
        if here:
            return length, here
    return 1, []


def _han_ideas(pieces: list[str]) -> list[str]:
    """Phrases may begin and end inside a word, as dictionaries cut too much and too little; single characters may not."""
    _, han = _phrases()
    run = "".join(pieces)
    alone = {start for start, piece in _starts(pieces) if len(piece) == 1}
    met: list[str] = []
    start = 0
    while start < len(run):
        for length in range(min(_LONGEST_HAN, len(run) - start), 0, -1):
            here = han.get(run[start : start + length]) if length > 1 or start in alone else None
            if here:
                met += here
                start += length
                break
        else:
            start += 1
    return met


def _starts(pieces: list[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for piece in pieces:
        yield start, piece
        start += len(piece)
