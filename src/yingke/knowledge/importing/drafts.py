"""One row of an import as it was read."""

from dataclasses import dataclass, field
from typing import Any

MOST_ROWS = 20_000
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
LONGEST_CELL = 200_000
"""Characters; a longer one refuses its row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`row` as a spreadsheet counts, or the place in the file from 1. Nothing is checked yet; empty means not said."""

    row: int
    id: str = ""
    language: str = ""
    question: str = ""
    similar: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    answer: str = ""
    short_answer: str = ""
    category: tuple[str, ...] = ()
    audience: str = ""
    sites: tuple[str, ...] = ()
    """Names or ids."""
    valid_from: str = ""
    valid_until: str = ""
    review_on: str = ""
    pinned: str = ""
    group: str = ""
    """Rows of one group say the same in different languages."""
    status: str = ""
    related: tuple[str, ...] = ()
    cards: tuple[dict[str, Any], ...] = ()
    buttons: tuple[dict[str, Any], ...] = ()
    problem: str = field(default="")
    """Why the row cannot even be looked at."""
