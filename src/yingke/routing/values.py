"""Policies, skills, decisions and the queue as they leave the program."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from yingke.kit.values import DescribedAs, Value
from yingke.routing.choosing import Decision, Policy

Problem = Literal[
    "nobody_in_team",
    "skill_of_nobody",
    "skill_never_relaxes",
    "agent_not_in_team",
    "rule_matches_nothing",
    "hours_never_open",
    "overflow_team_empty",
]


class PolicyWarning(Value, frozen=True, kw_only=True):
    """Something in a policy that will not do what it says. `detail` is English; `problem` is the stable code."""

    problem: Problem
    field: str
    """Where in the policy, as `steps.2.agent_ids`."""
    detail: str


class PolicyValue(Value, frozen=True, kw_only=True):
    team_id: UUID | None
    """None: of every team that has none of its own."""
    own: bool
    """False: the team goes by the workspace's policy, which is shown here."""
    policy: Annotated[dict[str, Any], DescribedAs(Policy)]
    warnings: list[PolicyWarning]
    changed_at: datetime | None
    changed_by: UUID | None


class AgentSkillValue(Value, frozen=True, kw_only=True):
    agent_id: UUID
    level: int


class SkillValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    agents: list[AgentSkillValue]


class DecisionValue(Value, frozen=True, kw_only=True):
    """Why a conversation went where it went."""

    id: UUID
    kind: Literal["assigned", "overflowed", "not_accepted", "not_answered"]
    team_id: UUID | None
    agent_id: UUID | None
    """Who got it; of the other kinds who was silent."""
    decided_at: datetime
    waited: float
    """Seconds."""
    low: int | None
    high: int | None
    """The range of seconds that the visitor was told when it began to wait."""
    explanation: Decision | None


class WaitingNow(Value, frozen=True, kw_only=True):
    """One queue. Times in seconds."""

    team_id: UUID | None
    waiting: int
    longest: int


class QueueValue(Value, frozen=True, kw_only=True):
    teams: list[WaitingNow]
    unanswered: int
    """Conversations whose visitor has waited for an answer for more than two minutes."""
    oldest: int
    """How many seconds the first of them has waited."""
    unanswered_ids: list[UUID]
    """The longest waiting first, at most 50."""


class Consequence(Value, frozen=True, kw_only=True):
    """What happens to conversations when a team is deleted or an agent leaves."""

    waiting: int
    open: int
    snoozed: int
    detail: str
