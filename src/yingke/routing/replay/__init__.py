"""What would have been: the same visitors, other rosters, limits or policies; by the same decisions as live.

Nobody is asked and nothing is written. The same arrivals give the same result.
"""

from yingke.routing.replay.arrivals import Arrival, seeded_arrivals
from yingke.routing.replay.history import past_arrivals
from yingke.routing.replay.plans import compare_plans, seeded_month
from yingke.routing.replay.report import ReplayReport, compared
from yingke.routing.replay.roster import Seat, Shift, seats
from yingke.routing.replay.simulation import replay

__all__ = [
    "Arrival",
    "ReplayReport",
    "Seat",
    "Shift",
    "compare_plans",
    "compared",
    "past_arrivals",
    "replay",
    "seats",
    "seeded_arrivals",
    "seeded_month",
]
