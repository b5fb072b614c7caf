"""Who is with which process. Every process is asked over the bus, and says who of those asked for is with it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from yingke.kit.bus import Bus
from yingke.kit.ids import new_id

Person = tuple[UUID, UUID]
"""Workspace and agent, or workspace and visitor."""
Kind = Literal["agents", "screens", "visitors"]
"""Agents with a desk open, those with a desk on a screen, visitors with a conversation."""

ANSWERED_WITHIN = 3.0
"""Seconds that a process may take to answer; one that takes longer is contradicted by what it beats later."""
_QUESTION, _ANSWER = "yingke_who_is_here", "yingke_here_are"
_IDS_AT_MOST = 200
"""32 characters each, in one message of the bus."""
_EVERYBODY = "*"


@dataclass(slots=True)
class _Question:
    waiting_for: set[str]
    found: set[UUID] = field(default_factory=set)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Whereabouts:
    def __init__(self, bus: Bus, here: Mapping[Kind, Counter[Person]]) -> None:
        self._bus = bus
        self._here = here
        self._open: dict[str, _Question] = {}
        bus.subscribe(_QUESTION, self._asked)
        bus.subscribe(_ANSWER, self._told)

    async def elsewhere(self, kind: Kind, ids: Collection[UUID]) -> set[UUID]:
        """Those of `ids` who are with another process."""
        listed = [id.hex for id in ids]
        parts = [listed[start : start + _IDS_AT_MOST] for start in range(0, len(listed), _IDS_AT_MOST)]
        return set().union(*await asyncio.gather(*(self._ask(kind, ",".join(part)) for part in parts)))

    async def everybody(self, kind: Kind) -> set[UUID]:
        """All who are with any process that lives, this one included."""
        return await self._ask(kind, _EVERYBODY) | self._present(kind)

    async def _ask(self, kind: Kind, whom: str) -> set[UUID]:
        if not (peers := self._bus.peers):
            return set()
        name, question = new_id().hex, _Question(set(peers))
        self._open[name] = question
        try:
            self._bus.publish(_QUESTION, f"{self._bus.id} {name} {kind} {whom}")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ANSWERED_WITHIN):
                    await question.answered.wait()
        finally:
            del self._open[name]
        return question.found

    def _asked(self, payload: str) -> None:
        asker, name, kind, whom = payload.split(" ")
        if asker == self._bus.id:
            return
        present = self._present(kind)  # type: ignore[arg-type] # another release may ask for more
        if whom != _EVERYBODY:
            present &= {UUID(each) for each in whom.split(",")}
        for part, more in _parts([each.hex for each in present]):
            self._bus.publish(_ANSWER, f"{name} {self._bus.id} {'more' if more else 'all'} {','.join(part)}")

    def _told(self, payload: str) -> None:
        name, peer, whether, ids = payload.split(" ")
        if question := self._open.get(name):
            question.found |= {UUID(each) for each in ids.split(",") if each}
            if whether == "all":
                question.waiting_for.discard(peer)
            if not question.waiting_for:
                question.answered.set()

    def _present(self, kind: Kind) -> set[UUID]:
        return {id for (_, id), sockets in self._here.get(kind, Counter[Person]()).items() if sockets > 0}


def _parts(ids: list[str]) -> Iterator[tuple[list[str], bool]]:
    """At least one, and whether another follows."""
    for start in range(0, max(len(ids), 1), _IDS_AT_MOST):
        yield ids[start : start + _IDS_AT_MOST], start + _IDS_AT_MOST < len(ids)
