"""How often is too often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.kit.errors import Throttled
from yingke.kit.rates import Rates


class Watch:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_passes_and_then_one_a_second() -> None:
    watch = Watch()
    rates = Rates(per_second=1, burst=3, clock=watch)
    assert [rates.take("a") for _ in range(3)] == [0, 0, 0]
    with pytest.raises(Throttled) as refused:
        rates.require("a")
    assert refused.value.retry_after == 1
    assert rates.take("b") == 0
    watch.at += 1
    assert rates.take("a") == 0
    assert rates.take("a") > 0


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.1, 10), st.integers(1, 10))
def test_nobody_gets_more_than_the_rate_and_waiting_always_helps(
    waits: list[float], per_second: float, burst: int
) -> None:
    watch = Watch()
    rates = Rates(per_second=per_second, burst=burst, clock=watch)
    allowed = 0
    for wait in waits:
        watch.at += wait
        refused_for = rates.take("a")
        allowed += refused_for == 0
        if refused_for:
            watch.at += refused_for + 1e-6
            assert rates.take("a") == 0
            allowed += 1
    assert allowed <= burst + watch.at * per_second + 1e-6


def test_memory_is_bounded_and_a_busy_key_is_not_forgotten() -> None:
    rates = Rates(per_second=0.001, burst=1, most_keys=100, clock=Watch())
    rates.take("flood")
    for number in range(1000):
        rates.take(str(number))
        assert rates.take("flood") > 0
    assert len(rates) == 100
