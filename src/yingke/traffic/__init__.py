"""Figures of what happened on the sites, and the roll-ups they come from.

What is always true: a day is one of the workspace's time zone; days that are over come from roll-ups, the others from
the raw rows, both counted by the same statement; a visitor is counted once a day, and over several days that number is
a sum; what cannot be divided is null, never zero. Every figure's definition is in `definitions`.
"""

from yingke.traffic.rolling import roll_up_days

__all__ = ["roll_up_days"]
