"""How Chinese sounds: syllables without tones, and Latin letters read as such syllables."""

import os
from functools import cache, lru_cache

# Only readings of single characters are needed; without its phrases the dictionary takes 13 MiB instead of 60.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")

_INITIALS = [
    "b",
    "p",
    "m",
    "f",
    "d",
    "t",
    "n",
    "l",
    "g",
    "k",
    "h",
    "j",
    "q",
    "x",
    "zh",
    "ch",
    "sh",
    "r",
    "z",
    "c",
    "s",
    "y",
    "w",
]
_FINALS = [
    "a",
    "o",
    "e",
    "i",
    "u",
    "v",
    "ai",
    "ei",
    "ui",
    "ao",
    "ou",
    "iu",
    "ie",
    "ve",
    "ue",
    "er",
    "an",
    "en",
    "in",
    "un",
    "vn",
    "ang",
    "eng",
    "ing",
    "ong",
    "ia",
    "iao",
    "ian",
    "iang",
    "iong",
    "ua",
    "uo",
    "uai",
    "uan",
    "uang",
]
_LONGEST_SYLLABLE = 6
_LONGEST_READ = 60


@cache
def _syllables() -> frozenset[str]:
    return frozenset(
        {first + last for first in _INITIALS for last in _FINALS}
        | {"a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "er", "ang"}
    )


@lru_cache(maxsize=32_768)
def syllable(character: str) -> str:
    """The commonest reading of a Chinese character, as southern keyboards blur it too: zh is z, ng is n."""
    from pypinyin import Style, pinyin

    read = pinyin(character, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return blurred(read[0][0]) if read else ""


@lru_cache(maxsize=8_192)
def blurred(spelled: str) -> str:
    """A syllable without what many people do not tell apart."""
    for written, heard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if spelled.startswith(written):
            spelled = heard + spelled[2:]
    if spelled.endswith("ng") and not spelled.endswith("ong"):
        spelled = spelled[:-1]
    return spelled.replace("v", "u")


@lru_cache(maxsize=8_192)
def read(letters: str) -> tuple[str, ...]:
    """`letters` cut into syllables of pinyin, the longest first; nothing if they cannot be read so, or are many."""
    if not letters or len(letters) > _LONGEST_READ:
        return ()
    for length in range(min(_LONGEST_SYLLABLE, len(letters)), 0, -1):
        if letters[:length] in _syllables():
            rest = read(letters[length:])
            if rest or length == len(letters):
                return (blurred(letters[:length]), *rest)
    return ()
