"""Similar questions that await a decision: what visitors of the last days picked entries for."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select

from yingke.demo.catalogue import sample
from yingke.demo.history import Past, move_to
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.models import Evidence, KnowledgeEntry, Proposal
from yingke.knowledge.proposing.evidence import WEIGHTS
from yingke.knowledge.proposing.weighing import Heard, weigh
from yingke.knowledge.proposing.wordings import wording_of


async def write_proposals(past: Past, now: datetime) -> None:
    move_to(past.clock, now - timedelta(hours=3))
    async with past.work() as work:
        entries = {row.question: row for row in await work.all(select(KnowledgeEntry))}
        for each in sample("knowledge")["proposals"]:
            await _propose(work, entries[each["entry"]], each["said"])


async def _propose(work: Work, entry: KnowledgeEntry, said: list[tuple[str, int]]) -> None:
    heard = [
        Heard(wording_of(question) or question, question, uuid5(NAMESPACE_OID, f"{entry.id} {question} {number}"), WEIGHTS["choice"])
        for question, people in said
        for number in range(people)
    ]  # fmt: skip
    weighed = weigh(heard)
    row = Proposal(
        id=new_id(), entry_id=entry.id, language=entry.language, question=weighed.question, weight=weighed.weight,
        people=weighed.people, against=0, samples=list(weighed.samples), created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    work.add(row)
    await work.flush()
    for one in heard:
        work.add(
            Evidence(
                entry_id=entry.id, wording=one.wording, person_id=one.person_id, question=one.question, weight=one.weight,
                source="choice", follows=False, proposal_id=row.id, at=work.now,
            )
        )  # fmt: skip
