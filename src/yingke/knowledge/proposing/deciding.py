"""What staff, or the workspace's setting, make of proposals."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from yingke.identity import Actor
from yingke.kit.errors import Missing, Refusal
from yingke.kit.text import one_line
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.facts import ProposalsChanged
from yingke.knowledge.models import KnowledgeEntry, Proposal
from yingke.knowledge.publishing import add_similar
from yingke.knowledge.readers import within
from yingke.knowledge.values import EntryStatus


class RefusedProposal(Value, frozen=True, kw_only=True):
    proposal_id: UUID
    code: str
    detail: str


class DecidedProposals(Value, frozen=True, kw_only=True):
    """`drafts`: so many entries have the question in a draft, and answer with it when that is published."""

    changed: int
    drafts: int
    refused: list[RefusedProposal]


async def accept_proposals(
    work: Work, actor: Actor, ids: Sequence[UUID], *, questions: Mapping[UUID, str] = MappingProxyType({})
) -> DecidedProposals:
    """Each becomes a similar question of its entry, in the wording of `questions` where that names one. Each by itself: one
    that is refused leaves the others alone; what is decided already stays so."""
    refused, told = [], list[EntryStatus]()
    there = await _locked(work, actor, ids)
    for id in sorted(set(ids)):
        try:
            async with work.rows.begin_nested():
                if id not in there:
                    raise Missing
                if there[id].state == "open":
                    told.append(await take_in(work, actor, there[id], question=questions.get(id)))
        except Refusal as refusal:
            refused.append(RefusedProposal(proposal_id=id, code=refusal.code, detail=refusal.detail))
    if told:
        work.tell(ProposalsChanged(workspace_id=work.workspace_id))
    return DecidedProposals(changed=len(told), drafts=sum(status != "published" for status in told), refused=refused)


async def dismiss_proposals(work: Work, actor: Actor, ids: Sequence[UUID]) -> DecidedProposals:
    """They are not proposed again."""
    return await _mark(work, actor, ids, before="open", after="dismissed")


async def reopen_proposals(work: Work, actor: Actor, ids: Sequence[UUID]) -> DecidedProposals:
    """Those that were dismissed are proposed after all."""
    return await _mark(work, actor, ids, before="dismissed", after="open")


async def take_in(work: Work, actor: Actor | None, row: Proposal, *, question: str | None = None) -> EntryStatus:
    """Without an actor: by the workspace's setting. Raises what `add_similar` refuses."""
    wording = one_line(question or "") or row.question
    written = await add_similar(work, actor, row.entry_id, wording, action="learnt", note=wording)
    row.question = wording
    _decide(work, actor, row, "accepted")
    return written.status


async def _mark(work: Work, actor: Actor, ids: Sequence[UUID], *, before: str, after: str) -> DecidedProposals:
    changed = 0
    for row in (await _locked(work, actor, ids)).values():
        if row.state == before:
            _decide(work, actor, row, after)
            changed += 1
    if changed:
        work.tell(ProposalsChanged(workspace_id=work.workspace_id))
    return DecidedProposals(changed=changed, drafts=0, refused=[])


async def _locked(work: Work, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Proposal]:
    """Those that are there for the actor, with their entries locked: whoever counts an entry's proposals anew does the same. All of them
    first and in one order, so that nobody waits for us while we wait for him."""
    mine = select(Proposal).where(Proposal.workspace_id == work.workspace_id, Proposal.id.in_(ids))
    entries = select(KnowledgeEntry.id).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.id.in_(mine.with_only_columns(Proposal.entry_id)),
        within(actor.only_site_ids),
    )
    locked = await work.scalars(entries.order_by(KnowledgeEntry.id).with_for_update(key_share=True))
    theirs = mine.where(Proposal.entry_id.in_(locked.all()))
    return {row.id: row for row in await work.all(theirs.execution_options(populate_existing=True))}


def _decide(work: Work, actor: Actor | None, row: Proposal, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, work.now, actor.agent_id if actor else None
