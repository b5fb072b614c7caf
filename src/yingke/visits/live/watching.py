"""Desks that look at the live view: the whole list once, then what changed, a few times a second.

A frame is put together from values that are encoded once for all desks. A desk that does not read is not sent more:
when it has caught up it gets the whole list again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
import structlog
from msgspec import UNSET, UnsetType

from yingke.kit.clock import Clock
from yingke.kit.values import DescribedAs, Value, encode
from yingke.visits.live.filters import Filter
from yingke.visits.live.roster import Present, Roster
from yingke.visits.values import LiveVisitor

log = structlog.get_logger()

TELL_EVERY = 0.25
FIRST_EVERY = 0.05
"""Seconds between the frames of the whole list."""
TOGETHER_AT_MOST = 500
BYTES_AT_MOST = 256 * 1024
"""Of one frame, about: other frames wait behind it, and a socket that is too far behind is cut off."""
BEHIND_AT_MOST = 400 * 1024
"""Bytes a desk may be behind before it is told nothing more for a while."""
_LOOK_AT_TIME_EVERY = 4
"""Turns after which filters that depend on passing time are evaluated again."""


class VisitorsFrame(Value, frozen=True, kw_only=True):
    """Visitors who came or changed, whole, and those who went or do not match any more."""

    op: Literal["visitors"] = "visitors"
    items: Annotated[list[msgspec.Raw], DescribedAs(list[LiveVisitor])]
    gone: list[UUID]
    count: int
    """How many match, and how many are on the sites."""
    online: int
    reset: Literal[True] | UnsetType = UNSET
    """The list begins anew: forget what you have."""
    more: bool | UnsetType = UNSET
    """The rest of the list follows."""


@dataclass(slots=True, eq=False)
class Watch:
    """One desk's live view."""

    workspace_id: UUID
    filter: Filter
    send: Callable[[bytes], None]
    behind: Callable[[], int]
    """Bytes that wait to be read."""
    shown: set[UUID] = field(default_factory=set)
    to_show: list[UUID] = field(default_factory=list)
    """Of the whole list, what was not sent yet, the most recent last."""
    begun: bool = False
    online: int = -1


class Watches:
    def __init__(self, roster: Roster, clock: Clock) -> None:
        self._roster = roster
        self._clock = clock
        self._watches: defaultdict[UUID, set[Watch]] = defaultdict(set)
        self._changed: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._doubtful: defaultdict[UUID, set[UUID]] = defaultdict(set)
        """Who may have come into a segment or left one; that alone is nothing to tell a desk that looks at none."""
        self._wake = asyncio.Event()
        roster.on_changed.append(self._note)
        roster.on_look.append(self._doubt)
        roster.on_told.append(self._doubt)

    def start(self, watch: Watch) -> tuple[int, int]:
        """Begin to tell `watch`; how many it will be shown, and how many there are."""
        self._begin(watch)
        self._watches[watch.workspace_id].add(watch)
        self._wake.set()
        return len(watch.shown), self._online(watch)

    def stop(self, watch: Watch) -> None:
        group = self._watches.get(watch.workspace_id, set())
        group.discard(watch)
        if not group:
            self._watches.pop(watch.workspace_id, None)
            self._changed.pop(watch.workspace_id, None)
            self._doubtful.pop(watch.workspace_id, None)

    async def run(self) -> None:
        """Until cancelled."""
        turn = 0
        while True:
            if not self._watches:
                self._wake.clear()
                await self._wake.wait()
            turn += 1
            try:
                first = self._turn(timely=turn % _LOOK_AT_TIME_EVERY == 0)
            except Exception:
                log.exception("the live view was not told")
                first = False
            await asyncio.sleep(FIRST_EVERY if first else TELL_EVERY)

    def _note(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if workspace_id in self._watches:
            self._changed[workspace_id].add(visitor_id)

    def _doubt(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if workspace_id in self._watches:
            self._doubtful[workspace_id].add(visitor_id)

    def _turn(self, *, timely: bool) -> bool:
        """Whether some desk has not got its whole list yet."""
        now = self._clock.now()
        changed, self._changed = self._changed, defaultdict(set)
        doubtful, self._doubtful = self._doubtful, defaultdict(set)
        first = False
        for workspace_id, watches in list(self._watches.items()):
            for watch in list(watches):
                mine = changed.get(workspace_id, set())
                if watch.filter.segment_id is not None:
                    mine = mine | self._moved(watch, self._found(workspace_id, doubtful.get(workspace_id, ())), now)
                self._tell(watch, mine, now, timely=timely)
                first = first or bool(watch.to_show)
        return first

    def _tell(self, watch: Watch, changed: Collection[UUID], now: datetime, *, timely: bool) -> None:
        if watch.behind() > BEHIND_AT_MOST:
            if changed and not watch.to_show:
                self._begin(watch)
            elif changed:
                self._follow_unsent(watch, changed, now)
            return
        if watch.to_show or not watch.begun:
            self._follow_unsent(watch, changed, now)
            self._send_list(watch)
            return
        self._send_changes(watch, changed, now, timely=timely)

    def _begin(self, watch: Watch) -> None:
        now = self._clock.now()
        found = self._roster.fitting(watch.workspace_id, watch.filter, now)
        found.sort(key=lambda each: each.value.active_at)
        watch.to_show = [each.value.id for each in found]
        watch.shown = set(watch.to_show)
        watch.begun = False

    def _follow_unsent(self, watch: Watch, changed: Collection[UUID], now: datetime) -> None:
        """While the list is being sent, what changes joins its end and so comes next."""
        for id in changed:
            if self._matching(watch, id, now) is not None or id in watch.shown:
                watch.shown.add(id)
                watch.to_show.append(id)

    def _send_list(self, watch: Watch) -> None:
        now = self._clock.now()
        items: dict[UUID, Present] = {}
        gone: list[UUID] = []
        size = 0
        while watch.to_show and len(items) < TOGETHER_AT_MOST and size < BYTES_AT_MOST:
            id = watch.to_show.pop()
            present = self._matching(watch, id, now)
            if present is not None:
                items[id] = present
                size += len(present.frame())
            elif id in watch.shown:
                watch.shown.discard(id)
                gone.append(id)
        reset: Literal[True] | UnsetType = UNSET if watch.begun else True
        watch.begun = True
        self._send(watch, items.values(), gone=[] if reset is True else gone, reset=reset, more=bool(watch.to_show))

    def _send_changes(self, watch: Watch, changed: Collection[UUID], now: datetime, *, timely: bool) -> None:
        if timely and self._roster.moves(watch.workspace_id, watch.filter):
            changed = {*changed, *self._moved(watch, self._roster.of(watch.workspace_id), now)}
        items: list[Present] = []
        gone: list[UUID] = []
        for id in changed:
            present = self._matching(watch, id, now)
            if present is not None:
                items.append(present)
                watch.shown.add(id)
            elif id in watch.shown:
                gone.append(id)
                watch.shown.discard(id)
        if len(items) > TOGETHER_AT_MOST or sum(len(each.frame()) for each in items) > BYTES_AT_MOST:
            watch.to_show, items = [each.value.id for each in items], []
        if items or gone or watch.online != self._online(watch):
            self._send(watch, items, gone=gone)

    def _online(self, watch: Watch) -> int:
        return self._roster.count(watch.workspace_id, watch.filter.only_site_ids)

    def _found(self, workspace_id: UUID, ids: Iterable[UUID]) -> list[Present]:
        return [present for id in ids if (present := self._roster.find(workspace_id, id)) is not None]

    def _moved(self, watch: Watch, among: Iterable[Present], now: datetime) -> set[UUID]:
        """Those who came into the filter or left it without a change of their own."""
        return {
            each.value.id
            for each in among
            if self._roster.fits(watch.filter, each, now) != (each.value.id in watch.shown)
        }

    def _matching(self, watch: Watch, id: UUID, now: datetime) -> Present | None:
        present = self._roster.find(watch.workspace_id, id)
        return present if present is not None and self._roster.fits(watch.filter, present, now) else None

    def _send(
        self,
        watch: Watch,
        items: Collection[Present],
        *,
        gone: list[UUID],
        reset: Literal[True] | UnsetType = UNSET,
        more: bool | UnsetType = UNSET,
    ) -> None:
        watch.online = self._online(watch)
        frame = VisitorsFrame(
            items=[each.frame() for each in items],
            gone=gone,
            count=len(watch.shown),
            online=watch.online,
            reset=reset,
            more=more,
        )
        watch.send(encode(frame))
