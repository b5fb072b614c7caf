"""Heartbeats: every 25 seconds each socket hears the heads of what it reads, from the database.

A push that was lost is noticed by the next heartbeat, so a dead bus costs delay and never a message. The sockets are
spread over the period: each second one slice of them is served by one query.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import text

from yingke.kit.values import encode
from yingke.kit.work import Ground
from yingke.realtime.connection import Connection
from yingke.realtime.hub import Hub
from yingke.realtime.server_frames import Heartbeat

log = structlog.get_logger()

EVERY = 25
SILENT_FOR = 60.0
"""Seconds without any sign of life after which a peer is taken for dead."""

_HEADS = text("SELECT id, last_seq FROM conversations WHERE id = ANY(:ids)")


class Heartbeats:
    def __init__(self, ground: Ground, hub: Hub) -> None:
        self._ground = ground
        self._hub = hub

    async def run(self) -> None:
        """Until cancelled."""
        slot = 0
        while True:
            await asyncio.sleep(1)
            slot = (slot + 1) % EVERY
            mine = [each for each in self._hub.everybody() if id(each) // 64 % EVERY == slot]
            try:
                await self._beat(mine)
            except Exception as error:
                log.warning("no heartbeat", error=repr(error))

    async def _beat(self, connections: Sequence[Connection]) -> None:
        ids = {conversation_id for connection in connections for conversation_id in connection.subscribed}
        heads: dict[UUID, int] = {}
        if ids:
            async with self._ground.work_everywhere() as work:
                heads = {row.id: row.last_seq for row in await work.rows.execute(_HEADS, {"ids": list(ids)})}
        bare = encode(Heartbeat(heads={}))
        for connection in connections:
            own = {each: heads[each] for each in connection.subscribed if each in heads}
            connection.beat(encode(Heartbeat(heads=own)) if own else bare, SILENT_FOR)
