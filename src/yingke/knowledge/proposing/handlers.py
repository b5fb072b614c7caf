"""When somebody's word counts no more, or again."""

from yingke.kit.work import Work
from yingke.knowledge.proposing.evidence import weigh_anew
from yingke.visitors import VisitorBlocked, VisitorUnblocked


async def follow_block(work: Work, fact: VisitorBlocked | VisitorUnblocked) -> None:
    await weigh_anew(work, fact.visitor_id)
