"""Who of those on the sites is in which segment, in one process: from memory, and from the database what is asked of it.

A desk that looks at a segment is answered at once with those who are known to be in it; of the others what is missing is
read together, and they appear a moment later.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

import structlog

from yingke.contacts import ContactChanged, ContactMerged, ContactMergeUndone
from yingke.kit.facts import Fact
from yingke.kit.work import Ground, Work
from yingke.segments.conditions import Group
from yingke.segments.deciding import Branch, all_conditions, compiled
from yingke.segments.facts import SegmentChanged, SegmentDeleted
from yingke.segments.holding import OF_HISTORY, READ_LATER
from yingke.segments.knowing import read_profiles
from yingke.segments.moments import Profile, moment_of
from yingke.segments.saving import segment_groups
from yingke.visitors import VisitorChanged, VisitorIdentified
from yingke.visits.live import Roster
from yingke.visits.values import LiveVisitor

log = structlog.get_logger()

READ_EVERY = 0.2
READ_TOGETHER = 500
KEPT_FOR = 300.0
"""Seconds; a change is heard of at once, and a push may be missed."""
PROFILE_KEPT_FOR = 60.0
"""Seconds; of what somebody does in another process nothing is heard here but that he did it."""

Who = tuple[UUID, UUID]
"""Workspace and visitor."""


@dataclass(frozen=True, slots=True)
class Prepared:
    branch: Branch
    reads_profile: bool
    reads_history: bool
    moves: bool
    """Passing time alone changes who is in it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was read of a visitor, and at which point of the visit."""

    profile: Profile
    stamp: tuple[object, ...]
    read_at: float
    with_history: bool


class Sighting:
    def __init__(self, ground: Ground, roster: Roster) -> None:
        self._ground = ground
        self._roster = roster
        self._books: dict[UUID, tuple[float, dict[UUID, Prepared]]] = {}
        self._profiles: dict[Who, Held] = {}
        self._unread: set[UUID] = set()
        self._wanted: dict[Who, bool] = {}
        self._wake = asyncio.Event()
        roster.segments = self
        roster.on_changed.append(self._forget_gone)

    # What the live view asks.

    def has(self, workspace_id: UUID, segment_id: UUID, visitor: LiveVisitor) -> bool:
        """As far as it is known by now; what is not known is read soon, and the live view is told."""
        prepared = self._find(workspace_id, segment_id)
        if prepared is None:
            return False
        held = self._profiles.get((workspace_id, visitor.id))
        if prepared.reads_profile and not _is_fresh(held, visitor, prepared):
            self._want(workspace_id, visitor.id, history=prepared.reads_history)
        return _decide(prepared, visitor, held, self._ground)

    def moves(self, workspace_id: UUID, segment_id: UUID) -> bool:
        prepared = self._find(workspace_id, segment_id)
        return prepared is not None and prepared.moves

    async def look(self, work: Work, segment_id: UUID) -> None:
        """Read all it takes to answer for everybody who is on the sites of `work` now."""
        book = await self._read_book(work)
        prepared = book.get(segment_id)
        if prepared is not None and prepared.reads_profile:
            present = [each.value for each in self._roster.of(work.workspace_id)]
            stale = [each.id for each in present
                     if not _is_fresh(self._profiles.get((work.workspace_id, each.id)), each, prepared)]  # fmt: skip
            await self._read_profiles(work, stale, history=prepared.reads_history)

    async def count(self, work: Work, group: Group) -> int:
        """How many of those on the sites now fit conditions that have no name yet."""
        prepared = _prepared(group)
        present = [each.value for each in self._roster.of(work.workspace_id)]
        profiles: dict[UUID, Profile] = {}
        if prepared.reads_profile:
            profiles = await read_profiles(work, [each.id for each in present], history=prepared.reads_history)
        moments = (moment_of(each, at=work.now, zone=UTC, profile=profiles.get(each.id, Profile())) for each in present)
        return sum(prepared.branch.decide(moment) is True for moment in moments)

    # Facts.

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process."""
        for fact in facts:
            match fact:
                case SegmentChanged() | SegmentDeleted():
                    if self._books.pop(fact.workspace_id, None) is not None:
                        self._unread.add(fact.workspace_id)
                        self._wake.set()
                case VisitorChanged() | VisitorIdentified():
                    self._profiles.pop((fact.workspace_id, fact.visitor_id), None)
                case ContactChanged() | ContactMerged() | ContactMergeUndone():
                    for present in self._roster.of(fact.workspace_id):
                        if present.value.contact_id in fact.contact_ids:
                            self._profiles.pop((fact.workspace_id, present.value.id), None)

    # Running.

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(READ_EVERY)
            self._wake.clear()
            try:
                await self._read()
            except Exception as error:
                log.warning("segments were not read", error=repr(error))

    async def _read(self) -> None:
        unread, self._unread = self._unread, set()
        for workspace_id in unread:
            async with self._ground.work_in(workspace_id) as work:
                await self._read_book(work)
            self._tell(workspace_id, [each.value.id for each in self._roster.of(workspace_id)])
        wanted, self._wanted = self._wanted, {}
        by_workspace: defaultdict[tuple[UUID, bool], list[UUID]] = defaultdict(list)
        for (workspace_id, visitor_id), history in wanted.items():
            by_workspace[workspace_id, history].append(visitor_id)
        for (workspace_id, history), ids in by_workspace.items():
            for start in range(0, len(ids), READ_TOGETHER):
                some = ids[start : start + READ_TOGETHER]
                async with self._ground.work_in(workspace_id) as work:
                    await self._read_profiles(work, some, history=history)
                self._tell(workspace_id, some)

    async def _read_book(self, work: Work) -> dict[UUID, Prepared]:
        read_at = time.monotonic()
        book = {id: _prepared(group) for id, group in (await segment_groups(work)).items()}
        self._books[work.workspace_id] = read_at, book
        return book

    async def _read_profiles(self, work: Work, ids: Collection[UUID], *, history: bool) -> None:
        stamps = {id: _stamp(present.value) for id in ids
                  if (present := self._roster.find(work.workspace_id, id)) is not None}  # fmt: skip
        read = await read_profiles(work, list(stamps), history=history)
        for id, stamp in stamps.items():
            held = Held(read.get(id, Profile()), stamp, time.monotonic(), history)
            self._profiles[work.workspace_id, id] = held

    def _tell(self, workspace_id: UUID, ids: Collection[UUID]) -> None:
        for id in ids:
            self._roster.look_again(workspace_id, id)

    def _find(self, workspace_id: UUID, segment_id: UUID) -> Prepared | None:
        read_at, book = self._books.get(workspace_id, (0.0, {}))
        if not read_at or time.monotonic() - read_at > KEPT_FOR:
            self._unread.add(workspace_id)
            self._wake.set()
        return book.get(segment_id)

    def _want(self, workspace_id: UUID, visitor_id: UUID, *, history: bool) -> None:
        self._wanted[workspace_id, visitor_id] = history or self._wanted.get((workspace_id, visitor_id), False)
        self._wake.set()

    def _forget_gone(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if self._roster.find(workspace_id, visitor_id) is None:
            self._profiles.pop((workspace_id, visitor_id), None)


def _prepared(group: Group) -> Prepared:
    fields = {each.field for each in all_conditions(group, {})}
    return Prepared(
        compiled(group),
        reads_profile=bool(fields & READ_LATER),
        reads_history=bool(fields & OF_HISTORY),
        moves="time_on_site" in fields,
    )


def _decide(prepared: Prepared, visitor: LiveVisitor, held: Held | None, ground: Ground) -> bool:
    """What was read a moment ago is believed until it is read again."""
    moment = moment_of(visitor, at=ground.clock.now(), zone=UTC, profile=held.profile if held else None)
    return prepared.branch.decide(moment) is True


def _is_fresh(held: Held | None, visitor: LiveVisitor, prepared: Prepared) -> bool:
    if held is None or (prepared.reads_history and not held.with_history):
        return False
    if not prepared.reads_history:
        return held.stamp[0] == visitor.visit_id
    return held.stamp == _stamp(visitor) and time.monotonic() - held.read_at < PROFILE_KEPT_FOR


def _stamp(visitor: LiveVisitor) -> tuple[object, ...]:
    return visitor.visit_id, visitor.page_views, visitor.active_at
