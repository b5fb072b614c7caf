"""The matching engine in one process: a bank for each workspace and language, read from the database, kept current.

The database is the truth: before a question is asked, the revision is compared, at most every half second; a fact that
arrives makes it be compared at once. Banks are built and changed on a thread of their own, so that questions go on being
answered from the old one meanwhile. The engine is loaded with the first question: a server without knowledge does not pay.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import structlog

from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.knowledge.facts import KnowledgeChanged, WordsChanged
from yingke.knowledge.languages import Language, closest
from yingke.knowledge.loading import Loaded, Stock, languages_there, read_changes, read_stock, revision_of
from yingke.knowledge.readers import Reader, Shown

if TYPE_CHECKING:
    from yingke.knowledge.matching import Bank, Entry, Explanation, Finding

log = structlog.get_logger()
T = TypeVar("T")

COMPARED_EVERY = 0.5
"""Seconds. A fact does not wait for it."""
CHANGED_AT_ONCE = 200
"""Entries that are changed in a bank; with more it is built anew."""
MOST_TEXTS = 400_000
"""Questions, similar questions and keywords of all banks of a process: about 700 MiB. The least recently used go."""
IDLE_FOR = 3_600.0
"""Seconds after which a bank nobody asked is let go."""


@dataclass(slots=True)
class Held:
    """One bank and what is known of its entries."""

    revision: int
    words_revision: int
    bank: "Bank"
    shown: dict[str, Shown]
    entries: dict[str, "Entry"]
    never: tuple[str, ...]
    texts: int
    asked_at: float = field(default_factory=time.monotonic)
    nearest: dict[str, "Nearest"] = field(default_factory=dict)
    """What was found by `alike`: asking a large bank all its own questions takes the better part of a minute."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The other entry that an entry's `question` finds first, and how sure that is."""

    question: str
    other_id: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Alike:
    pairs: list[tuple[UUID, UUID]]
    left: int
    """Questions that were not asked yet."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found, in which language, and the questions of the matches."""

    language: Language
    finding: "Finding"
    questions: dict[str, str]


class Banks:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._held: OrderedDict[tuple[UUID, Language], Held] = OrderedDict()
        self._languages: dict[UUID, tuple[float, frozenset[str]]] = {}
        self._compared: dict[tuple[UUID, Language], float] = {}
        self._told: dict[tuple[UUID, Language], float] = {}
        """When a fact said that it changed. What was compared before that is out of date, also while it is brought up to date."""
        self._bringing: dict[tuple[UUID, Language], asyncio.Task[Held | None]] = {}
        # A bank is not for several threads: one asks, one builds what is not yet asked.
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="knowledge-asking")
        self._building = ThreadPoolExecutor(1, thread_name_prefix="knowledge-building")

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process: banks that are in use follow at once."""
        for workspace_id in {f.workspace_id for f in facts if isinstance(f, KnowledgeChanged | WordsChanged)}:
            self._languages.pop(workspace_id, None)
            for key in [key for key in self._held if key[0] == workspace_id]:
                self._told[key] = time.monotonic()
                self._start(key)

    def warm(self, workspace_id: UUID, language: Language) -> None:
        """Somebody will ask soon: have the bank ready."""
        if (workspace_id, language) not in self._held:
            self._start((workspace_id, language))

    async def find(
        self,
        workspace_id: UUID,
        question: str,
        *,
        language: Language,
        reader: Reader,
        previous: str | None = None,
        top: int = 3,
    ) -> Found | None:
        """What this reader finds in the language closest to `language` that there is; None without any knowledge."""
        there = closest(language, await self._there(workspace_id))
        held = await self._current((workspace_id, there)) if there else None
        if held is None or there is None:
            return None
        now = self._ground.clock.now()
        finding = await self._on(self._asking, lambda: _find(held, question, previous, reader, now, top))
        questions = {match.entry_id: held.entries[match.entry_id].question for match in finding.matches}
        return Found(there, finding, questions)

    async def explain(
        self, workspace_id: UUID, language: Language, question: str, entry_id: str
    ) -> "Explanation | None":
        held = await self._current((workspace_id, language))
        return await self._on(self._asking, lambda: held.bank.explain(question, entry_id)) if held else None

    async def alike(
        self,
        workspace_id: UUID,
        language: Language,
        questions: Mapping[UUID, str],
        near: float,
        until: float = math.inf,
    ) -> "Alike":
        """Pairs of entries of which the question of one finds the other, with its own out of sight, at least as sure as
        `near`; each pair once. `until`, a monotonic time, ends the looking: what was found is kept, and asking again goes on
        from there."""
        key = (workspace_id, language)
        if until != math.inf and key not in self._held:
            await asyncio.wait({self._start(key)}, timeout=max(0.0, until - time.monotonic()))
        if until != math.inf and key not in self._held:
            return Alike([], len(questions) if language in await self._there(workspace_id) else 0)
        held = await self._current(key)
        if held is None:
            return Alike([], 0)
        pairs: dict[frozenset[UUID], tuple[UUID, UUID]] = {}
        left = 0
        for id, question in questions.items():
            nearest = held.nearest.get(str(id))
            if nearest is None or nearest.question != question:
                if time.monotonic() >= until:
                    left += 1
                    continue
                # One at a time, so that visitors' questions come in between.
                nearest = await self._on(self._asking, partial(_nearest, held, str(id), question))
            if nearest.other_id and nearest.confidence >= near:
                other = UUID(nearest.other_id)
                pairs.setdefault(frozenset((id, other)), (id, other))
        return Alike(list(pairs.values()), left)

    def let_go(self) -> None:
        """Banks that nobody asked for long, and those over the limit."""
        now = time.monotonic()
        for key in [key for key, held in self._held.items() if now - held.asked_at > IDLE_FOR]:
            self._forget(key)
        while len(self._held) > 1 and sum(held.texts for held in self._held.values()) > MOST_TEXTS:
            self._forget(next(iter(self._held)))

    async def _there(self, workspace_id: UUID) -> frozenset[str]:
        """The languages this workspace has published entries in."""
        read_at, languages = self._languages.get(workspace_id, (0.0, frozenset()))
        if time.monotonic() - read_at > COMPARED_EVERY:
            asked_at = time.monotonic()
            async with self._ground.work_in(workspace_id) as work:
                languages = await languages_there(work)
            self._languages[workspace_id] = (asked_at, languages)
        return languages

    async def _current(self, key: tuple[UUID, Language]) -> Held | None:
        """The bank as the database has it, or had half a second ago."""
        held = self._held.get(key)
        lately = time.monotonic() - self._compared.get(key, 0.0) <= COMPARED_EVERY
        if held is not None and lately and not self._behind(key):
            self._use(key, held)
            return held
        held = await asyncio.shield(self._start(key))
        if held is not None:
            self._use(key, held)
        return held

    def _behind(self, key: tuple[UUID, Language]) -> bool:
        return self._told.get(key, 0.0) >= self._compared.get(key, 0.0)

    def _use(self, key: tuple[UUID, Language], held: Held) -> None:
        held.asked_at = time.monotonic()
        if key in self._held:
            self._held.move_to_end(key)

    def _start(self, key: tuple[UUID, Language]) -> "asyncio.Task[Held | None]":
        """Bring the bank up to date; whoever comes meanwhile waits for the same."""
        task = self._bringing.get(key)
        if task is None:
            task = self._bringing[key] = asyncio.create_task(self._bring(key))
            task.add_done_callback(lambda done: self._brought(key, done))
        return task

    def _brought(self, key: tuple[UUID, Language], task: "asyncio.Task[Held | None]") -> None:
        self._bringing.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            log.warning("a bank could not be read", workspace_id=str(key[0]), error=repr(task.exception()))
        elif key in self._held and self._behind(key):
            self._start(key)

    async def _bring(self, key: tuple[UUID, Language]) -> Held | None:
        workspace_id, language = key
        held = self._held.get(key)
        asked_at = time.monotonic()
        async with self._ground.work_in(workspace_id) as work:
            revision, words_revision = await revision_of(work)
            if held is not None and held.revision == revision:
                self._compared[key] = asked_at
                return held
            changes: list[Loaded] | None = None
            if held is not None and held.words_revision == words_revision:
                changes = await read_changes(work, language, held.revision, CHANGED_AT_ONCE)
            stock = await read_stock(work, language) if changes is None else None
        if stock is not None:
            fresh = await self._on(self._building, lambda: _built(stock))
            self._held[key] = held = fresh
        elif held is not None and changes is not None:
            await self._on(self._asking, lambda: _apply(held, changes))
            held.revision = revision
        self.let_go()
        self._compared[key] = asked_at
        return held

    def _forget(self, key: tuple[UUID, Language]) -> None:
        self._held.pop(key, None)
        self._compared.pop(key, None)
        self._told.pop(key, None)

    async def _on(self, thread: ThreadPoolExecutor, run: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(thread, run)


def _nearest(held: Held, own: str, question: str) -> Nearest:
    known = held.nearest.get(own)
    if known is None or known.question != question:
        found = held.bank.find(question, top=1, shown=lambda entry_id: entry_id != own).matches
        known = Nearest(question, found[0].entry_id, found[0].confidence) if found else Nearest(question, None, 0.0)
        held.nearest[own] = known
    return known


def _built(stock: Stock) -> Held:
    from yingke.knowledge.matching import Bank

    bank = Bank((each.entry for each in stock.entries if each.entry), synonyms=stock.synonyms, wanted=stock.wanted)
    bank.calibrate()
    return Held(
        revision=stock.revision,
        words_revision=stock.words_revision,
        bank=bank,
        shown={each.id: each.shown for each in stock.entries},
        entries={each.id: each.entry for each in stock.entries if each.entry},
        never=stock.never,
        texts=sum(each.texts for each in stock.entries),
    )


def _apply(held: Held, changes: Sequence[Loaded]) -> None:
    gone = [each.id for each in changes if each.entry is None]
    said = [each.entry for each in changes if each.entry and each.entry != held.entries.get(each.id)]
    held.bank.change(said, gone)
    changed = {*gone, *(entry.id for entry in said)}
    held.nearest = {id: near for id, near in held.nearest.items() if id not in changed and near.other_id not in changed}
    for each in changes:
        held.shown.pop(each.id, None)
        held.entries.pop(each.id, None)
        if each.entry:
            held.shown[each.id], held.entries[each.id] = each.shown, each.entry


def _find(held: Held, question: str, previous: str | None, reader: Reader, now: datetime, top: int) -> "Finding":
    from yingke.knowledge.matching import Decision, Finding
    from yingke.knowledge.matching.folding import folded

    finding = held.bank.find(
        question,
        top=top,
        context=[previous] if previous else (),
        shown=lambda entry_id: entry_id in held.shown and held.shown[entry_id].to(reader, now),
    )
    if any(phrase in folded(question) for phrase in held.never):
        return Finding(Decision.HAND_OVER, finding.matches)
    return finding
