"""Who is there: beats of the agents and visitors connected to this process, written together.

An agent who lost the connection keeps his seat for three minutes; the routing package takes it from there.
"""

import asyncio
from collections import Counter
from uuid import UUID

import structlog

from yingke.agents import note_connected, note_disconnected
from yingke.identity import Actor
from yingke.kit.work import Ground
from yingke.visitors import note_visitors_connected, note_visitors_disconnected

log = structlog.get_logger()

BEAT_EVERY = 10.0


class Presence:
    """Counts sockets per person; the first and the last one change what others see."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._agents: Counter[tuple[UUID, UUID]] = Counter()
        self._visitors: Counter[tuple[UUID, UUID]] = Counter()
        self._changed = asyncio.Event()

    def agent_came(self, actor: Actor) -> None:
        self._agents[actor.workspace_id, actor.agent_id] += 1
        self._changed.set()

    def agent_went(self, actor: Actor) -> None:
        self._agents[actor.workspace_id, actor.agent_id] -= 1
        self._changed.set()

    def visitor_came(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """Only visitors with a conversation are counted: nobody waits to see the others."""
        self._visitors[workspace_id, visitor_id] += 1
        self._changed.set()

    def visitor_went(self, workspace_id: UUID, visitor_id: UUID) -> None:
        self._visitors[workspace_id, visitor_id] -= 1
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled: write beats every ten seconds, and changes at once."""
        while True:
            try:
                await self._write()
            except Exception as error:
                log.warning("presence not written", error=repr(error))
            try:
                await asyncio.wait_for(self._changed.wait(), timeout=BEAT_EVERY)
                await asyncio.sleep(0.05)  # a reload leaves and comes within a moment
            except TimeoutError:
                pass
            self._changed.clear()

    async def leave(self) -> None:
        """This process stops: all its people are gone from it."""
        for counter in (self._agents, self._visitors):
            for key in counter:
                counter[key] = 0
        await self._write()

    async def _write(self) -> None:
        here, gone = _split(self._agents)
        visitors_here, visitors_gone = _split(self._visitors)
        for workspace_id, agent_id in gone:
            async with self._ground.work_in(workspace_id) as work:
                await note_disconnected(work, agent_id)
            if self._agents[workspace_id, agent_id] <= 0:
                del self._agents[workspace_id, agent_id]
        async with self._ground.work_everywhere() as work:
            if here:
                await note_connected(work, [agent_id for _, agent_id in here])
            if visitors_here:
                await note_visitors_connected(work, [visitor_id for _, visitor_id in visitors_here])
            if visitors_gone:
                await note_visitors_disconnected(work, [visitor_id for _, visitor_id in visitors_gone])
        for key in visitors_gone:
            if self._visitors[key] <= 0:
                del self._visitors[key]


def _split(counter: Counter[tuple[UUID, UUID]]) -> tuple[list[tuple[UUID, UUID]], list[tuple[UUID, UUID]]]:
    return [key for key, n in counter.items() if n > 0], [key for key, n in counter.items() if n <= 0]
