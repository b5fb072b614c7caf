"""Telling other processes who is on the sites: ids over the bus, which they read from the database.

A process that is alone says one short word every ten seconds and nothing else.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

import structlog

from yingke.kit.bus import LARGEST, Bus
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.visits.live.roster import Activity, Roster

log = structlog.get_logger()

CHANNEL = "yingke_visitors"
TELL_EVERY = 0.25
HERE_EVERY = 10.0
_GONE_AFTER = timedelta(seconds=35)
_IDS_AT_MOST = (LARGEST - 100) // 33


class Sharing:
    def __init__(self, ground: Ground, bus: Bus, roster: Roster) -> None:
        self._ground = ground
        self._bus = bus
        self._roster = roster
        self._process = new_id().hex
        self._others_until = ground.clock.now()
        self._told: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._did: defaultdict[UUID, set[UUID]] = defaultdict(set)
        roster.on_changed.append(self._note)
        roster.on_activity.append(self._note_deed)
        bus.subscribe(CHANNEL, self._received)

    async def run(self) -> None:
        """Until cancelled: read who is there, then keep it and tell of it."""
        while not self._roster.ready.is_set():
            try:
                await self._roster.rebuild()
            except Exception as error:
                log.warning("who is on the sites could not be read", error=repr(error))
                await asyncio.sleep(1)
        turns = 0
        while True:
            if turns % int(HERE_EVERY / TELL_EVERY) == 0:
                self._say_here()
            if turns % int(1 / TELL_EVERY) == 0:
                self._roster.sweep()
            turns += 1
            self._tell()
            try:
                await self._roster.load_missing()
            except Exception as error:
                log.warning("visitors of other processes not read", error=repr(error))
            await asyncio.sleep(TELL_EVERY)

    def _note(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if self._have_company():
            self._told[workspace_id].add(visitor_id)

    def _note_deed(self, activity: Activity) -> None:
        """What somebody does is told by whoever heard of it, wherever the page reports how it is read."""
        if activity.what in ("event", "click") and self._have_company():
            self._did[activity.workspace_id].add(activity.visitor.id)

    def _have_company(self) -> bool:
        return self._ground.clock.now() < self._others_until

    def _say_here(self) -> None:
        self._bus.publish(CHANNEL, f"{self._process} here")
        if self._have_company():
            self._say_alive()

    def _say_alive(self) -> None:
        by_sight: defaultdict[tuple[UUID, str], list[UUID]] = defaultdict(list)
        for present in self._roster.own():
            by_sight[present.workspace_id, "hidden" if present.value.hidden else "alive"].append(present.value.id)
        for (workspace_id, word), ids in by_sight.items():
            self._say(word, workspace_id, ids)

    def _tell(self) -> None:
        """What changed here. Of somebody who reports elsewhere, the other process tells."""
        told, self._told = self._told, defaultdict(set)
        did, self._did = self._did, defaultdict(set)
        for workspace_id in {*told, *did}:
            here = {id: self._roster.find(workspace_id, id) for id in told[workspace_id] | did[workspace_id]}
            self._say("changed", workspace_id, [
                id for id, present in here.items() if present and (present.tabs or id in did[workspace_id])
            ])  # fmt: skip
            self._say("gone", workspace_id, [id for id, present in here.items() if present is None])

    def _say(self, word: str, workspace_id: UUID, ids: list[UUID]) -> None:
        for some in _cut(ids):
            listed = " ".join(id.hex for id in some)
            self._bus.publish(CHANNEL, f"{self._process} {word} {workspace_id.hex} {listed}")

    def _received(self, payload: str) -> None:
        process, word, *rest = payload.split(" ")
        if process == self._process:
            return
        newly = not self._have_company()
        self._others_until = self._ground.clock.now() + _GONE_AFTER
        if newly:
            self._say_here()
        if word == "here":
            return
        workspace_id = UUID(rest[0])
        for visitor_id in map(UUID, rest[1:]):
            self._follow(word, workspace_id, visitor_id)

    def _follow(self, word: str, workspace_id: UUID, visitor_id: UUID) -> None:
        present = self._roster.find(workspace_id, visitor_id)
        match word:
            case "changed":
                self._roster.reload(workspace_id, visitor_id)
            case "alive" | "hidden":
                self._roster.keep(workspace_id, visitor_id, hidden=word == "hidden")
            case "gone" if present is not None and not present.tabs:
                self._roster.drop(workspace_id, visitor_id)


def _cut(ids: list[UUID]) -> Iterator[Iterable[UUID]]:
    for start in range(0, len(ids), _IDS_AT_MOST):
        yield ids[start : start + _IDS_AT_MOST]
