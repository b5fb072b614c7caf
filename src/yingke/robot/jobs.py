"""Deferred work of the robot, and what recurs."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select

from yingke.conversations.changes import locked
from yingke.conversations.closing import resolve_answered
from yingke.conversations.models import Conversation
from yingke.inboxes import Site, settings_of
from yingke.kit.work import Ground
from yingke.robot.answering import take_turn
from yingke.robot.deciding import HandOver
from yingke.robot.speaking import hand_over
from yingke.robot.turns import robot_name

if TYPE_CHECKING:
    from yingke.wiring import Services

UNANSWERED_FOR = timedelta(seconds=20)
"""After this a question is a person's, whatever held the robot up."""
SHORTEST_IDLE = timedelta(minutes=5)
_AT_ONCE = 200


async def answer_as_robot(services: "Services", *, workspace_id: UUID, conversation_id: str) -> None:
    async with services.ground.work_in(workspace_id) as work:
        await take_turn(work, services.banks, services.thinker, UUID(conversation_id))


async def look_after_robots(ground: Ground) -> None:
    """Hand over what a robot left unanswered, and end what nobody goes on with."""
    async with ground.work_everywhere() as work:
        incoming = Conversation.last_message["kind"].astext == "incoming"
        held = select(Conversation.workspace_id, Conversation.id).where(
            Conversation.robot,
            or_(
                incoming & (Conversation.last_message_at < work.now - UNANSWERED_FOR),
                Conversation.last_message_at < work.now - SHORTEST_IDLE,
            ),
        )
        due = (await work.rows.execute(held.order_by(Conversation.last_message_at).limit(_AT_ONCE))).all()
    for workspace_id, conversation_id in due:
        await _look_after(ground, workspace_id, conversation_id)


async def _look_after(ground: Ground, workspace_id: UUID, conversation_id: UUID) -> None:
    async with ground.work_in(workspace_id) as work:
        row = await locked(work, conversation_id)
        if not row.robot:
            return
        if row.last_message and row.last_message["kind"] == "incoming":
            if row.last_message_at < work.now - UNANSWERED_FOR:
                await hand_over(work, row, row.last_seq, HandOver("failed"))
            return
        site = await work.find(Site, row.site_id) if row.site_id else None
        idle = timedelta(minutes=settings_of(site).robot.idle_minutes) if site else SHORTEST_IDLE
        if row.last_message_at < work.now - idle:
            await resolve_answered(work, row, await robot_name(work, row))
