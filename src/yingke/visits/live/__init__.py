"""Who is on the sites now, in memory: in every process the whole of it.

What is always true: it holds nothing that the database does not, but which tab is looked at; a process hears of its
own visitors directly, and of those of others by their ids over the bus, which it reads; a visitor without a sign of
life leaves by itself.
"""

from yingke.visits.live.filters import Filter
from yingke.visits.live.listing import Listed, group, page
from yingke.visits.live.roster import Activity, Present, Roster
from yingke.visits.live.sharing import Sharing
from yingke.visits.live.watching import Watch, Watches

__all__ = [
    "Activity",
    "Filter",
    "Listed",
    "Present",
    "Roster",
    "Sharing",
    "Watch",
    "Watches",
    "group",
    "page",
]
