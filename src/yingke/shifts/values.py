"""The roster as it leaves the program. Days are those of the workspace's time zone."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from yingke.kit.values import Value

LeaveKind = Literal["holiday", "sick", "training", "other"]
SwapState = Literal["requested", "approved", "declined", "withdrawn"]


class BreakValue(Value, frozen=True, kw_only=True):
    at: str
    minutes: int
    reason: str


class ShiftPatternValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    color: str
    start: str
    end: str
    """Not after `start`: on the next day."""
    breaks: list[BreakValue]
    weekdays: list[int]
    """0 is Monday: the days that filling a week with it takes."""
    retired: bool


class RosterShift(Value, frozen=True, kw_only=True):
    id: UUID
    pattern_id: UUID
    agent_id: UUID
    day: date
    start: str
    end: str
    starts_at: datetime
    ends_at: datetime


class RosterLeave(Value, frozen=True, kw_only=True):
    agent_id: UUID
    day: date
    kind: LeaveKind
    note: str


class RosterCell(Value, frozen=True, kw_only=True):
    """All that one agent has on one day: what `PUT /roster` takes, and answers with as it was before."""

    agent_id: UUID
    day: date
    pattern_ids: list[UUID]
    leave: LeaveKind | None
    note: str


class RosterAgent(Value, frozen=True, kw_only=True):
    agent_id: UUID
    editable: bool
    follows: bool | None
    """Whether the state follows the roster; null: as the workspace says."""


class KeptTime(Value, frozen=True, kw_only=True):
    """Of a day that has begun, in seconds: rostered without breaks until now, and what of it the agent took conversations
    or was busy with those there were."""

    agent_id: UUID
    day: date
    rostered: int
    available: int


class SwapValue(Value, frozen=True, kw_only=True):
    """`agent_id` gives the shifts of `day` to `with_agent_id`, and takes those of `with_day`, if any, for them."""

    id: UUID
    agent_id: UUID
    day: date
    with_agent_id: UUID
    with_day: date | None
    note: str
    state: SwapState
    asked_at: datetime
    accepted_at: datetime | None
    """When the colleague agreed; nothing is approved before."""
    decided_by: UUID | None
    decided_at: datetime | None
    decidable: bool
    """Whether who reads it may decline it, and approve it once the colleague has agreed."""


class Roster(Value, frozen=True, kw_only=True):
    first_day: date
    days: int
    today: date
    time_zone: str
    agents: list[RosterAgent]
    shifts: list[RosterShift]
    leaves: list[RosterLeave]
    kept: list[KeptTime]
    swaps: list[SwapValue]
    """Open ones of these agents, whatever their day, and those of these days that are settled."""


class CoverageHour(Value, frozen=True, kw_only=True):
    at: datetime
    rostered: float
    """Agents on duty, a part of the hour counted as a part."""
    wanted: int
    arrivals: float
    """Median of conversations that came for people in this hour of the same weekday, four weeks back."""


class Coverage(Value, frozen=True, kw_only=True):
    hours: list[CoverageHour]
    handling: float
    """Median seconds that a conversation takes, from the same four weeks."""
    capacity: float
    """Mean conversations at once of these agents."""


class DutyValue(Value, frozen=True, kw_only=True):
    """Of an agent who has a shift now."""

    agent_id: UUID
    state: Literal["on", "break"]
    reason: str | None
    until: datetime
    missing_since: datetime | None
    """Should be on duty and is not connected, since then."""


class Duties(Value, frozen=True, kw_only=True):
    items: list[DutyValue]
    next_cursor: str | None = None
