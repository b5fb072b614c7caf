"""Who could take one more conversation now, as routing counts it, and how many wait."""

from collections.abc import Sequence

from sqlalchemy import func, select

from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.routing.choosing import Candidate
from yingke.routing.loading import candidates
from yingke.routing.rules import rules_of
from yingke.segments.moments import DeskState


async def free_agents(work: Work) -> Sequence[Candidate]:
    """Agents at the desk whose load is below what they take at once."""
    present = await candidates(work, await rules_of(work))
    return [each for each in present if each.available and each.load < each.capacity]


async def read_desk(work: Work) -> DeskState:
    able = await free_agents(work)
    queued = select(func.count()).where(
        Conversation.workspace_id == work.workspace_id, Conversation.status == "queued", Conversation.kind == "chat"
    )
    return DeskState(agents_available=len(able), queue_length=await work.rows.scalar(queued) or 0)
