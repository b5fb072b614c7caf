"""Shares of counts, and how far chance alone moves them. Pure."""

from math import sqrt

Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: 95 % on both sides together."""


def wilson(reached: int, of: int) -> tuple[float, float]:
    """The 95 % score interval of a share. `of` is above zero. (E. B. Wilson, 1927.)"""
    share = reached / of
    middle = share + Z**2 / (2 * of)
    reach = Z * sqrt(share * (1 - share) / of + Z**2 / (4 * of**2))
    scale = 1 + Z**2 / of
    # At the ends the bounds are exactly 0 and 1; computed, they miss by a rounding.
    return (middle - reach) / scale if reached else 0.0, (middle + reach) / scale if reached < of else 1.0
