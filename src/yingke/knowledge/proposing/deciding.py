"""What staff, or the workspace's setting, make of proposals."""

from collections.abc import Sequence
from uuid import UUID

from yingke.identity import Actor
from yingke.kit.errors import Refusal
from yingke.kit.text import one_line
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.facts import ProposalsChanged
from yingke.knowledge.models import Proposal
from yingke.knowledge.publishing import add_similar
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
    work: Work, actor: Actor, ids: Sequence[UUID], *, question: str | None = None
) -> DecidedProposals:
    """Each becomes a similar question of its entry, in the wording `question` where that is given. Each by itself: one
    that is refused leaves the others alone; what is decided already stays so."""
    refused, told = [], list[EntryStatus]()
    for id in sorted(set(ids)):
        try:
            async with work.rows.begin_nested():
                row = await work.get(Proposal, id, lock=True)
                if row.state == "open":
                    told.append(await take_in(work, actor, row, question=question))
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
    row.question = one_line(question or "") or row.question
    written = await add_similar(work, actor, row.entry_id, row.question, action="learnt", note=row.question)
    _decide(work, actor, row, "accepted")
    return written.status


async def _mark(work: Work, actor: Actor, ids: Sequence[UUID], *, before: str, after: str) -> DecidedProposals:
    changed = 0
    for id in sorted(set(ids)):
        row = await work.find(Proposal, id, lock=True)
        if row is not None and row.state == before:
            _decide(work, actor, row, after)
            changed += 1
    if changed:
        work.tell(ProposalsChanged(workspace_id=work.workspace_id))
    return DecidedProposals(changed=changed, drafts=0, refused=[])


def _decide(work: Work, actor: Actor | None, row: Proposal, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, work.now, actor.agent_id if actor else None
