"""What is told of the roster: where it changed, to those who may see it there. They read it anew."""

from datetime import date
from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.shifts.values import ShiftPatternValue


@fact("roster.changed")
class RosterChanged(Fact, frozen=True, kw_only=True):
    """Cells, or a request to swap some, of these agents, from `first_day` to `last_day`."""

    first_day: date
    last_day: date
    agent_ids: list[UUID]
    team_ids: list[UUID]
    """The teams of these agents."""


@fact("shift_patterns.changed")
class ShiftPatternsChanged(Fact, frozen=True, kw_only=True):
    pattern: ShiftPatternValue
