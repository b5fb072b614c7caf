"""Choosing an agent. Pure: candidates in, a choice and its reason out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An agent as routing sees him now."""

    agent_id: UUID
    team_ids: frozenset[UUID]
    load: int
    capacity: int
    last_assigned_at: datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Choice:
    agent_id: UUID
    reason: str


def least_loaded(candidates: Sequence[Candidate], team_id: UUID | None) -> Choice | None:
    """The agent of the team with the smallest share of his capacity in use; among equals, who got one longest ago.

    A conversation without a team may go to anybody. None when nobody has room.
    """
    able = [each for each in candidates if each.has_room and (team_id is None or team_id in each.team_ids)]
    if not able:
        return None
    chosen = min(able, key=_rank)
    return Choice(chosen.agent_id, f"least_loaded {chosen.load}/{chosen.capacity}")


def _rank(candidate: Candidate) -> tuple[float, float, UUID]:
    last = candidate.last_assigned_at.timestamp() if candidate.last_assigned_at else 0.0
    return candidate.load / candidate.capacity, last, candidate.agent_id
