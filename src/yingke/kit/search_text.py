"""Words for PostgreSQL's full-text search, in Chinese as in English.

PostgreSQL cannot cut Chinese into words, so both texts and questions are cut here and stored with its `simple`
configuration, which every PostgreSQL has.
"""

import re
import unicodedata

import rjieba

_WORD = re.compile(r"\w+")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
LONGEST = 20_000
"""Characters of a text that are searchable."""


def words(text: str) -> list[str]:
    """The words of `text` in order, folded (width, case). Long Chinese words are followed by the short ones in them."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return [token for token in rjieba.cut_for_search(folded) if _WORD.fullmatch(token)]


def indexed(text: str) -> str:
    """`text` as the argument of `to_tsvector('simple', …)`; single Chinese characters are added so that any of them finds it."""
    found = words(text)
    singles = {character for word in found if len(word) > 1 for character in word if _CJK.match(character)}
    return " ".join(found) + " " + " ".join(sorted(singles))


def query(text: str) -> str:
    """`text` as the argument of `to_tsquery('simple', …)`: all words, the last one by its beginning. Empty without words."""
    found = list(dict.fromkeys(words(text)))
    if not found:
        return ""
    quoted = [f"'{word}'" for word in found]
    if not _CJK.search(found[-1]):
        quoted[-1] += ":*"
    return " & ".join(quoted)
