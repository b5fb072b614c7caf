"""What people's doings say of questions and entries, kept once for each person."""

from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.models import Evidence
from yingke.knowledge.proposing.wordings import wording_of
from yingke.visitors import VisitorBlock

Source = Literal["choice", "solved", "agent", "vote", "not_solved", "vote_against"]
WEIGHTS: Final[dict[Source, float]] = {
    "choice": 1.0,
    "solved": 1.5,
    "agent": 1.5,
    "vote": 1.0,
    "not_solved": -1.0,
    "vote_against": -1.0,
}
"""A click says what somebody hoped for; that it helped, or that an agent answered with it, says more."""


async def give_evidence(
    work: Work,
    question: str,
    entry_id: UUID,
    source: Source,
    *,
    person_id: UUID,
    visitor_id: UUID | None = None,
    follows: bool = False,
) -> None:
    """Keep it, and have the entry's proposals looked at anew. `follows`: another question came before it in the conversation.

    A word in favour is never lessened by a weaker one; one against takes it back, and the other way round.
    """
    wording = wording_of(question)
    if wording is None:
        return
    weight = WEIGHTS[source]
    told = insert(Evidence).values(
        workspace_id=work.workspace_id, entry_id=entry_id, wording=wording, person_id=person_id, visitor_id=visitor_id,
        question=one_line(question), weight=weight, source=source, follows=follows, at=work.now,
    )  # fmt: skip
    stronger = func.abs(Evidence.weight) >= abs(weight)
    told = told.on_conflict_do_update(
        index_elements=["workspace_id", "entry_id", "wording", "person_id"],
        set_={"weight": weight, "source": source, "at": work.now, "follows": Evidence.follows & follows},
        where=~(stronger & (func.sign(Evidence.weight) == (1 if weight > 0 else -1))),
    )
    await work.rows.execute(told)
    work.defer("weigh_evidence", entry_id=str(entry_id))


async def weigh_anew(work: Work, visitor_id: UUID) -> None:
    """The visitor's word counts from now on, or does not any more."""
    said = select(Evidence.entry_id).where(
        Evidence.workspace_id == work.workspace_id, Evidence.visitor_id == visitor_id
    )
    for entry_id in await work.scalars(said.distinct()):
        work.defer("weigh_evidence", entry_id=str(entry_id))


def counts(work: Work) -> ColumnElement[bool]:
    """Whether a row is evidence today: it is not a blocked visitor's."""
    blocked = select(VisitorBlock.id).where(
        VisitorBlock.workspace_id == work.workspace_id,
        VisitorBlock.visitor_id == Evidence.visitor_id,
        or_(VisitorBlock.until.is_(None), VisitorBlock.until > work.now),
    )
    return ~blocked.exists()
