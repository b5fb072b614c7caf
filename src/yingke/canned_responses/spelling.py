"""How a title may be typed: each character as itself or, if it is Chinese, as any of its readings in pinyin."""

import os
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from yingke.kit.chinese import cut

# Only readings of single characters are needed; without its phrases the dictionary takes 13 MiB instead of 60.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")


@dataclass(frozen=True, slots=True)
class Spelling:
    readings: list[list[str]]
    """For each character of the folded title what it may be typed as, itself first."""
    word_starts: list[int]

    @property
    def letters(self) -> list[str]:
        return sorted({letter for options in self.readings for option in options for letter in option})


def folded(text: str) -> str:
    """`text` for comparing: width and case do not count."""
    return unicodedata.normalize("NFKC", text).lower()


def spell(title: str) -> Spelling:
    shown = folded(title)
    starts, position = [], 0
    for word in cut(shown):
        if word[0].isalnum():
            starts.append(position)
        position += len(word)
    return Spelling([_readings(character) for character in shown], starts)


@lru_cache(maxsize=16_384)
def _readings(character: str) -> list[str]:
    """The character and its readings without tones; ü is typed as v or as u."""
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)
    spelled = [reading for options in found for reading in options if reading.isascii() and reading.isalpha()]
    spelled += [reading.replace("v", "u") for reading in spelled if "v" in reading]
    return list(dict.fromkeys([character, *spelled]))
