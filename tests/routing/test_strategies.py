"""The choice is right for any candidates: told as properties, tried on generated ones."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from yingke.routing.strategies import Candidate, least_loaded

TEAMS = [UUID(int=n) for n in range(1, 4)]

candidates = st.lists(
    st.builds(
        Candidate,
        agent_id=st.integers(1, 2**64).map(lambda n: UUID(int=n)),
        team_ids=st.frozensets(st.sampled_from(TEAMS)),
        load=st.integers(0, 12),
        capacity=st.integers(0, 10),
        last_assigned_at=st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    max_size=8,
    unique_by=lambda each: each.agent_id,
)
teams = st.none() | st.sampled_from(TEAMS)


def able(candidate: Candidate, team: UUID | None) -> bool:
    return candidate.load < candidate.capacity and (team is None or team in candidate.team_ids)


@given(candidates, teams)
def test_somebody_is_chosen_exactly_when_somebody_of_the_team_has_room(
    those: list[Candidate], team: UUID | None
) -> None:
    choice = least_loaded(those, team)
    assert (choice is not None) == any(able(each, team) for each in those)
    if choice is not None:
        assert able(next(each for each in those if each.agent_id == choice.agent_id), team)


@given(candidates, teams)
def test_nobody_who_could_be_chosen_is_less_loaded_nor_equal_and_idle_for_longer(
    those: list[Candidate], team: UUID | None
) -> None:
    choice = least_loaded(those, team)
    if choice is None:
        return
    chosen = next(each for each in those if each.agent_id == choice.agent_id)
    never = datetime(1970, 1, 1, tzinfo=UTC)
    for other in those:
        if able(other, team):
            mine, his = chosen.load * other.capacity, other.load * chosen.capacity
            assert mine <= his
            if mine == his:
                assert (chosen.last_assigned_at or never) <= (other.last_assigned_at or never)


@given(candidates, teams, st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_the_candidates(
    those: list[Candidate], team: UUID | None, random: object
) -> None:
    shuffled = list(those)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert least_loaded(those, team) == least_loaded(shuffled, team)


@given(candidates, teams)
def test_the_reason_says_why(those: list[Candidate], team: UUID | None) -> None:
    choice = least_loaded(those, team)
    if choice is not None:
        chosen = next(each for each in those if each.agent_id == choice.agent_id)
        assert choice.reason == f"least_loaded {chosen.load}/{chosen.capacity}"
