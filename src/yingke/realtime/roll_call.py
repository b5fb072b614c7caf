"""What a process that died took with it. For the one process that runs the timers.

Every process has a session in the database that carries its name and ends with it. When one is missing, all are asked
who is with them, and whoever nobody answers for is gone: seconds after a kill, not when his beats are overdue.
"""

import asyncio

from sqlalchemy import text

from yingke.agents import notice_silence
from yingke.kit.bus import Bus
from yingke.kit.timers import SESSION
from yingke.kit.work import Ground
from yingke.realtime.hub import Hub
from yingke.realtime.signals import Presence
from yingke.realtime.whereabouts import Whereabouts
from yingke.visitors import notice_silent_visitors

_PROCESSES = text(
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, :session)"
)


class RollCall:
    def __init__(self, ground: Ground, hub: Hub, bus: Bus, whereabouts: Whereabouts) -> None:
        self._ground = ground
        self._hub = hub
        self._bus = bus
        self._whereabouts = whereabouts
        self._known: frozenset[str] | None = None

    async def run(self) -> None:
        """Compare with the last time; the first time whoever ran the timers before may be the one that died."""
        if not self._bus.connected:
            return  # nobody would hear the question
        async with self._ground.work_everywhere() as work:
            alive = frozenset(await work.rows.scalars(_PROCESSES, {"session": SESSION}))
        before, self._known = self._known, alive
        if before is None or before - alive:
            await self._call()

    async def _call(self) -> None:
        asked_at = self._ground.clock.now()
        agents, visitors = await asyncio.gather(*(self._whereabouts.everybody(kind) for kind in ("agents", "visitors")))
        async with self._ground.work_everywhere() as work:
            await notice_silence(work, unheard_since=asked_at, present=agents)
            gone = await notice_silent_visitors(work, unheard_since=asked_at, present=visitors)
        for workspace_id, visitor_id, site_id in gone:
            self._hub.signal_agents(workspace_id, site_id, Presence(visitor_id=visitor_id, online=False))
