"""Spread and nearness are numbers one can check by hand."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from yingke.calibration.comparing import by_criterion, compare, nearness, same_answers, spread_of
from yingke.kit.ids import new_id
from yingke.quality.scoring import Criterion, CriterionAnswer

TONE = Criterion(id=new_id(), title="语气", weight=1, scale="rubric")


def said(value: int | None) -> dict[UUID, CriterionAnswer]:
    return dict(by_criterion([CriterionAnswer(criterion_id=TONE.id, value=value)]))


@given(st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=1, max_size=6))
def test_a_spread_is_nothing_when_all_say_the_same_and_within_60_of_a_rubric(values: list[int | None]) -> None:
    (found,) = compare([TONE], {new_id(): said(value) for value in values})
    assert found.unanimous is (len(set(values)) == 1)
    applying = [value for value in values if value is not None]
    assert (found.spread is None) is (len(applying) < 2)
    if found.spread is not None:
        assert 0 <= found.spread <= 60 and (found.spread == 0) is (len(set(applying)) == 1)


def test_that_something_does_not_apply_is_an_answer_to_agree_on() -> None:
    assert same_answers(said(None), said(None)) == [(TONE.id, True)]
    assert same_answers(said(None), said(1)) == same_answers({}, said(1)) == [(TONE.id, False)]


def test_nearness_is_the_mean_distance_and_the_share_of_exact_answers() -> None:
    found = nearness([0, 10, 5], [True, True, False, True])
    assert (found.count, found.difference, found.criteria, found.exact) == (3, 5, 4, 0.75)
    assert spread_of([80]) is None and spread_of([80, 62.5]) == 17.5
