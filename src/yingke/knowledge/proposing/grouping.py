"""Which wordings belong together, by the engine's own likeness."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from yingke.knowledge.banks import Banks
from yingke.knowledge.languages import Language
from yingke.knowledge.proposing.weighing import Heard, weigh
from yingke.knowledge.readers import Reader

_LOOKED_AT = 5
"""Matches among which an entry is looked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`joining`: the proposal that a wording belongs to. `new`: wordings that are a proposal together."""

    joining: Mapping[str, UUID]
    new: Sequence[Sequence[str]]


async def make_plan(
    banks: Banks, workspace_id: UUID, entry_id: UUID, language: Language, *, held: Mapping[UUID, str], fresh: Sequence[Heard]
) -> Plan:  # fmt: skip
    """What becomes of `fresh`; `held` are the questions of the entry's proposals. Asks the engine, not the database."""
    by_wording: dict[str, list[Heard]] = {}
    for one in fresh:
        by_wording.setdefault(one.wording, []).append(one)
    wordings, proposals = list(by_wording), list(held)
    texts = [*held.values(), *(by_wording[each][0].question for each in wordings)]
    joining: dict[str, UUID] = {}
    new: list[list[str]] = []
    for group in await asyncio.to_thread(_clusters, texts) if wordings else []:
        told = [wordings[place - len(proposals)] for place in group if place >= len(proposals)]
        proposal = next((proposals[place] for place in group if place < len(proposals)), None)
        said = [one for wording in told for one in by_wording[wording]]
        if proposal is not None:
            joining.update(dict.fromkeys(told, proposal))
        elif told and weigh(said).clear and await _is_wanted(banks, workspace_id, entry_id, language, said):
            new.append(told)
    return Plan(joining, new)


async def _is_wanted(
    banks: Banks, workspace_id: UUID, entry_id: UUID, language: Language, said: Sequence[Heard]
) -> bool:
    """Not when the entry answers it already, nor when it means nothing without the question before it."""
    found = await banks.find(
        workspace_id, weigh(said).question, language=language, reader=Reader(staff=True), top=_LOOKED_AT
    )
    ids = [match.entry_id for match in found.finding.matches] if found else []
    if found and found.finding.decision.value == "answer" and ids[0] == str(entry_id):
        return False
    return str(entry_id) in ids or not all(one.follows for one in said)


def _clusters(questions: Sequence[str]) -> list[list[int]]:
    from yingke.knowledge.matching.clusters import clusters  # loads the engine: only who learns pays

    return clusters(questions)
