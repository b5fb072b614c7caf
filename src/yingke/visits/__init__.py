"""Visits: what a visitor looked at on a site, where he came from, and what of it a shop wanted to happen.

What is always true: times are the server's; what a browser sends twice is stored once; a visit ends after half an hour
without a sign of life; robots, and browsers that do not want it where the site respects that, leave nothing; page views
are removed after the workspace's days, and the roll-ups of `traffic` stay.
"""

from yingke.visits.facts import GoalChanged, GoalDeleted, GoalReached
from yingke.visits.removing import erase_visitor, remove_old_visits
from yingke.visits.sources import Source
from yingke.visits.values import GoalValue, Invited, LiveVisitor, Touches, VisitValue

__all__ = [
    "GoalChanged",
    "GoalDeleted",
    "GoalReached",
    "GoalValue",
    "Invited",
    "LiveVisitor",
    "Source",
    "Touches",
    "VisitValue",
    "erase_visitor",
    "remove_old_visits",
]
