"""How evenly something is shared."""

from collections.abc import Sequence


def jain(shares: Sequence[float]) -> float:
    """Jain's index: 1 when all shares are equal, 1/n when one has everything (Jain, Chiu and Hawe, 1984).

    One for nobody, and where nothing was given.
    """
    total, squares = sum(shares), sum(share * share for share in shares)
    return total * total / (len(shares) * squares) if squares else 1.0
