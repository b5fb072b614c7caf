"""What recurs in the core, and what is too much for one transaction."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from yingke.conversations import editing
from yingke.conversations.closing import wake_snoozed
from yingke.conversations.models import Conversation
from yingke.kit.timers import in_each
from yingke.kit.work import Ground

if TYPE_CHECKING:
    from yingke.wiring import Services

_AT_ONCE = 200


async def wake_due(ground: Ground) -> None:
    """Bring back the snoozed conversations of every workspace that have rested long enough."""
    rested = select(Conversation.workspace_id).where(Conversation.status == "snoozed")
    await in_each(ground, lambda work: rested.where(Conversation.snoozed_until <= work.now), wake_snoozed)


async def forget_tag(services: "Services", *, workspace_id: UUID, tag_id: str) -> None:
    """Take a deleted tag from all conversations, a few hundred in each transaction."""
    done_to: UUID | None = None
    while True:
        async with services.ground.work_in(workspace_id) as work:
            done_to = await editing.forget_tag(work, UUID(tag_id), done_to, _AT_ONCE)
        if done_to is None:
            return
