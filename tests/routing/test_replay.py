"""The replay of visitors through other rosters says what would have been."""

from datetime import datetime, timedelta, timezone
from uuid import UUID

from yingke.routing.choosing import Candidate, Policy
from yingke.routing.replay import Arrival, Seat, compare_plans, replay, seats, seeded_month

AT = datetime(2026, 10, 1, 10, tzinfo=timezone(timedelta(hours=8)))


def coming(second: float, **more: float) -> Arrival:
    return Arrival(at=AT + timedelta(seconds=second), **{"patience": 600.0, "handling": 60.0, **more})


def alone(capacity: int = 1) -> list[Seat]:
    return [Seat(Candidate(agent_id=UUID(int=1), team_ids=frozenset(), load=0.0, capacity=capacity))]


def test_one_agent_serves_one_after_the_other() -> None:
    report = replay([coming(0), coming(10), coming(20)], alone(), Policy())
    assert (report.served, report.wait_longest, report.abandoned) == (3, 100.0, 0)
    assert report.wait_p50 == 50.0


def test_who_is_impatient_gives_up_and_is_counted() -> None:
    report = replay([coming(0), coming(10, patience=20.0), coming(20)], alone(), Policy(), within=15)
    assert (report.served, report.abandoned, report.wait_longest) == (2, 1, 40.0)
    assert report.service_level == 1 / 3


def test_the_same_seed_gives_the_same_month() -> None:
    first, second = (replay(seeded_month(2000, seed=3, days=3), seats(12), Policy()) for _ in range(2))
    assert first == second and first.arrivals == 2000


def test_more_people_and_more_room_never_serve_worse() -> None:
    month = seeded_month(3000, seed=5, days=3)
    few, many, roomy = (replay(month, seats(n, capacity=c), Policy()) for n, c in ((6, 2), (12, 2), (6, 4)))
    assert few.service_level < min(many.service_level, roomy.service_level)
    assert few.abandonment > max(many.abandonment, roomy.abandonment)


def test_plans_are_compared_side_by_side() -> None:
    table = compare_plans(
        seeded_month(200, seed=1, days=1), [(3, 2, "least_loaded"), (3, 2, "fill_one_first")], within=30
    )
    assert "3 × 2 least_loaded" in table and "3 × 2 fill_one_first" in table and "fairness" in table
