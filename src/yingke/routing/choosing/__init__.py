"""The decision: who waits, who could answer and the team's policy in; a choice and the whole explanation out. Pure.

What is always true: nobody gets more than his capacity, neither his own nor the team's; nobody gets anything who is not
at the desk; of two who differ in nothing but the time they came, the one who came first is served first; everybody's
turn comes, because a class of priority is a head start in time and not a queue of its own.
"""

from yingke.routing.choosing.candidates import Ask, Candidate, Demand, Priority, Traits
from yingke.routing.choosing.conditions import Condition, holds
from yingke.routing.choosing.deciding import choose
from yingke.routing.choosing.explaining import Considered, Decision, StepOutcome
from yingke.routing.choosing.fairness import jain
from yingke.routing.choosing.floor import Floor, lane_of
from yingke.routing.choosing.policies import EntryRule, Policy, RoutingSettings, Step

__all__ = [
    "Ask",
    "Candidate",
    "Condition",
    "Considered",
    "Decision",
    "Demand",
    "EntryRule",
    "Floor",
    "Policy",
    "Priority",
    "RoutingSettings",
    "Step",
    "StepOutcome",
    "Traits",
    "choose",
    "holds",
    "jain",
    "lane_of",
]
