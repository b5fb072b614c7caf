"""Policies, their figures and their trials as they leave the program."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from yingke.kit.values import DescribedAs, Value
from yingke.service_levels.terms import Terms

DEFINITIONS = {
    "kept": "Promises of the period that were kept within their time; by the moment at which they were.",
    "breached": "Promises whose time ran out in the period, answered later or never. Before that, an end drops a promise.",
    "kept_rate": "Kept ÷ (kept + breached).",
    "agent": "Who had the conversation when the promise was kept or its time ran out; nobody: it waited.",
}


class ServicePolicyValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    active: bool
    terms: Annotated[dict[str, Any], DescribedAs(Terms)]
    changed_at: datetime
    changed_by: UUID | None


class ServicePolicyTrial(Value, frozen=True, kw_only=True):
    """Whether a policy fits a conversation, and if not, what of its conditions does not."""

    policy_id: UUID
    name: str
    applies: bool
    misses: list[str]


class ServiceTrials(Value, frozen=True, kw_only=True):
    conversation_id: UUID
    number: int
    items: list[ServicePolicyTrial]
    """In order; the first that applies is the one it goes by."""


class Kept(Value, frozen=True, kw_only=True):
    kind: Literal["first_response", "next_response", "resolution"]
    kept: int
    breached: int
    kept_rate: float


class KeptBy(Value, frozen=True, kw_only=True):
    """`id` of a policy, a team or an agent; None: of one that is gone, or of nobody."""

    id: UUID | None
    kept: int
    breached: int
    kept_rate: float
    kinds: list[Kept]


class ServiceLevelReport(Value, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    time_zone: str
    total: KeptBy
    policies: list[KeptBy]
    teams: list[KeptBy]
    agents: list[KeptBy]
    definitions: dict[str, str]


class MissedValue(Value, frozen=True, kw_only=True):
    """One promise that was not kept, for the way from a figure to the conversations behind it."""

    id: UUID
    conversation_id: UUID
    number: int
    name: str | None
    kind: Literal["first_response", "next_response", "resolution"]
    policy_id: UUID | None
    team_id: UUID | None
    agent_id: UUID | None
    decided_at: datetime
    late: float | None
    """Seconds by which it came late; None while it runs."""
