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
        self._renewals: set[asyncio.Task[None]] = set()

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process. What was known holds until the new is read."""
        for fact in facts:
            if isinstance(fact, StopListsChanged) and fact.workspace_id in self._known:
                self._stale.add(fact.workspace_id)
                renewal = asyncio.get_running_loop().create_task(self._renew(fact.workspace_id))
                self._renewals.add(renewal)
                renewal.add_done_callback(self._renewals.discard)

    async def load(self, workspace_id: UUID) -> None:
        """To be awaited before the first `find` for a workspace; costs nothing when it is known."""
        while workspace_id not in self._known or workspace_id in self._stale:
            self._stale.discard(workspace_id)
            async with self._ground.work_in(workspace_id) as work:
                lists = [each for each in await stop_lists(work) if each.enabled and each.words]
            sides: tuple[Side, ...] = ("agent", "visitor")
            known = {side: _known([each for each in lists if each.side == side]) for side in sides}
            self._known[workspace_id] = {side: each for side, each in known.items() if each.places}

    async def _renew(self, workspace_id: UUID) -> None:
        try:
            await self.load(workspace_id)
        except Exception:
            self._stale.add(workspace_id)  # whoever comes next reads them
            log.exception("word lists not renewed", workspace=str(workspace_id))

    def find(self, workspace_id: UUID, side: Side, text: str) -> list[Found]:
        """What of the lists for `side` stands in `text`; nothing for a workspace that was not loaded."""
        known = self._known.get(workspace_id, {}).get(side)
        return _found(text, known) if known else []

    async def check_sent(self, workspace_id: UUID, text: str) -> None:
        """What an agent sends to a visitor. Raises WordsBlocked."""
        await self.load(workspace_id)
        self.require_unblocked(workspace_id, text)

    def require_unblocked(self, workspace_id: UUID, text: str) -> None:
        """The same, of what is known. Raises WordsBlocked."""
        blocked = [each.word for each in self.find(workspace_id, "agent", text) if each.action == "block"]
        if blocked:
            raise WordsBlocked(f"{WordsBlocked.detail} ({', '.join(dict.fromkeys(blocked))})", field="text")

    def received(self, workspace_id: UUID, text: str) -> tuple[str, list[str]]:
        """What a visitor wrote, as it is kept: masked; and the words that supervisors are told of."""
        known = self._known.get(workspace_id, {}).get("visitor")
        if known is None:
            return text, []
        hits = known.matcher.find(text)
        hidden = [hit for hit in hits if known.places[hit.word][0].action == "mask"]
        alerted = [known.places[hit.word][1] for hit in hits if known.places[hit.word][0].action == "alert"]
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
