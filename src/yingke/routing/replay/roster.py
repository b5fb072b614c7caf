"""Who is there, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from yingke.routing.choosing import Candidate


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of every day, in the time zone of the arrivals; one that ends before it begins goes over midnight."""

    begin: int
    end: int

    def covers(self, hour: int) -> bool:
        if self.begin <= self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent with his hours."""

    agent: Candidate
    shifts: Sequence[Shift] = field(default_factory=lambda: (Shift(0, 24),))

    def there(self, hour: int) -> bool:
        return any(shift.covers(hour) for shift in self.shifts)


def seats(
    count: int, *, capacity: int = 3, teams: Sequence[UUID] = (), skills: Sequence[UUID] = (), begin: int = 0
) -> list[Seat]:
    """`count` agents in three overlapping shifts, spread over `teams` and `skills` in turn."""
    shifts = Shift(8, 16), Shift(12, 22), Shift(17, 1)
    made = []
    for number in range(count):
        known = {skill: 1 + (number + place) % 5 for place, skill in enumerate(skills) if (number + place) % 3 == 0}
        member = frozenset({teams[number % len(teams)], teams[(number // 2) % len(teams)]} if teams else ())
        agent = Candidate(
            agent_id=UUID(int=(begin + number + 1) << 64), team_ids=member, load=0.0, capacity=capacity, skills=known
        )
        made.append(Seat(agent, (shifts[number % 3],)))
    return made
