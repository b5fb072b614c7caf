"""Whether somebody can answer now, as told to every visitor who comes: kept for a moment, because thousands come together."""

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yingke.agents import AgentChanged
from yingke.inboxes import Site, SiteChanged, is_open, settings_of
from yingke.inboxes.site_settings import Hours
from yingke.kit.facts import Fact
from yingke.kit.work import Work
from yingke.routing import Service, service_of

KEPT_FOR = 5.0
"""Seconds; what changes by a fact is looked up again at once."""


@dataclass(frozen=True, slots=True)
class Read:
    at: float
    service: Service
    hours: Hours
    within_hours: bool


class OpenSigns:
    """By site. Bounded by the sites that visitors of this process are on."""

    def __init__(self) -> None:
        self._known: dict[UUID, dict[UUID, Read]] = {}
        self._learnt = 0

    async def of(self, work: Work, site: Site) -> Service:
        known = self._known.get(site.workspace_id, {}).get(site.id)
        if known is not None and time.monotonic() - known.at < KEPT_FOR:
            return known.service
        asked_at, learnt = time.monotonic(), self._learnt
        service = await service_of(work, site)
        if learnt == self._learnt:  # what a fact has overtaken is not kept
            hours = settings_of(site).hours
            read = Read(asked_at, service, hours, is_open(hours, work.now))
            self._known.setdefault(site.workspace_id, {})[site.id] = read
        return service

    def learn(self, fact: Fact) -> None:
        if isinstance(fact, AgentChanged | SiteChanged):
            self._learnt += 1
            self._known.pop(fact.workspace_id, None)

    def turned(self, now: datetime) -> set[UUID]:
        """The workspaces with a site whose hours began or ended since its sign was read; those are read anew."""
        turned = {
            workspace_id
            for workspace_id, sites in self._known.items()
            if any(is_open(read.hours, now) != read.within_hours for read in sites.values())
        }
        for workspace_id in turned:
            del self._known[workspace_id]
        return turned
