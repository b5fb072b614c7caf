"""Who could answer and who waits, as routing sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

Priority = Literal["", "invited", "vip", "returning"]
"""The class of a conversation: ordinary, from an invitation, of a VIP, back from an agent who was lost."""


class Demand(NamedTuple):
    """A skill, and how well it must be known: from 1 to 5."""

    skill_id: UUID
    level: int


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a conversation when it begins to wait."""

    values: dict[str, list[str]] = {}
    """By field of a condition; those of the contact's own fields under `contact_field:<name>`."""
    site_id: UUID | None = None
    named_agent_id: UUID | None = None
    """By the link or page that brought the visitor."""
    owner_id: UUID | None = None
    last_agent_id: UUID | None = None
    last_agent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An agent as routing sees him now. Loads are sums of weights: a chat is 1, a mail may be less."""

    agent_id: UUID
    team_ids: frozenset[UUID]
    only_site_ids: frozenset[UUID] | None = None
    """The sites whose conversations he may see; None: all."""
    load: float
    capacity: int
    available: bool = True
    """Connected, and says online."""
    open: int = 0
    """Conversations he holds, whatever they weigh."""
    team_loads: Mapping[UUID | None, float] = field(default_factory=dict)
    skills: Mapping[UUID, int] = field(default_factory=dict)
    assigned: int = 0
    """How many he was given in the last day."""
    last_assigned_at: float = 0.0
    """Seconds since 1970; zero for never."""

    def serves(self, site_id: UUID | None) -> bool:
        return self.only_site_ids is None or site_id in self.only_site_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A conversation that waits for somebody."""

    conversation_id: UUID
    team_id: UUID | None
    """None: for everybody."""
    since: datetime
    """When it began to wait."""
    place: datetime
    """`since` less the head start of its class: the earliest is served first."""
    priority: Priority = ""
    traits: Traits = field(default_factory=Traits)
    demands: tuple[Demand, ...] = ()
    """What the rules of entry ask for, beyond what the team asks."""
    weight: float = 1.0
    declined: frozenset[UUID] = frozenset()
    """Who had it and did not answer: they get it again only when there is nobody else."""
    offered: bool = False
    """It was offered to everybody, and nobody took it."""
