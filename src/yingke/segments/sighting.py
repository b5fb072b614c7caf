"""Who of those on the sites is in which segment, in one process: from memory, and from the database what is asked of it.

A desk that looks at a segment is answered at once with those who are known to be in it; of the others what is missing is
read together, and they appear a moment later. Who was in it stays until it is known that he is not any more.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

import structlog

from yingke.identity import Actor
from yingke.kit.facts import Fact
from yingke.kit.work import Ground, Work
from yingke.segments.conditions import Group
from yingke.segments.deciding import Branch, all_conditions, compiled
from yingke.segments.facts import SegmentChanged, SegmentDeleted
from yingke.segments.knowing import read_profiles
from yingke.segments.moments import Profile, moment_of
from yingke.segments.patience import with_patience
from yingke.segments.profiles import READ_TOGETHER, Profiles, Who
from yingke.segments.saving import segment_groups
from yingke.segments.seeking import Sought, sought_by
from yingke.visits.live import Roster
from yingke.visits.values import LiveVisitor

log = structlog.get_logger()

READ_EVERY = 0.2
TRY_AGAIN_AFTER = 2.0
KEPT_FOR = 300.0
"""Seconds; a change is heard of at once, and a push may be missed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    branch: Branch
    sought: Sought
    moves: bool
    """Passing time alone changes who is in it."""


class Sighting:
    def __init__(self, ground: Ground, roster: Roster, profiles: Profiles) -> None:
        self._ground = ground
        self._roster = roster
        self._profiles = profiles
        self._books: dict[UUID, tuple[float, dict[UUID, Prepared]]] = {}
        self._changes = 0
        """Counts changed segments, so that a read under way is not taken for newer than those."""
        self._unread: set[UUID] = set()
        self._wanted: dict[Who, Sought] = {}
        self._wake = asyncio.Event()
        roster.segments = self

    # What the live view asks.

    def has(self, workspace_id: UUID, segment_id: UUID, visitor: LiveVisitor) -> bool:
        """As far as it is known by now; what is not known is read soon, and the live view is told."""
        prepared = self._find(workspace_id, segment_id)
        if prepared is None:
            return False
        if prepared.sought.profile and self._profiles.find(workspace_id, visitor, prepared.sought) is None:
            self._want(workspace_id, visitor.id, prepared.sought)
        return self._decide(prepared, visitor, self._profiles.latest(workspace_id, visitor.id))

    def moves(self, workspace_id: UUID, segment_id: UUID) -> bool:
        prepared = self._find(workspace_id, segment_id)
        return prepared is not None and prepared.moves

    async def look(self, work: Work, segment_id: UUID) -> None:
        """Read all it takes to answer for everybody who is on the sites of `work` now. Raises ConditionsTakeTooLong."""
        book = await self._read_book(work)
        prepared = book.get(segment_id)
        if prepared is not None and prepared.sought.profile:
            async with with_patience(work):
                await self._profiles.read(work, self._not_read(work.workspace_id, prepared.sought), prepared.sought)

    async def count(self, work: Work, actor: Actor, group: Group) -> int:
        """How many of those on the actor's sites now fit conditions that have no name yet."""
        prepared = _prepared(group)
        missing = self._not_read(work.workspace_id, prepared.sought) if prepared.sought.profile else []
        read: dict[UUID, Profile] = {}
        for start in range(0, len(missing), READ_TOGETHER):
            read |= await read_profiles(work, missing[start : start + READ_TOGETHER], prepared.sought)
        present = [each.value for each in self._roster.of(work.workspace_id) if actor.sees_site(each.value.site_id)]
        return sum(
            self._decide(prepared, each, read.get(each.id) or self._profiles.latest(work.workspace_id, each.id))
            for each in present
        )

    # Facts.

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process."""
        for fact in facts:
            if isinstance(fact, SegmentChanged | SegmentDeleted):
                self._changes += 1
                if fact.workspace_id in self._books:
                    self._read_soon(fact.workspace_id)

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
                await asyncio.sleep(TRY_AGAIN_AFTER)
                self._wake.set()

    async def _read(self) -> None:
        """What was asked for is forgotten when it was read: of what was asked meanwhile the live view asks again."""
        for workspace_id in list(self._unread):
            async with self._ground.work_in(workspace_id) as work:
                await self._read_book(work)
            self._tell(workspace_id, [each.value.id for each in self._roster.of(workspace_id)])
        together: defaultdict[tuple[UUID, Sought], list[UUID]] = defaultdict(list)
        for (workspace_id, visitor_id), sought in self._wanted.items():
            together[workspace_id, sought].append(visitor_id)
        for (workspace_id, sought), ids in together.items():
            async with self._ground.work_in(workspace_id) as work:
                await self._profiles.read(work, ids, sought)
            for id in ids:
                self._wanted.pop((workspace_id, id), None)
            self._tell(workspace_id, ids)

    async def _read_book(self, work: Work) -> dict[UUID, Prepared]:
        read_at, changes = time.monotonic(), self._changes
        book = {id: _prepared(group) for id, group in (await segment_groups(work)).items()}
        self._books[work.workspace_id] = read_at, book
        self._unread.discard(work.workspace_id)
        if changes != self._changes:
            self._read_soon(work.workspace_id)
        return book

    def _tell(self, workspace_id: UUID, ids: Sequence[UUID]) -> None:
        for id in ids:
            self._roster.look_again(workspace_id, id)

    def _find(self, workspace_id: UUID, segment_id: UUID) -> Prepared | None:
        read_at, book = self._books.get(workspace_id, (0.0, {}))
        if not read_at or time.monotonic() - read_at > KEPT_FOR:
            self._read_soon(workspace_id)
        return book.get(segment_id)

    def _not_read(self, workspace_id: UUID, sought: Sought) -> list[UUID]:
        present = [each.value for each in self._roster.of(workspace_id)]
        return [each.id for each in present if self._profiles.find(workspace_id, each, sought) is None]

    def _read_soon(self, workspace_id: UUID) -> None:
        self._unread.add(workspace_id)
        self._wake.set()

    def _want(self, workspace_id: UUID, visitor_id: UUID, sought: Sought) -> None:
        who = workspace_id, visitor_id
        self._wanted[who] = sought | self._wanted.get(who, sought)
        self._wake.set()

    def _decide(self, prepared: Prepared, visitor: LiveVisitor, profile: Profile | None) -> bool:
        moment = moment_of(visitor, at=self._ground.clock.now(), zone=UTC, profile=profile)
        return prepared.branch.decide(moment) is True


def _prepared(group: Group) -> Prepared:
    conditions = list(all_conditions(group, {}))
    return Prepared(
        compiled(group), sought_by(conditions), moves=any(each.field == "time_on_site" for each in conditions)
    )
