"""The word tables in `lexicon`: what the engine knows about Chinese and English before it sees any entry."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def _lines(name: str) -> Iterator[str]:
    text = files(__package__).joinpath("lexicon").joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


@cache
def shorthand() -> dict[str, list[str]]:
    """What is typed in a hurry, and the words that are meant."""
    pairs = (line.split(": ") for line in _lines("shorthand.txt"))
    return {typed: meant.split() for typed, meant in pairs}


@cache
def irregular() -> dict[str, str]:
    """English word forms and their base, where a stemmer fails."""
    return {
        form: base
        for base, forms in (line.split(": ") for line in _lines("irregular.txt"))
        for form in [base, *forms.split()]
    }


@cache
def stop_words() -> frozenset[str]:
    return frozenset(word for line in _lines("stop_words.txt") for word in line.split())


@cache
def everyday() -> frozenset[str]:
    """English words that are taken as they are."""
    return frozenset(word for line in _lines("everyday.txt") for word in line.split())


def bilingual(name: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """The lines `idea: english phrase, … | 中文 …` of a table."""
    for line in _lines(name):
        idea, _, rest = line.partition(": ")
        english, _, chinese = rest.partition("|")
        yield idea, [phrase.strip() for phrase in english.split(",") if phrase.strip()], chinese.split()
