"""Who is there: beats of the agents and visitors connected to this process, written together.

Whoever left this process may be connected to another: before anybody is written off, all processes are asked. An agent who lost the connection keeps his seat for three minutes; the routing package
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
        self._here: dict[Kind, Counter[Person]] = {"agents": Counter(), "screens": Counter(), "visitors": Counter()}
        self.whereabouts = Whereabouts(bus, self._here)
        self._fresh: dict[Kind, set[Person]] = {kind: set() for kind in self._here}
        """Who came since the last beat."""
        self._beat_at = 0.0
        """When all were beaten for last, on the clock of the loop."""
        self._came = asyncio.Event()
        self._left = asyncio.Event()

    def agent_came(self, actor: Actor) -> None:
        self._came_to("agents", (actor.workspace_id, actor.agent_id))

    def agent_went(self, actor: Actor) -> None:
        self._went_from("agents", (actor.workspace_id, actor.agent_id))

    def desk_shown(self, actor: Actor) -> None:
        """A desk of the agent came onto a screen."""
        self._came_to("screens", (actor.workspace_id, actor.agent_id))

    def desk_covered(self, actor: Actor) -> None:
        """It was hidden, or closed."""
        self._went_from("screens", (actor.workspace_id, actor.agent_id))

    def visitor_came(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """Only visitors with a conversation are counted: nobody waits to see the others."""
        self._came_to("visitors", (workspace_id, visitor_id))

    def visitor_went(self, workspace_id: UUID, visitor_id: UUID) -> None:
        self._went_from("visitors", (workspace_id, visitor_id))

    def _came_to(self, kind: Kind, person: Person) -> None:
        self._here[kind][person] += 1
        self._fresh[kind].add(person)
        self._came.set()

    def _went_from(self, kind: Kind, person: Person) -> None:
        self._here[kind][person] -= 1
        self._left.set()

    def notice(self, facts: Sequence[Fact]) -> None:
        """Somebody here was written off elsewhere: contradict."""
        for fact in facts:
            if isinstance(fact, AgentChanged) and not fact.agent.connected:
                person = fact.workspace_id, fact.agent.id
                if self._here["agents"].get(person, 0) > 0:
                    self._fresh["agents"].add(person)
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

    async def _beat(self) -> None:
        """For all every ten seconds, and for those who came meanwhile."""
        now = asyncio.get_running_loop().time()
        everybody = now >= self._beat_at + BEAT_EVERY / 2
        whom = {kind: _present(here) if everybody else self._fresh[kind] for kind, here in self._here.items()}
        taken = {kind: self._fresh[kind] for kind in self._here}
        self._fresh = {kind: set() for kind in self._here}
        try:
            await self._note_present(**whom)
        except BaseException:
            for kind, persons in taken.items():
                self._fresh[kind] |= persons
            raise
        if everybody:
            self._beat_at = now

    async def _note_present(
        self, agents: Iterable[Person], screens: Iterable[Person], visitors: Iterable[Person]
    ) -> None:
        if agents or screens or visitors:
            async with self._ground.work_everywhere() as work:
                await note_connected(work, [id for _, id in agents])
                await note_on_screen(work, [id for _, id in screens])
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
            if site_id := written_off.get(visitor_id):
                self._hub.signal_agents(workspace_id, site_id, PresenceSignal(visitor_id=visitor_id, online=False))


def _present(counter: Counter[Person]) -> set[Person]:
    return {key for key, n in counter.items() if n > 0}


def _absent(counter: Counter[Person]) -> list[Person]:
    return [key for key, n in counter.items() if n <= 0]
