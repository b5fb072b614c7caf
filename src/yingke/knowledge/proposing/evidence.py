"""What people's doings say of questions and entries, kept once for each browser and heard once for each person."""

from typing import Final, Literal
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.content import content_of, texts_of
from yingke.knowledge.models import Evidence, KnowledgeEntry
from yingke.knowledge.proposing.weighing import Heard
from yingke.knowledge.proposing.wordings import wording_of
from yingke.visitors import Block, Visitor, address_prefix

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
    """Keep it, and have the entry's proposals looked at anew where others were heard before. `person_id`: the visitor, else
    `reader_at`. `follows`: another question came before it in the conversation.

    A word in favour is never lessened by a weaker one; one against takes it back, and the other way round. What the entry
    says itself needs no evidence.
    """
    wording, entry = wording_of(question), await work.find(KnowledgeEntry, entry_id)
    if wording is None or entry is None or wording in map(wording_of, texts_of(content_of(entry.content))):
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
    news = (await work.rows.execute(told.returning(Evidence.entry_id))).first()
    if news and await _is_heard_of_others(work, entry_id, person_id):
        work.defer("weigh_evidence", entry_id=str(entry_id))


def reader_at(workspace_id: UUID, address: str) -> UUID:
    """Whom nobody knows is his network: a browser can call itself anything."""
    return _network(workspace_id, address_prefix(address))


async def heard_of(
    work: Work, entry_id: UUID, *conditions: ColumnElement[bool], newest: int | None = None
) -> dict[UUID | None, list[Heard]]:
    """What is said of an entry, by proposal; the last word of each person for a wording. All browsers of a contact are one
    person, whenever it became known that they are his."""
    columns = (
        Evidence.wording, Evidence.question, Evidence.person_id, Evidence.weight, Evidence.follows, Evidence.proposal_id,
        Visitor.contact_id, Visitor.address_prefix,
    )  # fmt: skip
    his = (Visitor.workspace_id == Evidence.workspace_id) & (Visitor.id == Evidence.visitor_id)
    said = select(*columns).outerjoin(Visitor, his)
    said = said.where(
        Evidence.workspace_id == work.workspace_id, Evidence.entry_id == entry_id, counts(work), *conditions
    )
    last: dict[tuple[UUID, str], tuple[UUID | None, Heard]] = {}
    for row in (await work.rows.execute(said.order_by(Evidence.at.desc()).limit(newest))).all():
        person = row.contact_id or row.person_id
        network = row.person_id if row.address_prefix is None else _network(work.workspace_id, row.address_prefix)
        one = Heard(row.wording, row.question, person, row.weight, row.follows, network=str(network))
        last.setdefault((person, row.wording), (row.proposal_id, one))
    heard: dict[UUID | None, list[Heard]] = {}
    for proposal_id, one in reversed(last.values()):
        heard.setdefault(proposal_id, []).append(one)
    return heard


def _network(workspace_id: UUID, prefix: str) -> UUID:
    return uuid5(workspace_id, f"network {prefix}")


async def _is_heard_of_others(work: Work, entry_id: UUID, person_id: UUID) -> bool:
    others = select(Evidence.entry_id).where(
        Evidence.workspace_id == work.workspace_id, Evidence.entry_id == entry_id, Evidence.person_id != person_id
    )
    return (await work.scalars(others.limit(1))).first() is not None


async def weigh_anew(work: Work, visitor_id: UUID) -> None:
    """The visitor's word counts from now on, or does not any more."""
    said = select(Evidence.entry_id).where(
        Evidence.workspace_id == work.workspace_id, Evidence.visitor_id == visitor_id
    )
    for entry_id in await work.scalars(said.distinct()):
        work.defer("weigh_evidence", entry_id=str(entry_id))


def counts(work: Work) -> ColumnElement[bool]:
    """Whether a row is evidence today: it is not a blocked visitor's."""
    blocked = (
        select(Block.id)
        .join(Visitor, (Visitor.workspace_id == Block.workspace_id) & (Visitor.id == Evidence.visitor_id))
        .where(
            Block.workspace_id == work.workspace_id,
            or_(Block.visitor_id == Visitor.id, Block.contact_id == Visitor.contact_id),
            or_(Block.until.is_(None), Block.until > work.now),
        )
    )
    return ~blocked.exists()
