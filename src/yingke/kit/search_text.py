"""Words for PostgreSQL's full-text search, in Chinese as in English.

PostgreSQL cannot cut Chinese into words, so both texts and questions are cut here, and handed over as finished lexemes
(`array_to_tsvector`, a cast to `tsquery`), which its own parser does not touch.
"""

import re
import unicodedata

from yingke.kit.chinese import cut_for_search

_WORD = re.compile(r"\w+")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
LONGEST = 20_000
"""Characters of a text that are searchable."""
LONGEST_WORD = 60
"""Longer ones (keys, encoded data) are cut, in texts as in questions."""


def folded(text: str) -> str:
    """`text` for comparing: width and case do not count."""
    return unicodedata.normalize("NFKC", text).lower()


def words(text: str) -> list[str]:
    """The words of `text` in order, folded. Long Chinese words are followed by the short ones in them."""
    cut = cut_for_search(folded(text[:LONGEST]))
    # Its Latin tokens keep inner points and dashes (`wang.fang`, `15-inch`): they are parted here.
    return [word[:LONGEST_WORD] for token in cut for word in _WORD.findall(token)]


def lexemes(text: str) -> list[str]:
    """`text` as the argument of `array_to_tsvector`: its words, and its single Chinese characters, so that any of
    them finds it."""
    found = set(words(text))
    singles = {character for word in found if len(word) > 1 for character in word if _CJK.match(character)}
    return sorted(found | singles)


def query(text: str) -> str:
    """`text` as a `tsquery`: all words, the last one by its beginning. Empty without words."""
    found = list(dict.fromkeys(words(text)))
    if not found:
        return ""
    quoted = [f"'{word}'" for word in found]
    if not _CJK.search(found[-1]):
        quoted[-1] += ":*"
    return " & ".join(quoted)
