"""Proposals as staff read them."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, tuple_

from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.languages import Language
from yingke.knowledge.models import KnowledgeEntry, Proposal
from yingke.knowledge.readers import within

ProposalState = Literal["open", "accepted", "dismissed"]


class ProposalSample(Value, frozen=True, kw_only=True):
    question: str
    people: int


class ProposalValue(Value, frozen=True, kw_only=True):
    """`people` confirmed it, `against` said that it did not help. `decided_by` of an accepted one is None when the
    workspace's setting did it."""

    id: UUID
    entry_id: UUID
    entry_question: str
    language: Language
    question: str
    state: ProposalState
    people: int
    against: int
    samples: list[ProposalSample]
    updated_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None


class ProposalPage(Value, frozen=True, kw_only=True):
    items: list[ProposalValue]
    next_cursor: str | None
    total: int


async def list_proposals(
    work: Work,
    *,
    state: ProposalState = "open",
    language: Language | None = None,
    q: str = "",
    only_site_ids: Collection[UUID] | None = None,
    limit: int,
    cursor: str | None,
) -> ProposalPage:
    """What most speaks for comes first. `q` is looked for in the questions of proposal and entry; with `only_site_ids` those for
    entries of these sites."""
    conditions = [
        Proposal.workspace_id == work.workspace_id,
        Proposal.state == state,
        KnowledgeEntry.deleted_at.is_(None),
        within(only_site_ids),
    ]
    if language:
        conditions.append(Proposal.language == language)
    if asked := q.strip():
        conditions.append(
            Proposal.question.icontains(asked, autoescape=True)
            | KnowledgeEntry.question.icontains(asked, autoescape=True)
        )
    same = (KnowledgeEntry.workspace_id == Proposal.workspace_id) & (KnowledgeEntry.id == Proposal.entry_id)
    found = select(Proposal, KnowledgeEntry.question).join(KnowledgeEntry, same).where(*conditions)
    total = await work.rows.scalar(
        select(func.count()).select_from(Proposal).join(KnowledgeEntry, same).where(*conditions)
    )
    if cursor:
        found = found.where(tuple_(Proposal.weight, Proposal.id) < read_cursor(cursor, float, UUID))
    rows = (await work.rows.execute(found.order_by(Proposal.weight.desc(), Proposal.id.desc()).limit(limit + 1))).all()
    shown = rows[:limit]
    return ProposalPage(
        items=[_value(row, question) for row, question in shown],
        next_cursor=write_cursor(shown[-1][0].weight, shown[-1][0].id) if len(rows) > limit else None,
        total=total or 0,
    )


def _value(row: Proposal, entry_question: str) -> ProposalValue:
    return ProposalValue(
        id=row.id,
        entry_id=row.entry_id,
        entry_question=entry_question,
        language=row.language,  # type: ignore[arg-type] # the column holds nothing else
        question=row.question,
        state=row.state,  # type: ignore[arg-type]
        people=row.people,
        against=row.against,
        samples=[ProposalSample(question=each["question"], people=each["people"]) for each in row.samples],
        updated_at=row.updated_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
