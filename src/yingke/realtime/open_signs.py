"""Whether somebody can answer, as told to every visitor who comes: kept for a moment, because thousands come together."""

import time
from uuid import UUID

from yingke.agents import AgentChanged
from yingke.inboxes import Site, SiteChanged
from yingke.kit.facts import Fact
from yingke.kit.work import Work
from yingke.routing import Service, service_of

KEPT_FOR = 5.0
"""Seconds; what changes by a fact is looked up again at once."""


class OpenSigns:
    """By site. Bounded by the sites that visitors of this process are on."""

    def __init__(self) -> None:
        self._known: dict[UUID, dict[UUID, tuple[float, Service]]] = {}

    async def of(self, work: Work, site: Site) -> Service:
        read_at, known = self._known.get(site.workspace_id, {}).get(site.id, (0.0, None))
        if known is not None and time.monotonic() - read_at < KEPT_FOR:
            return known
        asked_at = time.monotonic()
        service = await service_of(work, site)
        self._known.setdefault(site.workspace_id, {})[site.id] = (asked_at, service)
        return service

    def learn(self, fact: Fact) -> None:
        if isinstance(fact, AgentChanged | SiteChanged):
            self._known.pop(fact.workspace_id, None)
