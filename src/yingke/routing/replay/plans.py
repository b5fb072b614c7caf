"""Several rosters and policies on the same visitors, side by side."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from yingke.kit.errors import Invalid
from yingke.routing.choosing import Policy
from yingke.routing.replay.arrivals import Arrival, seeded_arrivals
from yingke.routing.replay.history import CHINA
from yingke.routing.replay.report import ReplayReport, compared
from yingke.routing.replay.roster import seats
from yingke.routing.replay.simulation import replay

Plan = tuple[int, int, str]
"""Agents, how many conversations each may hold, and the kind of step that chooses."""


def seeded_month(count: int, *, seed: int, days: int) -> list[Arrival]:
    return list(seeded_arrivals(count, seed=seed, begin=datetime(2026, 10, 1, tzinfo=CHINA), days=days))


def compare_plans(arrivals: Sequence[Arrival], plans: Sequence[Plan], *, within: float) -> str:
    """A table for people. Raises Invalid for a step that there is not."""
    return compared(replay_plans(arrivals, plans, within=within))


def replay_plans(
    arrivals: Sequence[Arrival], plans: Sequence[Plan], *, within: float
) -> list[tuple[str, ReplayReport]]:
    """The name and the figures of each plan. Raises Invalid for a step that there is not."""
    if not arrivals:
        raise Invalid("There are no conversations in these days to try anything on.")
    teams = sorted({arrival.team_id for arrival in arrivals if arrival.team_id})
    reports = []
    for count, capacity, step in plans:
        try:
            policy = Policy.model_validate({"steps": [{"kind": "skills"}, {"kind": step}]})
        except ValidationError:
            raise Invalid(
                f"There is no step {step}: try least_loaded, fewest_open, round_robin or fill_one_first."
            ) from None
        name = f"{count} × {capacity} {step}"
        reports.append((name, replay(arrivals, seats(count, capacity=capacity, teams=teams), policy, within=within)))
    return reports
