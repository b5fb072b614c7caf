"""One spelling for many: width, case, traditional characters, marks nobody sees."""

import re
import unicodedata

from yingke.kit.chinese import simplified

LONGEST = 2_000
"""Characters of a question or a text that count; people who write more have said it by then."""
_INVISIBLE = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]+"
)
_APOSTROPHE = re.compile(r"[\u2018\u2019\u02bc\u0060\u00b4]")
_STRETCHED = re.compile(r"(.)\1{3,}")


def folded(text: str) -> str:
    """`text` for comparing, at most `LONGEST` characters of it."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST].lower()
    text = _APOSTROPHE.sub("'", _INVISIBLE.sub(" ", text))
    return simplified(_STRETCHED.sub(r"\1\1", text))
