"""Tells the visitors of a site when it opens or closes while they look. Each process tells its own visitors."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog

from yingke.agents import AgentChanged
from yingke.inboxes import Site, SiteChanged
from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.realtime.hub import Hub
from yingke.realtime.signals import OpenSign
from yingke.realtime.views import signal_frame
from yingke.routing import Service

if TYPE_CHECKING:
    from yingke.realtime.visitor_socket import VisitorConnection

log = structlog.get_logger()

SETTLE = 0.5
"""Seconds that changes are gathered: an agent who loads the desk again leaves and comes."""
CLOCK_EVERY = 10.0
"""Seconds between two looks at the business hours."""


class Openings:
    def __init__(self, ground: Ground, hub: Hub) -> None:
        self._ground = ground
        self._hub = hub
        self._moved: set[UUID] = set()
        self._wake = asyncio.Event()

    def notice(self, facts: Sequence[Fact]) -> None:
        """Remember the workspaces whose signs these facts may have turned."""
        for fact in facts:
            if isinstance(fact, AgentChanged | SiteChanged):
                self._moved.add(fact.workspace_id)
                self._wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CLOCK_EVERY):
                    await self._wake.wait()
                await asyncio.sleep(SETTLE)
            moved, self._moved = self._moved | self._hub.open_signs.turned(self._ground.clock.now()), set()
            self._wake.clear()
            for workspace_id in moved:
                try:
                    await self._tell(workspace_id)
                except Exception as error:
                    log.warning("opening not told", error=repr(error))

    async def _tell(self, workspace_id: UUID) -> None:
        here = self._hub.visitors_of(workspace_id)
        if not here:
            return
        async with self._ground.work_in(workspace_id) as work:
            for site_id in {visitor.site_id for visitor in here}:
                site = await work.find(Site, site_id)
                if site is not None:
                    sign = await self._hub.open_signs.of(work, site)
                    _show(sign, [visitor for visitor in here if visitor.site_id == site_id])


def _show(sign: Service, visitors: "Sequence[VisitorConnection]") -> None:
    frame = signal_frame(OpenSign(**msgspec.structs.asdict(sign)))
    for visitor in visitors:
        if (visitor.sign.open, visitor.sign.next_open_at) != (sign.open, sign.next_open_at):
            visitor.sign = sign
            visitor.send(frame)
