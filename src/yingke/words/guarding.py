"""What this process knows of the workspaces' lists, and what of them stands in a message."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.words.editing import stop_lists
from yingke.words.errors import WordsBlocked
from yingke.words.facts import StopListsChanged
from yingke.words.matching import SOUNDS, Matcher, masked
from yingke.words.values import Found, Side, StopListValue

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Known:
    """The lists of one side that are switched on, and the matcher of all their words."""

    places: list[tuple[StopListValue, str]]
    matcher: Matcher


def find_in(text: str, lists: Sequence[StopListValue]) -> list[Found]:
    """Pure: what of `lists` stands in `text`."""
    return _found(text, _known(lists))


class WordGuard:
    """Asks the database once for a workspace, and again after its lists changed."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[UUID, dict[Side, _Known]] = {}
        self._stale: set[UUID] = set()
        self._readings: dict[UUID, asyncio.Task[None]] = {}
        self._renewals: set[asyncio.Task[None]] = set()

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process. What was known holds until the new is read."""
        for fact in facts:
            if isinstance(fact, StopListsChanged) and fact.workspace_id in self._known:
                self._doubt(fact.workspace_id)

    def doubt_all(self) -> None:
        """Facts may have been missed: everything is read anew."""
        for workspace_id in self._known:
            self._doubt(workspace_id)

    async def load(self, workspace_id: UUID) -> None:
        """To be awaited before the first `find` for a workspace; costs nothing when it is known.

        However many wait for it, the database is asked once.
        """
        while workspace_id not in self._known or workspace_id in self._stale:
            reading = self._readings.get(workspace_id)
            if reading is None:
                reading = self._readings[workspace_id] = asyncio.create_task(self._read(workspace_id))
            await asyncio.shield(reading)

    async def _read(self, workspace_id: UUID) -> None:
        self._stale.discard(workspace_id)
        try:
            async with self._ground.work_in(workspace_id) as work:
                lists = [each for each in await stop_lists(work) if each.enabled and each.words]
        except BaseException:
            self._stale.add(workspace_id)  # whoever comes next reads them
            raise
        finally:
            del self._readings[workspace_id]
        sides: tuple[Side, ...] = ("agent", "visitor")
        known = {side: _known([each for each in lists if each.side == side]) for side in sides}
        self._known[workspace_id] = {side: each for side, each in known.items() if each.places}

    def _doubt(self, workspace_id: UUID) -> None:
        self._stale.add(workspace_id)
        renewal = asyncio.get_running_loop().create_task(self._renew(workspace_id))
        self._renewals.add(renewal)
        renewal.add_done_callback(self._renewals.discard)

    async def _renew(self, workspace_id: UUID) -> None:
        try:
            await self.load(workspace_id)
        except Exception:
            log.exception("word lists not renewed", workspace=str(workspace_id))

    def find(self, workspace_id: UUID, side: Side, text: str, *, among_colleagues: bool = False) -> list[Found]:
        """What of the lists for `side` stands in `text`; nothing for a workspace that was not loaded.

        `among_colleagues`: only of the lists that hold in rooms of colleagues as well.
        """
        known = self._known.get(workspace_id, {}).get(side)
        found = _found(text, known) if known else []
        if not (found and known and among_colleagues):
            return found
        there = {each.id for each, _ in known.places if each.colleagues}
        return [each for each in found if each.list_id in there]

    async def check_sent(self, workspace_id: UUID, text: str) -> None:
        """What an agent sends to a visitor. Raises WordsBlocked."""
        await self.load(workspace_id)
        self.require_unblocked(workspace_id, text)

    def blocks(self, workspace_id: UUID, text: str) -> bool:
        """Whether agents may not send `text` to visitors, as far as is known."""
        return any(each.action == "block" for each in self.find(workspace_id, "agent", text))

    def require_unblocked(self, workspace_id: UUID, text: str, *, among_colleagues: bool = False) -> None:
        """Of what is known. Raises WordsBlocked."""
        found = self.find(workspace_id, "agent", text, among_colleagues=among_colleagues)
        blocked = [each.word for each in found if each.action == "block"]
        if blocked:
            raise WordsBlocked(f"{WordsBlocked.detail} ({', '.join(dict.fromkeys(blocked))})", field="text")

    def received(self, workspace_id: UUID, text: str) -> tuple[str, list[str]]:
        """What a visitor wrote, as it is kept: masked; and the words that supervisors are told of."""
        known = self._known.get(workspace_id, {}).get("visitor")
        if known is None:
            return text, []
        hits = known.matcher.find(text)
        hidden = [hit for hit in hits if known.places[hit.word][0].action in ("mask", "pause")]
        told = [hit for hit in hits if known.places[hit.word][0].action in ("alert", "pause")]
        alerted = [known.places[hit.word][1] for hit in told]
        return masked(text, hidden), list(dict.fromkeys(alerted))


def _known(lists: Sequence[StopListValue]) -> _Known:
    places = [(each, word) for each in lists for word in each.words]
    return _Known([(each, word.removeprefix(SOUNDS)) for each, word in places], Matcher([word for _, word in places]))


def _found(text: str, known: _Known) -> list[Found]:
    return [
        Found(
            word=known.places[hit.word][1],
            list_id=known.places[hit.word][0].id,
            list_name=known.places[hit.word][0].name,
            side=known.places[hit.word][0].side,
            action=known.places[hit.word][0].action,
            begin=_units(text[: hit.begin]),
            end=_units(text[: hit.end]),
        )
        for hit in known.matcher.find(text)
    ]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
