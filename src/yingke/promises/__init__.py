"""Promises: what somebody told a contact would be done by a time.

What is always true: a promise is open, kept, broken or dropped; the time alone breaks one, at its due moment, and what was
broken stays broken also when it is done later (`done_at`); the nearest open one is part of the countdown of its
conversation, also after that has ended; reminders and escalations happen once for each due time.
"""

from yingke.promises.facts import PromiseAlarm, PromiseChanged

__all__ = ["PromiseAlarm", "PromiseChanged"]
