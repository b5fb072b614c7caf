"""Why: what a decision says of itself, kept with the assignment and shown to supervisors and to the agent."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from yingke.kit.values import Value

Outcome = Literal["off", "passed", "narrowed", "chose", "offers", "waits"]
"""Of a step: switched off; had nothing to say; left fewer; chose one; told everybody; waits for somebody."""
LeftOut = Literal["away", "other_team", "other_site", "full", "team_full", "declined"]

SHOWN = 20
"""Agents that an explanation names; the others are counted."""


class StepOutcome(Value, frozen=True, kw_only=True):
    kind: str
    outcome: Outcome
    left: int
    """Agents who could still get it after this step."""
    detail: str = ""
    """A stable word, or the name of a rule."""


class Considered(Value, frozen=True, kw_only=True):
    agent_id: UUID
    score: float
    """The lowest was chosen; what it is depends on the step that chose."""
    load: float
    capacity: int


class Decision(Value, frozen=True, kw_only=True):
    agent_id: UUID | None
    """None: it goes on waiting."""
    step: str = ""
    """The kind of step that chose."""
    steps: list[StepOutcome]
    considered: list[Considered] = msgspec.field(default_factory=list)
    """The best first, at most 20."""
    left_out: dict[LeftOut, int] = msgspec.field(default_factory=dict)
    """How many were not considered, by reason."""
    ties: list[UUID] = msgspec.field(default_factory=list)
    """Who had the same score; of them, who had been given nothing for the longest time was chosen."""
    offered_ids: list[UUID] = msgspec.field(default_factory=list)
    look_again_at: datetime | None = None
    """When time alone may change this decision."""
