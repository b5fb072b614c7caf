"""How much an entry is asked for, old questions counting less and less: a question loses half its weight in a month.

Kept as the logarithm (base 2) of the sum of 2^(age of the installation's calendar in months), so that nothing has to be
recomputed as time goes by and the order of two entries changes only when one of them is asked for.
"""

from datetime import UTC, datetime
from math import log2

from sqlalchemy import ColumnElement, case, func

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
HALF_LIFE_DAYS = 30.0


def warmth(at: datetime) -> float:
    """What one question adds at that time; above nought."""
    return (at - _BEGINNING).total_seconds() / 86_400 / HALF_LIFE_DAYS


def warmed(heat: float, at: datetime, weight: float = 1.0) -> float:
    """`heat` after a question; `weight` says how much it counts. Nought is the heat of what nobody asked for."""
    added = warmth(at) + log2(weight)
    if heat <= 0:
        return added
    return max(heat, added) + log2(1 + 2 ** -abs(heat - added))


def warmed_column(heat: ColumnElement[float], at: datetime, weight: float = 1.0) -> ColumnElement[float]:
    """The same in SQL."""
    added = warmth(at) + log2(weight)
    grown = func.greatest(heat, added) + func.ln(1 + func.power(2.0, -func.abs(heat - added))) / func.ln(2.0)
    return case((heat <= 0, added), else_=grown)
