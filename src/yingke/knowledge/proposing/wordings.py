"""Questions as evidence is kept under: spelling does not tell two apart, and what is one person's own is left out. Pure."""

import re

from yingke.kit.text import one_line

SHORTEST, LONGEST = 2, 100
_PRIVATE = re.compile(r"\d(?:[\s-]?\d){5,}|\S@\S|https?://", re.IGNORECASE)
"""Order and telephone numbers, addresses."""
_MARKS = re.compile(r"[\W_]+")


def wording_of(question: str) -> str | None:
    """None for what is nobody else's question: too short, too long, or with a number or address of somebody in it."""
    told = one_line(question)
    if not SHORTEST <= len(told) <= LONGEST or _PRIVATE.search(told):
        return None
    from yingke.knowledge.matching.folding import folded  # loads the engine: only who learns pays

    return _MARKS.sub(" ", folded(told)).strip() or None
