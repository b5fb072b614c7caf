"""Time runs from event to event: somebody comes, gives up, is done, or an hour begins in which others are there."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Literal
from uuid import UUID

from yingke.routing.choosing import Ask, Candidate, Demand, Floor, Policy, RoutingSettings
from yingke.routing.replay.arrivals import Arrival
from yingke.routing.replay.report import ReplayReport, Tally
from yingke.routing.replay.roster import Seat

_Kind = Literal["came", "gave_up", "done", "hour", "look"]


class _Clockwork:
    def __init__(self, seats: Sequence[Seat], policy: Policy, settings: RoutingSettings, within: float) -> None:
        self._floor = Floor(lambda _: policy)
        self._seats = {seat.agent.agent_id: seat for seat in seats}
        self._settings = settings
        self._events: list[tuple[datetime, int, _Kind, UUID | Arrival | None]] = []
        self._numbers = count()
        self._arrivals: dict[UUID, Arrival] = {}
        self._held: dict[UUID, tuple[UUID, Ask]] = {}
        self._looks: set[datetime] = set()
        self.tally = Tally(within)

    def run(self, arrivals: Iterable[Arrival]) -> ReplayReport:
        for arrival in arrivals:
            while self._events and self._events[0][0] <= arrival.at:
                self._next()
            if not self._looks and not self._events and not self._floor.agents:
                self._begin(arrival.at)
            self._push(arrival.at, "came", arrival)
        while self._events and (self._arrivals or self._held or any(each[2] == "came" for each in self._events)):
            self._next()
        return self.tally.report([seat.agent for seat in self._seats.values()])

    def _begin(self, at: datetime) -> None:
        self._staff(at)
        self._push(_next_hour(at), "hour", None)

    def _next(self) -> None:
        now, _, kind, subject = heapq.heappop(self._events)
        if kind == "came" and isinstance(subject, Arrival):
            self._come(subject)
        elif kind == "gave_up" and isinstance(subject, UUID):
            if subject not in self._arrivals:
                return
            self._floor.leave(subject)
            self.tally.abandoned(self._arrivals.pop(subject))
            return
        elif kind == "done" and isinstance(subject, UUID):
            self._finish(subject)
        elif kind == "hour":
            self._staff(now)
            self._push(_next_hour(now), "hour", None)
        else:
            self._looks.discard(now)
        self._decide(now)

    def _come(self, arrival: Arrival) -> None:
        id = UUID(int=next(self._numbers) + (1 << 100))
        start = getattr(self._settings.head_starts, arrival.priority) if arrival.priority else 0
        self._floor.enter(
            Ask(
                conversation_id=id,
                team_id=arrival.team_id,
                since=arrival.at,
                place=arrival.at - timedelta(seconds=start),
                priority=arrival.priority,
                demands=(Demand(arrival.skill_id, arrival.level),) if arrival.skill_id else (),
            )
        )
        self._arrivals[id] = arrival
        self._push(arrival.at + timedelta(seconds=arrival.patience), "gave_up", id)

    def _decide(self, now: datetime) -> None:
        for ask, decision in self._floor.decide(now):
            agent_id = decision.agent_id or decision.offered_ids[0]  # of those it is offered to, somebody is quickest
            if decision.agent_id is None:
                self._floor.put(_with(self._floor.agents[agent_id], ask, 1, now))
            arrival = self._arrivals.pop(ask.conversation_id)
            self._held[ask.conversation_id] = agent_id, ask
            self.tally.served(arrival, agent_id, (now - arrival.at).total_seconds())
            self._push(now + timedelta(seconds=arrival.handling), "done", ask.conversation_id)
        again = self._floor.look_again_at()
        if again is not None and again not in self._looks:
            self._looks.add(again)
            self._push(again, "look", None)

    def _finish(self, id: UUID) -> None:
        agent_id, ask = self._held.pop(id)
        self._floor.put(_with(self._floor.agents[agent_id], ask, -1, None))

    def _staff(self, now: datetime) -> None:
        """Who is there in this hour. Who goes home finishes what he holds."""
        hour = now.hour
        for agent_id, seat in self._seats.items():
            there = seat.there(hour)
            agent = self._floor.agents.get(agent_id)
            if agent is None or agent.available != there:
                self._floor.put(replace(agent or seat.agent, available=there))
            if there:
                self.tally.online(agent_id, 1.0)

    def _push(self, at: datetime, kind: _Kind, subject: UUID | Arrival | None) -> None:
        heapq.heappush(self._events, (at, next(self._numbers), kind, subject))


def replay(
    arrivals: Iterable[Arrival],
    seats: Sequence[Seat],
    policy: Policy,
    settings: RoutingSettings | None = None,
    *,
    within: float = 30,
) -> ReplayReport:
    """`arrivals` in order of time. `within`: seconds of the service level."""
    return _Clockwork(seats, policy, settings or RoutingSettings(), within).run(arrivals)


def _with(agent: Candidate, ask: Ask, sign: int, now: datetime | None) -> Candidate:
    loads = {**agent.team_loads, ask.team_id: agent.team_loads.get(ask.team_id, 0.0) + sign * ask.weight}
    return replace(
        agent,
        load=max(0.0, agent.load + sign * ask.weight),
        open=agent.open + sign,
        team_loads=loads,
        last_assigned_at=now.timestamp() if now else agent.last_assigned_at,
    )


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
