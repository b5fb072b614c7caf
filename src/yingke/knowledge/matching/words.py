"""Texts to words: Latin ones by their stem, Chinese ones as a dictionary cuts them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

from yingke.kit.chinese import cut
from yingke.knowledge.matching.tables import irregular, shorthand, stop_words

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_RUN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\d_\u3400-\u9fff\uf900-\ufaff]+(?:'[^\W\d_]+)?|\d+(?:[.,:/]\d+)*[a-z]*"
)
_stemmer = EnglishStemmer()


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    """As written, folded."""
    root: str
    """What it is compared by: its stem, or itself."""
    han: bool
    stop: bool


def words(text: str) -> list[Word]:
    """The words of a folded text in order."""
    found: list[Word] = []
    for run in _RUN.findall(text):
        if HAN.match(run):
            found += [_han(piece) for piece in cut(run)]
        else:
            found += [latin(piece) for piece in shorthand().get(run, [run])]
    return found


@lru_cache(maxsize=65_536)
def _han(piece: str) -> Word:
    return Word(piece, piece, han=True, stop=piece in stop_words())


@lru_cache(maxsize=65_536)
def latin(piece: str) -> Word:
    """The word of a Latin `piece`: numbers are one word each up to three digits, and all alike above."""
    piece = piece.removesuffix("'s")
    if piece[0].isdigit():
        return Word(piece, piece if len(piece) <= 3 else "#", han=False, stop=False)
    return Word(piece, root(piece), han=False, stop=piece in stop_words())


@lru_cache(maxsize=65_536)
def root(piece: str) -> str:
    """The stem of an English word; forms of one verb share it."""
    base = irregular().get(piece)
    if base is None:
        base = irregular().get(_american(piece), _american(piece))
    stem: str = _stemmer.stemWord(base)
    return stem


def _american(piece: str) -> str:
    return re.sub(r"is(e[drs]?|ing|ations?)$", r"iz\1", piece) if len(piece) > 6 else piece
