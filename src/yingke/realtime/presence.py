"""Who is there: beats of the agents and visitors connected to this process, written together.

Whoever left this process may be connected to another: before anybody is written off, all processes are asked. An agent who lost the connection keeps his seat for three minutes; the routing package
takes it from there.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
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
from yingke.realtime.whereabouts import Kind, Person, Whereabouts
from yingke.visitors import note_visitors_connected, note_visitors_disconnected

log = structlog.get_logger()

BEAT_EVERY = 10.0
RETRY_AFTER = 1.0


class Presence:
    """Counts sockets per person; the first and the last one change what others see."""

    def __init__(self, ground: Ground, hub: Hub, bus: Bus) -> None:
        self._ground = ground
        self._hub = hub
        self._agents: Counter[Person] = Counter()
        self._on_screen: Counter[Person] = Counter()
        self._visitors: Counter[Person] = Counter()
        self._here: dict[Kind, Counter[Person]] = {
            "agents": self._agents,
            "screens": self._on_screen,
            "visitors": self._visitors,
        }
        self.whereabouts = Whereabouts(bus, self._here)
        self._came = asyncio.Event()
        self._left = asyncio.Event()

    def agent_came(self, actor: Actor) -> None:
        self._agents[actor.workspace_id, actor.agent_id] += 1
        self._came.set()

    def agent_went(self, actor: Actor) -> None:
        self._agents[actor.workspace_id, actor.agent_id] -= 1
        self._left.set()

    def desk_shown(self, actor: Actor) -> None:
        """A desk of the agent came onto a screen."""
        self._on_screen[actor.workspace_id, actor.agent_id] += 1
        self._came.set()

    def desk_covered(self, actor: Actor) -> None:
        """It was hidden, or closed."""
        self._on_screen[actor.workspace_id, actor.agent_id] -= 1
        self._left.set()

    def visitor_came(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """Only visitors with a conversation are counted: nobody waits to see the others."""
        self._visitors[workspace_id, visitor_id] += 1
        self._came.set()

    def visitor_went(self, workspace_id: UUID, visitor_id: UUID) -> None:
        self._visitors[workspace_id, visitor_id] -= 1
        self._left.set()

    def notice(self, facts: Sequence[Fact]) -> None:
        """Somebody here was written off elsewhere: contradict."""
        for fact in facts:
            if isinstance(fact, AgentChanged) and not fact.agent.connected and self._holds(fact):
                self._came.set()

    async def run(self) -> None:
        """Until cancelled: write beats every ten seconds, and changes at once."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(self._beat, self._came))
            group.create_task(self._keep(self._write_off, self._left))

    async def leave(self) -> None:
        """This process stops: all its people are gone from it."""
        for counter in self._here.values():
            for key in counter:
                counter[key] = 0
        await self._write_off()

    async def _keep(self, write: Callable[[], Awaitable[None]], wanted: asyncio.Event) -> None:
        while True:
            written = await self._written(write)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_EVERY if written else RETRY_AFTER):
                    await wanted.wait()
                await asyncio.sleep(0.05)  # a reload leaves and comes within a moment
            wanted.clear()

    async def _written(self, what: Callable[[], Awaitable[None]]) -> bool:
        try:
            await what()
        except Exception as error:
            log.warning("presence not written", error=repr(error))
            return False
        return True

    def _holds(self, fact: AgentChanged) -> bool:
        return self._agents.get((fact.workspace_id, fact.agent.id), 0) > 0

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
        asked_at = self._ground.clock.now()
        notes: dict[Kind, Callable[[Sequence[Person], datetime], Awaitable[None]]] = {
            "agents": self._write_off_agents,
            "screens": self._note_covered,
            "visitors": self._write_off_visitors,
        }
        for kind, note in notes.items():
            here = self._here[kind]
            if absent := _absent(here):
                elsewhere = await self.whereabouts.elsewhere(kind, [id for _, id in absent])
                await note([each for each in absent if here[each] <= 0 and each[1] not in elsewhere], asked_at)
                for each in absent:
                    if here[each] <= 0:
                        del here[each]

    async def _note_covered(self, covered: Sequence[Person], asked_at: datetime) -> None:
        async with self._ground.work_everywhere() as work:
            await note_covered(work, [id for _, id in covered], unseen_since=asked_at)

    async def _write_off_agents(self, gone: Sequence[Person], asked_at: datetime) -> None:
        for workspace_id, agent_id in gone:
            async with self._ground.work_in(workspace_id) as work:
                await note_disconnected(work, agent_id, unheard_since=asked_at)

    async def _write_off_visitors(self, gone: Sequence[Person], asked_at: datetime) -> None:
        async with self._ground.work_everywhere() as work:
            written_off = await note_visitors_disconnected(work, [id for _, id in gone], unheard_since=asked_at)
        for workspace_id, visitor_id in gone:
            if visitor_id in written_off:
                self._hub.signal_agents(workspace_id, PresenceSignal(visitor_id=visitor_id, online=False))


def _present(counter: Counter[Person]) -> list[Person]:
    return [key for key, n in counter.items() if n > 0]


def _absent(counter: Counter[Person]) -> list[Person]:
    return [key for key, n in counter.items() if n <= 0]
