"""Tells those who wait in a queue their place, whenever the queue moved. Each process tells its own visitors."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy import select

from yingke.conversations.facts import ConversationChanged
from yingke.conversations.models import Conversation
from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.realtime.hub import Hub
from yingke.realtime.signals import Position
from yingke.realtime.views import signal_frame
from yingke.routing.expecting import ranges

log = structlog.get_logger()

TOLD_AT_MOST = 200
SETTLE = 0.2
"""Seconds that changes are gathered before the queue is read."""

Queue = tuple[UUID, UUID | None]


class Positions:
    def __init__(self, ground: Ground, hub: Hub) -> None:
        self._ground = ground
        self._hub = hub
        self._moved: set[Queue] = set()
        self._wake = asyncio.Event()

    def notice(self, facts: Sequence[Fact]) -> None:
        """Remember the queues that these facts moved."""
        for fact in facts:
            if isinstance(fact, ConversationChanged) and fact.change in (
                "queued",
                "assigned",
                "transferred",
                "resolved",
                "placed",
            ):
                teams = {fact.conversation.team_id, fact.team_id_before or fact.conversation.team_id}
                self._moved |= {(fact.workspace_id, team_id) for team_id in teams}
                self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(SETTLE)
            moved, self._moved = self._moved, set()
            self._wake.clear()
            for workspace_id, team_id in moved:
                try:
                    await self._tell(workspace_id, team_id)
                except Exception as error:
                    log.warning("positions not told", error=repr(error))

    async def _tell(self, workspace_id: UUID, team_id: UUID | None) -> None:
        waiting = (
            select(Conversation.id, Conversation.visitor_id)
            .where(
                Conversation.workspace_id == workspace_id,
                Conversation.status == "queued",
                Conversation.visitor_id.is_not(None),
                Conversation.team_id.is_not_distinct_from(team_id),
            )
            .order_by(Conversation.place_at, Conversation.id)
            .limit(TOLD_AT_MOST)
        )
        async with self._ground.work_in(workspace_id) as work:
            rows = (await work.rows.execute(waiting)).all()
            expected = await ranges(work, team_id, range(1, len(rows) + 1))
        for position, ((conversation_id, visitor_id), wait) in enumerate(zip(rows, expected, strict=True), start=1):
            told = Position(
                conversation=conversation_id,
                position=position,
                ahead=position - 1,
                wait_low=wait.low if wait else None,
                wait_high=wait.high if wait else None,
            )
            frame = signal_frame(told)
            for connection in list(self._hub.visitors.get(visitor_id, ()) if visitor_id else ()):
                connection.send(frame)
