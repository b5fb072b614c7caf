"""What the database knows of those who are on the sites, in the memory of one process.

It is read when conditions ask for it, and kept: pages and events are added as they are stored. What may have changed is read
again; until then the old is there for who can do with it.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from yingke.contacts import ContactChanged, ContactMerged, ContactMergeUndone
from yingke.kit.facts import Fact
from yingke.kit.work import Work
from yingke.segments.knowing import MOST_PAGES, MOST_PAST, read_profiles
from yingke.segments.moments import Profile
from yingke.segments.seeking import NOTHING, Sought
from yingke.visitors import VisitorChanged, VisitorIdentified
from yingke.visits.live import Activity, Roster
from yingke.visits.values import LiveVisitor

KEPT_FOR = 300.0
"""Seconds; of what a person does in another browser nothing is heard here."""
READ_TOGETHER = 500

Who = tuple[UUID, UUID]
"""Workspace and visitor."""


@dataclass(slots=True, eq=False)
class Held:
    profile: Profile | None = None
    sought: Sought = NOTHING
    """All that was ever asked for: who asks for less takes nothing away."""
    visit_id: UUID | None = None
    read_at: float = 0.0
    doubted: bool = True
    changes: int = 0
    """Counts what happened, so that a read under way is not taken for newer than that."""


class Profiles:
    """Of visitors who are there; who goes is forgotten."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._held: dict[Who, Held] = {}
        roster.on_activity.append(self._add)
        roster.on_told.append(self._doubt)
        roster.on_changed.append(self._forget_gone)

    def __len__(self) -> int:
        return len(self._held)

    def find(self, workspace_id: UUID, visitor: LiveVisitor, sought: Sought) -> Profile | None:
        """With all that is sought, as it is now; None when it has to be read."""
        held = self._held.get((workspace_id, visitor.id))
        if held is None or held.doubted or held.visit_id != visitor.visit_id or _is_old(held):
            return None
        return held.profile if sought.is_in(held.profile) else None

    def latest(self, workspace_id: UUID, visitor_id: UUID) -> Profile | None:
        """What was last known."""
        held = self._held.get((workspace_id, visitor_id))
        return None if held is None else held.profile

    async def read(self, work: Work, visitor_ids: Sequence[UUID], sought: Sought) -> None:
        """Read what is sought of those of them who are there, some at a time."""
        for start in range(0, len(visitor_ids), READ_TOGETHER):
            await self._read(work, visitor_ids[start : start + READ_TOGETHER], sought)

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process."""
        for fact in facts:
            match fact:
                case VisitorChanged() | VisitorIdentified():
                    self._doubt(fact.workspace_id, fact.visitor_id)
                case ContactChanged() | ContactMerged() | ContactMergeUndone():
                    for present in self._roster.of(fact.workspace_id):
                        if present.value.contact_id in fact.contact_ids:
                            self._doubt(fact.workspace_id, present.value.id)

    async def _read(self, work: Work, visitor_ids: Collection[UUID], sought: Sought) -> None:
        reading: list[tuple[LiveVisitor, Held, int]] = []
        for id in visitor_ids:
            if (present := self._roster.find(work.workspace_id, id)) is not None:
                held = self._held.setdefault((work.workspace_id, id), Held())
                held.sought |= sought
                sought |= held.sought
                reading.append((present.value, held, held.changes))
        read_at = time.monotonic()
        read = await read_profiles(work, [visitor.id for visitor, _, _ in reading], sought)
        nothing = Profile(pages=(), past=dict.fromkeys(sought.events, ()))
        for visitor, held, changes in reading:
            undisturbed = held.changes == changes
            if undisturbed or held.profile is None:
                held.profile, held.visit_id, held.read_at = read.get(visitor.id, nothing), visitor.visit_id, read_at
            held.doubted = not undisturbed

    def _add(self, activity: Activity) -> None:
        held = self._held.get((activity.workspace_id, activity.visitor.id))
        if held is None or activity.what == "read":
            return
        held.changes += 1
        if held.profile is not None:
            held.profile = _with(held.profile, activity)

    def _doubt(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if held := self._held.get((workspace_id, visitor_id)):
            held.doubted = True
            held.changes += 1

    def _forget_gone(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if self._roster.find(workspace_id, visitor_id) is None:
            self._held.pop((workspace_id, visitor_id), None)


def _with(profile: Profile, activity: Activity) -> Profile:
    """As it would be read now; what was never read stays so."""
    if activity.event is not None:
        name = activity.event.name
        if name not in profile.past:
            return profile
        return replace(profile, past={**profile.past, name: (activity.event.at, *profile.past[name])[:MOST_PAST]})
    if profile.pages is None or activity.url in profile.pages:
        return profile
    return replace(profile, pages=(*profile.pages, activity.url)[-MOST_PAGES:])


def _is_old(held: Held) -> bool:
    return time.monotonic() - held.read_at > KEPT_FOR
