"""When somebody's word counts no more, or again, or turns out to be another's."""

from yingke.kit.work import Work
from yingke.knowledge.proposing.evidence import weigh_anew
from yingke.visitors import VisitorBlocked, VisitorIdentified, VisitorUnblocked


async def follow_visitor(work: Work, fact: VisitorBlocked | VisitorUnblocked | VisitorIdentified) -> None:
    await weigh_anew(work, fact.visitor_id)
