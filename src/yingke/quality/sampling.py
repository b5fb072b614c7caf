"""Which conversations a plan picks. Pure: the same seed, period and conversations give the same sample."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

Period = Literal["day", "week"]


@dataclass(frozen=True, slots=True)
class Candidate:
    conversation_id: UUID
    agent_id: UUID


def pick(candidates: Collection[Candidate], per_agent: int, *, seed: int, period: date) -> list[Candidate]:
    """At most `per_agent` of each agent, each as likely as any other, whatever order they come in."""
    by_agent: dict[UUID, list[Candidate]] = defaultdict(list)
    for each in sorted(candidates, key=lambda each: _lot(each, seed, period)):
        if len(by_agent[each.agent_id]) < per_agent:
            by_agent[each.agent_id].append(each)
    return [each for agent_id in sorted(by_agent) for each in by_agent[agent_id]]


def last_complete(period: Period, now: datetime, zone: ZoneInfo) -> date:
    """The first day of the last day or week (from Monday) that is over in `zone`."""
    today = now.astimezone(zone).date()
    if period == "day":
        return today - timedelta(days=1)
    return today - timedelta(days=today.weekday() + 7)


def span(period: Period, first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When it begins and ends, in UTC."""
    last = first + timedelta(days=1 if period == "day" else 7)
    begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last))
    return begin, end


def _lot(candidate: Candidate, seed: int, period: date) -> bytes:
    return sha256(f"{seed}:{period}:{candidate.conversation_id}".encode()).digest()
