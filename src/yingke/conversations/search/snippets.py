"""The part of a text that shows why it was found. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from yingke.conversations.search.fragments import digits_of
from yingke.kit.search_text import words
from yingke.kit.text import one_line

HIT, END = "\u0001", "\u0002"
"""Stand around a hit; a text contains neither."""
_MARKS = re.compile(f"[{HIT}{END}]")
_BEFORE = 24
"""Characters shown before the first hit."""


def snippet(text: str, asked: str, length: int = 120) -> str:
    """At most `length` characters of `text` around the first hit, on one line, every hit between HIT and END."""
    shown = one_line(_MARKS.sub("", text))
    hits = _hits(shown, asked)
    start = max(0, hits[0][0] - _BEFORE) if hits and len(shown) > length else 0
    start = min(start, max(0, len(shown) - length))
    end = min(len(shown), start + length)
    pieces, at = [], start
    for first, last in hits:
        if first >= end or last <= start:
            continue
        left, right = max(first, start), min(last, end)
        pieces += [shown[at:left], HIT, shown[left:right], END]
        at = right
    body = "".join(pieces) + shown[at:end]
    return ("…" if start else "") + body + ("…" if end < len(shown) else "")


def _hits(shown: str, asked: str) -> list[tuple[int, int]]:
    """Places of the asked words, joined where they touch, in order."""
    plain, origin = _folded_with_origin(shown)
    found: list[tuple[int, int]] = []
    for word in _patterns(asked):
        found += [(origin[m.start()], origin[m.end() - 1] + 1) for m in word.finditer(plain)]
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


@lru_cache(maxsize=64)
def _patterns(asked: str) -> list[re.Pattern[str]]:
    # A word in letters is found at its beginning, as the index finds it; Chinese and digits stand anywhere.
    return [
        re.compile((r"(?<![^\W_])" if word.isascii() and not word.isdecimal() else "") + re.escape(word))
        for word in {*words(asked), digits_of(asked)} - {""}
    ]


def _folded_with_origin(shown: str) -> tuple[str, Sequence[int]]:
    """`shown` folded, and for each of its characters the place it came from."""
    if unicodedata.is_normalized("NFKC", shown) and len(lower := shown.lower()) == len(shown):
        return lower, range(len(shown))
    folded = [unicodedata.normalize("NFKC", character).lower() for character in shown]
    return "".join(folded), [place for place, piece in enumerate(folded) for _ in piece]
