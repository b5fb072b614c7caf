"""A question as it is put: long ones are parted into clauses, and the clauses that ask count more than those around them."""

import re
from collections.abc import Iterable, Sequence

_END = re.compile(r"[,.!?;:，。！？；：、~…\n()（）]+\s+|[!?;，。！？；、~…\n（）]+| - ")
MOST_CLAUSES = 40

Asked = dict[tuple[str, str], float]
"""Features (view, name) of a question and how much each counts, 0 to 1."""


def clauses(text: str) -> list[str]:
    """The clauses of a folded text; beyond `MOST_CLAUSES` the rest is one."""
    return [clause for clause in _END.split(text + " ", maxsplit=MOST_CLAUSES) if clause.strip()]


def together(parts: Sequence[Iterable[tuple[str, str]]], shares: Sequence[float]) -> Asked:
    """One question of several clauses, each counting its share."""
    asked: Asked = {}
    for features, share in zip(parts, shares, strict=True):
        for feature in features:
            asked[feature] = max(asked.get(feature, 0.0), share)
    return asked
