"""Who works when: shift patterns, the roster, leave, swaps, and the state of agents that follows from them.

What is always true: shifts of one agent never overlap; a shift keeps the times it was given, its pattern's later changes
reach those to come only; leave counts more than a shift; the roster changes what an agent says once for each boundary of
a shift or break, only while a desk of theirs is open, and never what they said themselves after it.
"""

from yingke.shifts.facts import RosterChanged, ShiftPatternsChanged

__all__ = ["RosterChanged", "ShiftPatternsChanged"]
