"""The one countdown of a conversation: the nearest of what features say is owed."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from yingke.conversations.changes import changed
from yingke.conversations.models import Conversation
from yingke.conversations.values import Due
from yingke.kit.work import Work

Source = Literal["service_level", "promise"]
_NEVER = datetime.max.replace(tzinfo=UTC)


def set_clock(work: Work, row: Conversation, source: Source, due: Due | None) -> None:
    """Say what `source` is owed on the locked `row`; it is told when the nearest of all is another now."""
    clocks = {name: clock for name, clock in row.clocks.items() if name != source}
    if due is not None:
        clocks[source] = msgspec.to_builtins(due)
    if clocks == row.clocks:
        return
    row.clocks = clocks
    shown = nearest([msgspec.convert(clock, Due) for clock in clocks.values()])
    told = msgspec.to_builtins(shown) if shown else None
    if told != row.due:
        row.due, row.due_at = told, shown.at if shown else None
        changed(work, row, "timed")


def nearest(owed: list[Due]) -> Due | None:
    """The one that is due first; one whose clock stands still only where none runs."""
    return min(owed, key=lambda each: (each.at or _NEVER, each.left or 0), default=None)
