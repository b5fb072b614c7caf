"""What came of it, as figures that are compared side by side."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from yingke.kit.values import Value
from yingke.routing.choosing import Candidate, jain
from yingke.routing.replay.arrivals import Arrival

SHORT = 5.0
"""Seconds: who gave up sooner has not waited (docs of the figures: abandonment)."""


class ReplayReport(Value, frozen=True, kw_only=True):
    """Times in seconds, shares from 0 to 1."""

    arrivals: int
    served: int
    abandoned: int
    abandonment: float
    """Who gave up, of all; without those who gave up at once."""
    service_level: float
    """Served within the time, of those served and those who gave up after it."""
    wait_mean: float
    wait_p50: float
    wait_p90: float
    wait_longest: float
    vip_wait_p90: float | None
    load: float
    """Conversation time over the time of all places that were staffed."""
    fairness: float
    """Jain's index of conversations per hour at the desk: 1 is even."""


class Tally:
    def __init__(self, within: float) -> None:
        self._within = within
        self._waits: list[float] = []
        self._vip_waits: list[float] = []
        self._patience: list[float] = []
        self._given: Counter[UUID] = Counter()
        self._hours: Counter[UUID] = Counter()
        self._handled = 0.0

    def served(self, arrival: Arrival, agent_id: UUID, waited: float) -> None:
        self._waits.append(waited)
        if arrival.priority == "vip":
            self._vip_waits.append(waited)
        self._given[agent_id] += 1
        self._handled += arrival.handling

    def abandoned(self, arrival: Arrival) -> None:
        self._patience.append(arrival.patience)

    def online(self, agent_id: UUID, hours: float) -> None:
        self._hours[agent_id] += hours  # type: ignore[assignment] # whole hours today

    def report(self, agents: Sequence[Candidate]) -> ReplayReport:
        waits, vips = sorted(self._waits), sorted(self._vip_waits)
        late = sum(1 for each in self._patience if each > self._within)
        counted = len(waits) + late
        given_up = sum(1 for each in self._patience if each > SHORT)
        places = sum(self._hours[agent.agent_id] * agent.capacity for agent in agents) * 3600
        rates = [self._given[a.agent_id] / self._hours[a.agent_id] for a in agents if self._hours[a.agent_id]]
        return ReplayReport(
            arrivals=len(waits) + len(self._patience),
            served=len(waits),
            abandoned=len(self._patience),
            abandonment=given_up / max(1, len(waits) + given_up),
            service_level=sum(1 for each in waits if each <= self._within) / max(1, counted),
            wait_mean=sum(waits) / max(1, len(waits)),
            wait_p50=_share(waits, 0.5),
            wait_p90=_share(waits, 0.9),
            wait_longest=waits[-1] if waits else 0.0,
            vip_wait_p90=_share(vips, 0.9) if vips else None,
            load=self._handled / places if places else 0.0,
            fairness=jain(rates),
        )


def compared(reports: Sequence[tuple[str, ReplayReport]]) -> str:
    """A table, one column for each report."""
    lines = [("", *(name for name, _ in reports))]
    for figure in ReplayReport.__struct_fields__:
        lines.append((figure, *(_shown(getattr(report, figure)) for _, report in reports)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}" if value < 10 else f"{value:,.1f}"
