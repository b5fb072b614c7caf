"""What recurs in the core."""

from sqlalchemy import select

from yingke.conversations.closing import wake_snoozed
from yingke.conversations.models import Conversation
from yingke.kit.work import Ground


async def wake_due(ground: Ground) -> None:
    """Bring back the snoozed conversations of every workspace that have rested long enough."""
    async with ground.work_everywhere() as work:
        due = select(Conversation.workspace_id).where(
            Conversation.status == "snoozed", Conversation.snoozed_until <= work.now
        )
        workspaces = set((await work.scalars(due)).all())
    for workspace_id in workspaces:
        async with ground.work_in(workspace_id) as work:
            await wake_snoozed(work)
