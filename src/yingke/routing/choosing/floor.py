"""Everybody who waits and everybody who could answer, in memory: decides again and again until nobody can be served.

Those who wait are kept in *lanes*: in one lane are those for whom any agent who can take one can take the others too. So
only the first of each lane is looked at, and a lane without anybody for it is left alone until somebody gets room: a
decision costs the number of lanes and agents, never the length of the queue.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from yingke.routing.choosing.candidates import Ask, Candidate
from yingke.routing.choosing.conditions import holds
from yingke.routing.choosing.deciding import choose
from yingke.routing.choosing.explaining import Decision
from yingke.routing.choosing.policies import LastAgent, Named, Owner, Policy, Rule, Skills
from yingke.routing.choosing.steps import demanded

_Place = tuple[datetime, UUID]


def lane_of(ask: Ask, policy: Policy) -> str:
    """The name of the lane: everything that decides who may take `ask`, except who came first."""
    parts = [
        str(ask.team_id or ""),
        str(ask.traits.site_id or ""),
        ask.priority,
        str(ask.weight),
        "offered" if ask.offered else "",
    ]
    parts += sorted(str(each) for each in ask.declined)
    for number, step in enumerate(policy.steps):
        if not step.on:
            continue
        match step:
            case Named() | Owner() | LastAgent() if step.wait:
                parts.append(f"{number} {_waited_for(step, ask)}")
            case Rule():
                parts.append(f"{number} {holds(step.when, ask.traits)}")
            case Skills():
                parts += [f"{skill_id}:{level}" for skill_id, level in demanded(step, ask)]
    return "|".join(parts)


def _waited_for(step: Named | Owner | LastAgent, ask: Ask) -> UUID | None:
    match step:
        case Named():
            return ask.traits.named_agent_id
        case Owner():
            return ask.traits.owner_id
    return ask.traits.last_agent_id


@dataclass(slots=True)
class _Lane:
    name: str
    team_id: UUID | None
    places: list[_Place] = field(default_factory=list)
    """A heap; those who left are dropped when they come to its top."""
    stuck: bool = False
    """Nobody can take its first now."""
    look_again_at: datetime | None = None


class Floor:
    def __init__(self, policy_of: Callable[[UUID | None], Policy]) -> None:
        self.agents: dict[UUID, Candidate] = {}
        self.waiting: dict[UUID, Ask] = {}
        self._policy_of = policy_of
        self._teams: dict[UUID, dict[UUID, Candidate]] = {}
        self._lane_of: dict[UUID, str] = {}
        self._lanes: dict[str, _Lane] = {}
        self._firsts: list[tuple[_Place, str]] = []
        """A heap of the first of every lane that is not stuck; what is out of date is dropped at its top."""
        self._stuck: dict[UUID | None, set[str]] = {}
        """The names of stuck lanes by team."""

    def put(self, agent: Candidate) -> None:
        """An agent came, went or changed; who has room frees the lanes of his teams."""
        before = self.agents.get(agent.agent_id)
        for team_id in (before.team_ids - agent.team_ids) if before else ():
            del self._teams[team_id][agent.agent_id]
        self._replace(agent)
        if agent.available and agent.load < agent.capacity:
            for freed in (None, *agent.team_ids):
                self._free(self._stuck.pop(freed, ()))

    def enter(self, ask: Ask, lane: str | None = None) -> None:
        """`lane`: its name, where it is known."""
        name = lane or lane_of(ask, self._policy_of(ask.team_id))
        found = self._lanes.get(name)
        if found is None:
            found = self._lanes[name] = _Lane(name, ask.team_id)
        place = (ask.place, ask.conversation_id)
        is_first = not found.places or place < found.places[0]
        heapq.heappush(found.places, place)
        self.waiting[ask.conversation_id] = ask
        self._lane_of[ask.conversation_id] = name
        if is_first:
            self._free((name,))

    def leave(self, conversation_id: UUID) -> None:
        self.waiting.pop(conversation_id, None)
        self._lane_of.pop(conversation_id, None)

    def decide(self, now: datetime) -> Iterator[tuple[Ask, Decision]]:
        """What can be given now, first come first served: also what is offered to all, which then waits no longer here."""
        self._free([lane.name for lane in self._timed() if lane.look_again_at and lane.look_again_at <= now])
        while (lane := self._first()) is not None:
            ask = self.waiting[lane.places[0][1]]
            decision = choose(ask, self._present(ask.team_id), self._policy_of(ask.team_id), now)
            if decision.agent_id is None and not decision.offered_ids:
                lane.stuck, lane.look_again_at = True, decision.look_again_at
                self._stuck.setdefault(lane.team_id, set()).add(lane.name)
                continue
            heapq.heappop(lane.places)
            self.leave(ask.conversation_id)
            self._free((lane.name,))
            if decision.agent_id is not None:
                self._replace(laden(self.agents[decision.agent_id], ask, now))
            yield ask, decision

    def look_again_at(self) -> datetime | None:
        """When time alone frees a lane."""
        return min((at for _, at in self.stuck()), default=None)

    def stuck(self) -> list[tuple[UUID, datetime]]:
        """The first of every lane that time alone may free, and when."""
        return [(lane.places[0][1], lane.look_again_at) for lane in self._timed() if lane.look_again_at]

    def _timed(self) -> list[_Lane]:
        stuck = (self._lanes.get(name) for names in self._stuck.values() for name in names)
        return [lane for lane in stuck if lane is not None and lane.stuck and lane.look_again_at]

    def _free(self, names: Iterable[str]) -> None:
        """Their first may be served again."""
        for name in names:
            lane = self._lanes.get(name)
            if lane is None:
                continue
            while lane.places and self._lane_of.get(lane.places[0][1]) != name:
                heapq.heappop(lane.places)
            lane.stuck, lane.look_again_at = False, None
            if lane.places:
                heapq.heappush(self._firsts, (lane.places[0], name))
            else:
                del self._lanes[name]

    def _first(self) -> _Lane | None:
        """The lane whose first has the first turn of those that are not stuck."""
        while self._firsts:
            place, name = heapq.heappop(self._firsts)
            lane = self._lanes.get(name)
            if lane is None or lane.stuck or not lane.places or lane.places[0] != place:
                continue
            if self._lane_of.get(place[1]) == name:
                return lane
            self._free((name,))  # its first left
        return None

    def _present(self, team_id: UUID | None) -> list[Candidate]:
        return list(self.agents.values() if team_id is None else self._teams.get(team_id, {}).values())

    def _replace(self, agent: Candidate) -> None:
        self.agents[agent.agent_id] = agent
        for team_id in agent.team_ids:
            self._teams.setdefault(team_id, {})[agent.agent_id] = agent


def laden(agent: Candidate, ask: Ask, now: datetime) -> Candidate:
    """The agent with the conversation."""
    return replace(
        agent,
        load=agent.load + ask.weight,
        open=agent.open + 1,
        team_loads={**agent.team_loads, ask.team_id: agent.team_loads.get(ask.team_id, 0.0) + ask.weight},
        assigned=agent.assigned + 1,
        last_assigned_at=now.timestamp(),
    )
