"""A score lies between 0 and 100, whatever the card and the answers; periods are whole days."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.kit.errors import Invalid
from yingke.quality.sampling import last_complete, span
from yingke.quality.scoring import SHARES, Criterion, CriterionAnswer, require_fitting, require_sound, score


@st.composite
def filled(draw: st.DrawFn) -> tuple[list[Criterion], dict[UUID, int | None]]:
    criteria = []
    for id in draw(st.lists(st.uuids(), min_size=1, max_size=8, unique=True)):
        scale = draw(st.sampled_from(list(SHARES)))
        fatal = scale == "yes_no" and draw(st.booleans())
        weight = draw(st.integers(1, 100))
        criteria.append(Criterion(id=id, title="x", weight=weight, scale=scale, fatal=fatal))
    answers = {each.id: draw(st.none() | st.sampled_from(list(SHARES[each.scale]))) for each in criteria}
    return criteria, answers


@given(filled())
def test_a_score_is_none_only_when_nothing_applies_and_else_within_0_and_100(
    card: tuple[list[Criterion], dict[UUID, int | None]],
) -> None:
    criteria, answers = card
    worth = score(criteria, answers)
    assert (worth is None) == all(value is None for value in answers.values())
    assert worth is None or 0 <= worth <= 100


@given(filled())
def test_what_does_not_apply_counts_as_if_it_were_not_on_the_card(
    card: tuple[list[Criterion], dict[UUID, int | None]],
) -> None:
    criteria, answers = card
    applying = [each for each in criteria if answers[each.id] is not None]
    assert score(applying, answers) == score(criteria, answers)


@given(filled())
def test_a_fatal_miss_makes_everything_zero_and_a_better_answer_never_lowers(
    card: tuple[list[Criterion], dict[UUID, int | None]],
) -> None:
    criteria, answers = card
    worth = score(criteria, answers)
    if any(each.fatal and answers[each.id] == 0 for each in criteria):
        assert worth == 0
    best = {id: None if value is None else 5 for id, value in answers.items()}
    for each in criteria:
        if best[each.id] is not None:
            best[each.id] = max(SHARES[each.scale])
    top = score(criteria, best)
    assert worth is None or (top == 100 and worth <= 100)


def test_weights_count_as_they_say() -> None:
    one, other = (
        Criterion(id=UUID(int=n), title="x", weight=weight, scale="yes_no") for n, weight in ((1, 30), (2, 70))
    )
    assert score([one, other], {one.id: 1, other.id: 0}) == 30


def test_cards_and_answers_that_make_no_sense_are_refused() -> None:
    fatal = Criterion(id=UUID(int=1), title="x", weight=1, scale="points", fatal=True)
    plain = Criterion(id=UUID(int=2), title="x", weight=1, scale="rubric")
    for criteria in ([], [fatal], [plain, plain]):
        with pytest.raises(Invalid):
            require_sound(criteria)
    for answer in (CriterionAnswer(criterion_id=plain.id, value=0), CriterionAnswer(criterion_id=fatal.id, value=1)):
        with pytest.raises(Invalid):
            require_fitting([plain], [answer])


def test_periods_are_those_of_the_workspaces_days() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    late_on_sunday = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    monday = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert last_complete("week", late_on_sunday, shanghai) == date(2026, 11, 9)
    assert last_complete("week", monday, shanghai) == date(2026, 11, 16)
    assert last_complete("day", monday, shanghai) == date(2026, 11, 22)
    begin, end = span("week", date(2026, 11, 16), shanghai)
    assert (begin, end) == (datetime(2026, 11, 15, 16, tzinfo=UTC), monday)
