"""Cutting Chinese into words, and writing it with simplified characters.

The dictionary takes a fifth of a second to load. It is loaded with the first text, or by `load` while nobody waits.
"""

import re
from functools import cache

from opencc import OpenCC

_CHARACTERS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def cut(text: str) -> list[str]:
    """The words of `text` in order, each once."""
    import rjieba

    return rjieba.cut(text)


def cut_for_search(text: str) -> list[str]:
    """The words of `text` in order; long ones are followed by the short ones in them."""
    import rjieba

    return rjieba.cut_for_search(text)


def is_word(text: str) -> bool:
    """Whether the dictionary has `text` as a word."""
    import rjieba

    return rjieba.has_word(text)


def simplified(text: str) -> str:
    """`text` with simplified characters in place of traditional ones."""
    return _simplifier().convert(text) if _CHARACTERS.search(text) else text


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def load() -> None:
    """Load the dictionary now."""
    import rjieba  # noqa: F401
