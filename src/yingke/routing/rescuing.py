"""Nobody is stranded: what is held by nobody who could answer goes back to the queue."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, text

from yingke.conversations.assigning import back_to_queue, release_conversations
from yingke.conversations.changes import changed, locked
from yingke.conversations.models import Conversation
from yingke.kit.work import Ground, Work
from yingke.routing.assigning import assign_waiting
from yingke.routing.models import QueuePlace
from yingke.routing.places import enter, follow
from yingke.routing.rules import rules_of

log = structlog.get_logger()

SETTLED = timedelta(seconds=30)
"""What changed since is on its way."""

_STRANDED = text(
    """
SELECT c.workspace_id, c.id, c.status FROM conversations c
LEFT JOIN memberships m ON m.workspace_id = c.workspace_id AND m.id = c.agent_id
WHERE c.channel <> 'colleague' AND ((c.status = 'open' AND NOT c.robot AND (c.agent_id IS NULL OR m.disabled_at IS NOT NULL))
  OR (c.status = 'queued' AND c.kind = 'chat' AND NOT EXISTS (SELECT FROM queue_places t
      WHERE t.workspace_id = c.workspace_id AND t.conversation_id = c.id AND t.state <> 'given')))
  AND c.last_message_at < :settled
ORDER BY c.workspace_id, c.id LIMIT 500
"""
)


async def held_by(work: Work, agent_id: UUID, *statuses: str) -> list[UUID]:
    held = select(Conversation.id).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.agent_id == agent_id,
        Conversation.status.in_(statuses or ("open",)),
        Conversation.channel != "colleague",
    )
    return list((await work.scalars(held)).all())


async def release_all(work: Work, agent_id: UUID) -> None:
    """The agent left for good: what he holds goes to the front of its queues, what he put aside is woken by everybody."""
    await release_conversations(work, agent_id, await held_by(work, agent_id), why="agent_left")
    for conversation_id in sorted(await held_by(work, agent_id, "snoozed")):
        row = await locked(work, conversation_id)
        if row.agent_id == agent_id and row.status == "snoozed":
            await back_to_queue(work, row, why="agent_left", first=True)


async def release_team(work: Work, team_id: UUID) -> None:
    """Who waited for a team that is gone keeps the place, and may be answered by everybody, or by the team of a rule."""
    waiting = select(QueuePlace.conversation_id).where(
        QueuePlace.workspace_id == work.workspace_id, QueuePlace.team_id == team_id
    )
    rules = await rules_of(work)
    for conversation_id in sorted((await work.scalars(waiting)).all()):
        row = await locked(work, conversation_id)
        if row.status == "queued" and row.team_id is None:
            changed(work, row, "edited", team_id_before=team_id)
            await enter(work, rules, [row])


async def rescue_stranded(ground: Ground) -> None:
    """For a timer: finds what nothing else found. What it finds is told in the log, for nothing should be there."""
    async with ground.work_everywhere() as work:
        rows = (await work.rows.execute(_STRANDED, {"settled": work.now - SETTLED})).all()
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row.workspace_id, []).append(row.id)
    for workspace_id, ids in found.items():
        log.warning("stranded conversations were queued again", workspace=str(workspace_id), count=len(ids))
        async with ground.work_in(workspace_id) as work:
            await _rescue(work, ids)


async def _rescue(work: Work, conversation_ids: Sequence[UUID]) -> None:
    for conversation_id in sorted(conversation_ids):
        row = await locked(work, conversation_id)
        if row.status == "open":
            await back_to_queue(work, row, why="stranded", first=True)
    await work.flush()
    await follow(work, conversation_ids)
    await assign_waiting(work)
