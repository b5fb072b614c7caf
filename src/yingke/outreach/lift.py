"""How much more often something happens to those who were invited, and how sure that is. Pure.

The interval is Newcombe's hybrid score interval without continuity correction: R. G. Newcombe, Interval estimation for
the difference between independent proportions: comparison of eleven methods, Statistics in Medicine 17 (1998) 873-890,
method 10; made of E. B. Wilson's score intervals of the two shares (JASA 22 (1927) 209-212). Unlike the textbook
interval it is right for small groups and for shares near 0 and 1, which is what invitations have.
"""

from math import sqrt

from yingke.kit.shares import wilson
from yingke.kit.values import Value


class Lift(Value, frozen=True, kw_only=True):
    """`difference` of two shares with its 95 % interval; `relative` to the share of those held out."""

    difference: float
    low: float
    high: float
    relative: float | None
    clear: bool
    """The interval does not hold zero."""


def lift(reached: int, of: int, held_reached: int, held_of: int) -> Lift | None:
    """Of `of` treated visitors `reached` did it, against those held out. None while one of the groups is empty."""
    if not of or not held_of:
        return None
    share, held = reached / of, held_reached / held_of
    (low, high), (held_low, held_high) = wilson(reached, of), wilson(held_reached, held_of)
    difference = share - held
    bottom = difference - sqrt((share - low) ** 2 + (held_high - held) ** 2)
    top = difference + sqrt((high - share) ** 2 + (held - held_low) ** 2)
    return Lift(
        difference=round(difference, 6),
        low=round(bottom, 6),
        high=round(top, 6),
        relative=round(difference / held, 4) if held else None,
        clear=bottom > 0 or top < 0,
    )
