"""What visitors and agents do with answers, as evidence of which words ask for which entry."""

from uuid import UUID

from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.knowledge.proposing.evidence import Source, give_evidence
from yingke.visitors import Visitor, is_blocked
from yingke.visits.robots import is_robot


async def bear_witness(
    work: Work, row: Conversation, question: str, entry_id: UUID, source: Source, *, follows: bool
) -> None:
    """For the visitor of a conversation: whose agent, or who himself, found that the entry answers, or does not. Robots
    and the blocked are not heard."""
    visitor = await work.find(Visitor, row.visitor_id) if row.visitor_id else None
    if visitor is None or is_robot(visitor.user_agent) or await is_blocked(work, visitor):
        return
    await give_evidence(
        work,
        question,
        entry_id,
        source,
        person_id=visitor.id,
        visitor_id=visitor.id,
        follows=follows,
    )
