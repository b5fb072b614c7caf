"""Who came, what they wanted, how long they were patient, and how long it took to help them."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from yingke.kit.values import Value
from yingke.routing.choosing import Priority

BY_HOUR = (3, 2, 1, 1, 1, 2, 4, 8, 18, 34, 42, 40, 30, 34, 42, 44, 42, 38, 34, 38, 42, 36, 22, 10)
"""How many come in each hour of a day, as a Chinese shop knows it: two humps, a dip at noon, and the evening."""


class Arrival(Value, frozen=True, kw_only=True):
    at: datetime
    team_id: UUID | None = None
    priority: Priority = ""
    skill_id: UUID | None = None
    level: int = 1
    patience: float
    """Seconds after which the visitor gives up."""
    handling: float
    """Seconds that the conversation takes its agent."""


def seeded_arrivals(
    count: int,
    *,
    seed: int,
    begin: datetime,
    days: int = 30,
    teams: Sequence[UUID | None] = (None,),
    skills: Sequence[UUID] = (),
    vips: float = 0.05,
) -> Iterator[Arrival]:
    """`count` arrivals over `days` from `begin`, in order and in its time zone. Patience is exponential around four minutes; handling log-normal, with a
    median of six (Brown et al., Statistical Analysis of a Telephone Call Center, JASA 2005, find both shapes)."""
    random = Random(seed)  # noqa: S311 - no secret
    hours = [hour for hour in range(24 * days) for _ in range(BY_HOUR[(begin.hour + hour) % 24])]
    for second in sorted(random.choice(hours) * 3600 + random.random() * 3600 for _ in range(count)):
        yield Arrival(
            at=begin + timedelta(seconds=second),
            team_id=random.choice(teams),
            priority="vip" if random.random() < vips else "",
            skill_id=random.choice(skills) if skills and random.random() < 0.3 else None,
            level=random.randint(1, 3),
            patience=random.expovariate(1 / 240),
            handling=random.lognormvariate(math.log(360), 0.8),
        )
