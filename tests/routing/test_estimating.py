"""What visitors are told of the time they will wait is honest, or is not told."""

import itertools
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.routing.estimating import ENOUGH_WAITS, Experience, guess, range_of

times = st.floats(1, 600)


@given(st.lists(times, min_size=3, max_size=30), st.lists(st.floats(0.1, 5), min_size=ENOUGH_WAITS, max_size=100))
def test_who_stands_farther_back_is_told_no_less(gaps: list[float], ratios: list[float]) -> None:
    experience = Experience(gaps=gaps, ratios=ratios, held=[])
    told = [range_of(guess(position, experience), experience) for position in range(1, 10)]
    for first, second in itertools.pairwise(told):
        assert first is not None and second is not None
        assert 0 <= first.low <= first.high and first.low <= second.low and first.high <= second.high


def test_without_experience_nothing_is_claimed() -> None:
    assert guess(3, Experience(gaps=[10, 20], ratios=[], held=[])) is None
    few = Experience(gaps=[10, 20, 30], ratios=[1.0] * (ENOUGH_WAITS - 1), held=[])
    assert range_of(guess(3, few), few) is None


def test_when_the_last_ranges_did_not_hold_only_the_place_is_told() -> None:
    poor = Experience(gaps=[30] * 5, ratios=[1.0] * 50, held=[True] * 29 + [False] * 21)
    assert poor.coverage == 0.58 and range_of(60, poor) is None
    fair = Experience(gaps=[30] * 5, ratios=[1.0] * 50, held=[True] * 31 + [False] * 19)
    assert range_of(60, fair) is not None


@pytest.mark.parametrize("bias", [0.3, 1.0, 4.0])
def test_at_least_seven_of_ten_waits_lie_in_the_range_however_wrong_the_guess_is(bias: float) -> None:
    """Calibrated on past waits, tried on later ones of the same kind: also where guesses are wrong by a factor."""
    random = Random(7)
    past = [bias * random.lognormvariate(0, 0.6) for _ in range(200)]
    experience = Experience(gaps=[60.0] * 5, ratios=past, held=[])
    inside = 0
    for _ in range(500):
        position = random.randint(1, 8)
        told = range_of(guess(position, experience), experience)
        assert told is not None
        inside += told.low <= position * 60 * bias * random.lognormvariate(0, 0.6) <= told.high
    assert 0.7 < inside / 500 < 0.95
