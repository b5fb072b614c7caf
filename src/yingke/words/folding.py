"""A text as people read it: what is only there to get past a list is taken away. Pure.

Width and compatibility forms (NFKC), case, traditional characters, digits of other scripts, marks nobody sees and
whatever separates characters do not count. Each folded character remembers where it stood, and whether a word may begin
there.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from yingke.kit.chinese import simplified

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LOOKS_LIKE: Final = str.maketrans({"o": "0", "l": "1", "i": "1"})
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters of Hangul that are blank."""


@dataclass(frozen=True, slots=True)
class Folded:
    """`places[n]` is where `text[n]` stood; `borders[n]`: a token may begin there (or end, before it)."""

    text: str
    places: list[int]
    borders: list[bool]
    """One more than characters: the end is a border."""


def folded(text: str) -> Folded:
    """`text` without what separates its characters."""
    characters: list[str] = []
    places: list[int] = []
    borders: list[bool] = []
    kind_before = apart = ""
    for place, written in enumerate(text):
        for character in _read(written):
            kind = _kind(character)
            if not kind:
                apart = apart or ("" if _invisible(written) else "apart")
                continue
            borders.append(bool(apart) or kind == "cjk" or kind != kind_before)
            characters.append(character)
            places.append(place)
            kind_before, apart = kind, ""
    borders.append(True)
    return Folded("".join(characters), places, borders)


def sounded(read: Folded) -> Folded:
    """The same as it sounds: Chinese characters as syllables without tones, Latin letters as they are."""
    sounds: list[str] = []
    places: list[int] = []
    borders: list[bool] = []
    for character, place, border in zip(read.text, read.places, read.borders, strict=False):
        sound = syllable(character) if _CJK.match(character) else character
        sounds.append(sound)
        places += [place] * len(sound)
        borders += [border, *[False] * (len(sound) - 1)]
    return Folded("".join(sounds), places, [*borders, True])


@lru_cache(maxsize=16_384)
def syllable(character: str) -> str:
    """The commonest reading of a Chinese character; the character itself when it has none."""
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return found[0][0] if found else character


@lru_cache(maxsize=32_768)
def _read(written: str) -> str:
    plain = unicodedata.normalize("NFKC", written).casefold()
    plain = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in plain)
    return simplified(plain)


@lru_cache(maxsize=32_768)
def _kind(character: str) -> str:
    """`cjk`, `word` for letters and digits of other scripts, empty for what only separates."""
    if _CJK.match(character):
        return "cjk"
    return "word" if character.isalnum() and character not in _FILLERS else ""


@lru_cache(maxsize=4_096)
def _invisible(character: str) -> bool:
    """What parts no token, because nobody sees it: format and control characters, combining marks, blank letters."""
    if character in _FILLERS:
        return True
    return unicodedata.category(character) in ("Cf", "Mn", "Me", "Cc") and not character.isspace()


def as_numbers(text: str) -> str:
    """Folded `text`, as long as it was, with digits for the letters that look like them.

    The same for every letter wherever it stands: a list and a text may be parted differently and still be one number.
    """
    return text.translate(_LOOKS_LIKE)


def has_digits(text: str) -> bool:
    """Whether folded `text` is a number to whoever reads it: `l38ooo` is one, `loo` is not."""
    return any(character.isdecimal() for character in text)
