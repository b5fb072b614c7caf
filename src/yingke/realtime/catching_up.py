"""What the bus did not bring is read from the database.

While the bus is away, every second: the dead bus then costs a second and not a heartbeat. After a gap, clients ask again
for what they have open; what no client asks for (who was signed out, whose rights changed, which settings are kept in
memory) is read here.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import TextClause, text

from yingke.kit.bus import Bus
from yingke.kit.facts import decode_fact
from yingke.kit.ids import first_id_at
from yingke.kit.outbox import KEPT
from yingke.kit.work import Ground
from yingke.realtime.hub import Hub

log = structlog.get_logger()

EVERY = 1.0
OVERLAP = timedelta(seconds=10)
"""Commits become visible in another order than their ids, and clocks of hosts differ."""
AT_ONCE = 5000

_ASKED_FOR = ("message.posted", "message.recalled", "conversation.changed", "draft.changed")
"""Clients ask for these themselves after `resync`."""
_ALL = text("SELECT id, name, payload FROM facts WHERE id > :since ORDER BY id LIMIT :at_once")
_OTHERS = text(
    "SELECT id, name, payload FROM facts WHERE id > :since AND name <> ALL(:asked_for) ORDER BY id LIMIT :at_once"
)


class CatchingUp:
    def __init__(self, ground: Ground, hub: Hub, bus: Bus) -> None:
        self._ground = ground
        self._hub = hub
        self._bus = bus
        self._gap = asyncio.Event()
        self._read_until: datetime | None = None
        self._seen: set[UUID] = set()
        bus.on_gap = self._gap.set

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._gap.wait()
            try:
                if self._gap.is_set():
                    self._gap.clear()
                    self._hub.resync()
                    await self._read_others()
                elif not self._bus.connected:
                    await self._read_all()
                else:
                    self._read_until = self._ground.clock.now()
            except Exception as error:
                log.warning("facts of others not read", error=repr(error))

    async def _read_all(self) -> None:
        now = self._ground.clock.now()
        since = (self._read_until or now) - OVERLAP
        self._seen = {id for id in self._seen if id > first_id_at(since)}
        if await self._show(_ALL, {"since": first_id_at(since)}) == AT_ONCE:
            self._hub.resync()
        self._read_until = now

    async def _read_others(self) -> None:
        since = first_id_at(self._ground.clock.now() - KEPT)
        await self._show(_OTHERS, {"since": since, "asked_for": list(_ASKED_FOR)})
        self._seen.clear()

    async def _show(self, query: TextClause, bound: dict[str, Any]) -> int:
        async with self._ground.work_everywhere() as work:
            rows = (await work.rows.execute(query, bound | {"at_once": AT_ONCE})).all()
        new = [row for row in rows if row.id not in self._seen]
        self._seen |= {row.id for row in new}
        self._hub.deliver([decode_fact(row.name, row.payload) for row in new], foreign=True)
        return len(rows)
