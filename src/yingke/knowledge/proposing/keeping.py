"""The proposals of an entry, brought up to what people say today."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, case, literal, select, update

from yingke.kit.errors import Refusal
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.banks import Banks
from yingke.knowledge.content import content_of, texts_of
from yingke.knowledge.facts import ProposalsChanged
from yingke.knowledge.heads import read_settings
from yingke.knowledge.languages import language_of
from yingke.knowledge.models import Evidence, KnowledgeEntry, Proposal
from yingke.knowledge.proposing.deciding import take_in
from yingke.knowledge.proposing.evidence import heard_of
from yingke.knowledge.proposing.grouping import Plan, make_plan
from yingke.knowledge.proposing.weighing import Heard, Weighed, weigh
from yingke.knowledge.proposing.wordings import wording_of

_MOST_HEARD = 500
"""The newest words about an entry that are looked at for something new."""


async def keep_proposals(work: Work, banks: Banks, entry_id: UUID) -> None:
    """The work is at rest while the engine thinks."""
    entry = await _live(work, entry_id)
    if entry is None:
        return
    language, fresh = language_of(entry.language), await _fresh(work, entry)
    held = {row.id: row.question for row in await _proposals(work, entry_id) if row.state != "accepted"}
    async with work.at_rest():
        plan = await make_plan(banks, work.workspace_id, entry_id, language, held=held, fresh=fresh)
    entry = await _live(work, entry_id, lock=True)
    if entry is None:
        return
    await _carry_out(work, entry, plan)
    await _count_anew(work, entry)


async def _live(work: Work, entry_id: UUID, *, lock: bool = False) -> KnowledgeEntry | None:
    row = await work.find(KnowledgeEntry, entry_id, lock=lock)
    return row if row is not None and row.live is not None and row.deleted_at is None else None


async def _proposals(work: Work, entry_id: UUID) -> Sequence[Proposal]:
    """As they are now: with the entry locked, nobody decides on them meanwhile."""
    mine = select(Proposal).where(Proposal.workspace_id == work.workspace_id, Proposal.entry_id == entry_id)
    return await work.all(mine.order_by(Proposal.id).execution_options(populate_existing=True))


async def _fresh(work: Work, entry: KnowledgeEntry) -> list[Heard]:
    """Words that belong to no proposal, without those that the entry has already."""
    known = {wording_of(text) for text in texts_of(content_of(entry.content))}
    heard = await heard_of(work, entry.id, Evidence.proposal_id.is_(None), newest=_MOST_HEARD)
    return [one for one in heard.get(None, []) if one.wording not in known]


async def _carry_out(work: Work, entry: KnowledgeEntry, plan: Plan) -> None:
    """Whoever came in between may have proposed the same: then it is joined."""
    proposals = {row.id for row in await _proposals(work, entry.id)}
    by_wording = await _places_of_fresh(work, entry)
    joining = {wording: id for wording, id in plan.joining.items() if id in proposals}
    for group in plan.new:
        id = next((by_wording[wording] for wording in group if wording in by_wording), None)
        joining.update(dict.fromkeys(group, id or await _propose(work, entry, group[0])))
    places = joining | by_wording
    if places:
        fresh = update(Evidence).where(*_fresh_of(work, entry), Evidence.wording.in_([*places]))
        place = case({wording: literal(id, Uuid) for wording, id in places.items()}, value=Evidence.wording)
        await work.rows.execute(fresh.values(proposal_id=place))


def _fresh_of(work: Work, entry: KnowledgeEntry) -> list[ColumnElement[bool]]:
    return [
        Evidence.workspace_id == work.workspace_id,
        Evidence.entry_id == entry.id,
        Evidence.proposal_id.is_(None),
    ]


async def _places_of_fresh(work: Work, entry: KnowledgeEntry) -> dict[str, UUID]:
    """Where what others said in the same words is."""
    taken = select(Evidence.wording, Evidence.proposal_id).where(
        Evidence.workspace_id == work.workspace_id,
        Evidence.entry_id == entry.id,
        Evidence.proposal_id.is_not(None),
        Evidence.wording.in_(select(Evidence.wording).where(*_fresh_of(work, entry))),
    )
    return {wording: id for wording, id in await work.rows.execute(taken.distinct()) if id}


async def _propose(work: Work, entry: KnowledgeEntry, question: str) -> UUID:
    """What it says and counts is filled in by counting."""
    row = Proposal(
        id=new_id(), entry_id=entry.id, language=entry.language, question=question, state="open", weight=0.0, people=0,
        against=0, samples=[], created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    work.add(row)
    await work.flush()
    return row.id


async def _count_anew(work: Work, entry: KnowledgeEntry) -> None:
    """What is not clear any more is proposed no longer; what the workspace's setting takes in is taken in."""
    waiting = [row for row in await _proposals(work, entry.id) if row.state == "open"]
    heard = await heard_of(work, entry.id, Evidence.proposal_id.in_([row.id for row in waiting])) if waiting else {}
    learn_after = (await read_settings(work)).learn_after
    changed = False
    for proposal in waiting:
        weighed = weigh(heard[proposal.id]) if proposal.id in heard else None
        changed |= await _settle(work, proposal, weighed, learn_after)
    if changed:
        work.tell(ProposalsChanged(workspace_id=work.workspace_id))


async def _settle(work: Work, proposal: Proposal, weighed: Weighed | None, learn_after: int) -> bool:
    """Whether anything changed."""
    if weighed is None or not weighed.clear:
        await work.rows.delete(proposal)
        return True
    told = {name: getattr(weighed, name) for name in ("question", "weight", "people", "against", "samples")}
    if all(getattr(proposal, name) == value for name, value in told.items()):
        return False
    for name, value in told.items():
        setattr(proposal, name, value)
    proposal.updated_at = work.now
    if learn_after and weighed.voices >= learn_after and not weighed.against:
        with suppress(Refusal):  # it has as many wordings as it may: then staff decide
            async with work.rows.begin_nested():
                await take_in(work, None, proposal)
    return True
