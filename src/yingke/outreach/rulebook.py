"""The rules of workspaces, prepared once and kept until they change: every activity of every visitor asks for them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import reduce
from uuid import UUID

from yingke.identity import WorkspaceChanged, zone_of
from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.outreach.described import Described
from yingke.outreach.facts import RuleChanged, RuleDeleted, RulesOrdered
from yingke.outreach.rules import rules_of
from yingke.segments import SegmentChanged, SegmentDeleted
from yingke.segments.seeking import NOTHING, Sought

KEPT_FOR = 300.0
"""Seconds; a change is heard of at once, and a push may be missed."""


@dataclass(frozen=True, slots=True)
class Page:
    """The active rules of one site, in order."""

    rules: tuple[Described, ...]
    sought: Sought
    reads_desk: bool
    counts: frozenset[str]


_EMPTY = Page((), NOTHING, reads_desk=False, counts=frozenset())


@dataclass(slots=True)
class Book:
    zone: tzinfo
    rules: Sequence[Described]
    read_at: float
    pages: dict[UUID, Page] = field(default_factory=dict)

    def page(self, site_id: UUID) -> Page:
        page = self.pages.get(site_id)
        if page is None:
            page = self.pages[site_id] = _page([each for each in self.rules if each.site_id in (None, site_id)])
        return page

    @property
    def reads_desk(self) -> bool:
        return any(each.reads_desk for each in self.rules)


class Rulebook:
    """By workspace. Bounded by the workspaces whose sites have visitors in this process."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._books: dict[UUID, Book] = {}
        self._changes = 0
        """Counts changes, so that a read under way is not taken for newer than those."""

    def find(self, workspace_id: UUID) -> Book | None:
        """None when it has to be read."""
        book = self._books.get(workspace_id)
        return book if book is not None and time.monotonic() - book.read_at < KEPT_FOR else None

    def all(self) -> list[tuple[UUID, Book]]:
        return list(self._books.items())

    async def read(self, workspace_id: UUID) -> Book:
        read_at, changes = time.monotonic(), self._changes
        async with self._ground.work_in(workspace_id) as work:
            rules = [each for each in await rules_of(work) if each.active]
            book = Book(await zone_of(work), rules, read_at)
        if changes == self._changes:
            self._books[workspace_id] = book
        return book

    def learn(self, facts: Sequence[Fact]) -> set[UUID]:
        """Facts that reached this process; the workspaces whose rules have to be read anew."""
        changed = {
            fact.workspace_id
            for fact in facts
            if isinstance(
                fact, RuleChanged | RuleDeleted | RulesOrdered | SegmentChanged | SegmentDeleted | WorkspaceChanged
            )
        }
        self._changes += len(changed)
        for workspace_id in changed:
            self._books.pop(workspace_id, None)
        return changed


def _page(rules: Sequence[Described]) -> Page:
    if not rules:
        return _EMPTY
    return Page(
        tuple(rules),
        reduce(Sought.__or__, (each.sought for each in rules)),
        reads_desk=any(each.reads_desk for each in rules),
        counts=frozenset().union(*(each.counts for each in rules)),
    )
