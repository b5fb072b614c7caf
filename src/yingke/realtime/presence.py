"""Who is there: beats of the agents and visitors connected to this process, written together.

Whoever left this process may be connected to another: before anybody is written off, all processes are asked, and one
that holds him beats at once. An agent who lost the connection keeps his seat for three minutes; the routing package
takes it from there.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

import structlog

from yingke.agents import AgentChanged, note_connected, note_covered, note_disconnected, note_on_screen
from yingke.identity import Actor
from yingke.kit.bus import Bus
from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.realtime.hub import Hub
from yingke.realtime.signals import Presence as PresenceSignal
from yingke.visitors import note_visitors_connected, note_visitors_disconnected

log = structlog.get_logger()

BEAT_EVERY = 10.0
RETRY_AFTER = 1.0
ANSWERED_WITHIN = 0.4
"""Seconds that other processes have to say that somebody is with them."""
WHO_IS_HERE = "yingke_who_is_here"
EVERYBODY = "*"
_IDS_AT_MOST = 200

Person = tuple[UUID, UUID]
"""Workspace and agent, or workspace and visitor."""


class Presence:
    """Counts sockets per person; the first and the last one change what others see."""

    def __init__(self, ground: Ground, hub: Hub, bus: Bus) -> None:
        self._ground = ground
        self._hub = hub
        self._bus = bus
        self._agents: Counter[Person] = Counter()
        self._on_screen: Counter[Person] = Counter()
        self._visitors: Counter[Person] = Counter()
        self._changed = asyncio.Event()
        self._asked = asyncio.Event()
        bus.subscribe(WHO_IS_HERE, self._is_asked)

    def agent_came(self, actor: Actor) -> None:
        self._agents[actor.workspace_id, actor.agent_id] += 1
        self._changed.set()

    def agent_went(self, actor: Actor) -> None:
        self._agents[actor.workspace_id, actor.agent_id] -= 1
        self._changed.set()

    def desk_shown(self, actor: Actor) -> None:
        """A desk of the agent came onto a screen."""
        self._on_screen[actor.workspace_id, actor.agent_id] += 1
        self._changed.set()

    def desk_covered(self, actor: Actor) -> None:
        """It was hidden, or closed."""
        self._on_screen[actor.workspace_id, actor.agent_id] -= 1
        self._changed.set()

    def visitor_came(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """Only visitors with a conversation are counted: nobody waits to see the others."""
        self._visitors[workspace_id, visitor_id] += 1
        self._changed.set()

    def visitor_went(self, workspace_id: UUID, visitor_id: UUID) -> None:
        self._visitors[workspace_id, visitor_id] -= 1
        self._changed.set()

    def notice(self, facts: Sequence[Fact]) -> None:
        """Somebody here was written off elsewhere: contradict."""
        for fact in facts:
            if isinstance(fact, AgentChanged) and not fact.agent.connected and self._holds(fact):
                self._asked.set()

    async def run(self) -> None:
        """Until cancelled: write beats every ten seconds, and changes at once."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep())
            group.create_task(self._answer())

    async def leave(self) -> None:
        """This process stops: all its people are gone from it."""
        for counter in (self._agents, self._on_screen, self._visitors):
            for key in counter:
                counter[key] = 0
        await self._write_off()

    async def _keep(self) -> None:
        while True:
            written = await self._written(self._beat) and await self._written(self._write_off)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_EVERY if written else RETRY_AFTER):
                    await self._changed.wait()
                await asyncio.sleep(0.05)  # a reload leaves and comes within a moment
            self._changed.clear()

    async def _answer(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            if not await self._written(self._beat):
                self._changed.set()
            await asyncio.sleep(0.05)  # many may ask at once

    async def _written(self, what: Callable[[], Awaitable[None]]) -> bool:
        try:
            await what()
        except Exception as error:
            log.warning("presence not written", error=repr(error))
            return False
        return True

    def _holds(self, fact: AgentChanged) -> bool:
        return self._agents.get((fact.workspace_id, fact.agent.id), 0) > 0

    def _is_asked(self, payload: str) -> None:
        here = {id.hex for counter in (self._agents, self._visitors) for (_, id), n in counter.items() if n > 0}
        if here and (payload == EVERYBODY or not here.isdisjoint(payload.split(","))):
            self._asked.set()

    async def _beat(self) -> None:
        agents, visitors = _present(self._agents), _present(self._visitors)
        if agents or visitors:
            async with self._ground.work_everywhere() as work:
                if agents:
                    await note_connected(work, [id for _, id in agents])
                    await note_on_screen(work, [id for _, id in _present(self._on_screen)])
                if visitors:
                    await note_visitors_connected(work, [id for _, id in visitors])

    async def _write_off(self) -> None:
        agents, covered, visitors = _absent(self._agents), _absent(self._on_screen), _absent(self._visitors)
        if not agents and not covered and not visitors:
            return
        asked_at = self._ground.clock.now()
        self._ask({id for _, id in (*agents, *covered, *visitors)})
        await asyncio.sleep(ANSWERED_WITHIN)
        await self._note_covered([each for each in covered if self._on_screen[each] <= 0], asked_at)
        await self._write_off_agents([each for each in agents if self._agents[each] <= 0], asked_at)
        await self._write_off_visitors([each for each in visitors if self._visitors[each] <= 0], asked_at)

    def _ask(self, ids: Iterable[UUID]) -> None:
        listed = [id.hex for id in ids]
        for start in range(0, len(listed), _IDS_AT_MOST):
            self._bus.publish(WHO_IS_HERE, ",".join(listed[start : start + _IDS_AT_MOST]))

    async def _note_covered(self, covered: Sequence[Person], asked_at: datetime) -> None:
        if covered:
            async with self._ground.work_everywhere() as work:
                await note_covered(work, [id for _, id in covered], unseen_since=asked_at)
        for each in covered:
            if self._on_screen[each] <= 0:
                del self._on_screen[each]

    async def _write_off_agents(self, gone: Sequence[Person], asked_at: datetime) -> None:
        for workspace_id, agent_id in gone:
            async with self._ground.work_in(workspace_id) as work:
                await note_disconnected(work, agent_id, unheard_since=asked_at)
            if self._agents[workspace_id, agent_id] <= 0:
                del self._agents[workspace_id, agent_id]

    async def _write_off_visitors(self, gone: Sequence[Person], asked_at: datetime) -> None:
        if not gone:
            return
        async with self._ground.work_everywhere() as work:
            written_off = await note_visitors_disconnected(work, [id for _, id in gone], unheard_since=asked_at)
        for workspace_id, visitor_id in gone:
            if visitor_id in written_off:
                self._hub.signal_agents(workspace_id, PresenceSignal(visitor_id=visitor_id, online=False))
            if self._visitors[workspace_id, visitor_id] <= 0:
                del self._visitors[workspace_id, visitor_id]


def _present(counter: Counter[Person]) -> list[Person]:
    return [key for key, n in counter.items() if n > 0]


def _absent(counter: Counter[Person]) -> list[Person]:
    return [key for key, n in counter.items() if n <= 0]
