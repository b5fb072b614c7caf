"""What the recorder needs of a site, kept in memory: every report names one."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from yingke.inboxes import Site, SiteChanged, allowed_origin, settings_of, site_of_key
from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.visits.facts import GoalChanged, GoalDeleted
from yingke.visits.goal_patterns import GoalPattern
from yingke.visits.models import Goal

Mode = Literal["full", "anonymous", "off"]
KEPT_FOR = 60.0
MOST = 2000


@dataclass(frozen=True, slots=True)
class TrackedSite:
    workspace_id: UUID
    id: UUID
    key: str
    mode: Mode
    do_not_track: Literal["ignore", "anonymous", "off"]
    hosts: frozenset[str]
    """Of the shop's own pages."""
    goals: tuple[GoalPattern, ...]
    site: Site

    def allows(self, origin: str) -> bool:
        return allowed_origin(self.site, origin)


class TrackedSites:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._kept: OrderedDict[str, tuple[float, TrackedSite | None]] = OrderedDict()

    async def of(self, key: str) -> TrackedSite | None:
        """The site of a public key, or None. A key that is not known is remembered as well."""
        read_at, site = self._kept.get(key, (0.0, None))
        if time.monotonic() - read_at < KEPT_FOR and read_at:
            return site
        asked_at = time.monotonic()
        site = await self._read(key)
        self._kept[key] = (asked_at, site)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return site

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process: what changed is read anew."""
        changed = {fact.workspace_id for fact in facts if isinstance(fact, SiteChanged | GoalChanged | GoalDeleted)}
        if changed:
            for key, (_, site) in list(self._kept.items()):
                if site is None or site.workspace_id in changed:
                    del self._kept[key]

    async def _read(self, key: str) -> TrackedSite | None:
        async with self._ground.work_everywhere() as work:
            site = await site_of_key(work, key)
            if site is None:
                return None
            goals = await work.all(
                select(Goal).where(Goal.workspace_id == site.workspace_id, Goal.archived_at.is_(None))
            )
        settings = settings_of(site)
        hosts = {urlsplit(each).hostname or "" for each in settings.allowed_origins if "*" not in each}
        return TrackedSite(
            workspace_id=site.workspace_id,
            id=site.id,
            key=site.key,
            mode=settings.tracking.mode,
            do_not_track=settings.tracking.do_not_track,
            hosts=frozenset(host.removeprefix("www.") for host in hosts),
            goals=tuple(GoalPattern.of(goal) for goal in goals if goal.site_id in (None, site.id)),
            site=site,
        )
