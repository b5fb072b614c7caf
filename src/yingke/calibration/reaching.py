"""Who sees which calibration, and who may do what in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from yingke.calibration.errors import CalibrationMissing, LedBySomebodyElse
from yingke.calibration.models import Calibration
from yingke.calibration.values import CalibrationState
from yingke.conversations.changes import place_of
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for, took_part, visible_to, within_limits
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.quality.errors import NothingToInspect, OwnConversation


def state_of(calibration: Calibration, now: datetime) -> CalibrationState:
    if calibration.agreed_at is not None:
        return "agreed"
    return "comparing" if calibration.closed_at is not None or calibration.due_at <= now else "scoring"


def leads(actor: Actor, calibration: Calibration) -> bool:
    """Whoever began it; when they left and gave it to nobody, whoever may begin one."""
    return actor.may("quality.calibrate") and calibration.leader_id in (None, actor.agent_id)


async def reached(work: Work, actor: Actor, conversation_id: UUID) -> Conversation:
    """A conversation the actor may score. Raises ConversationMissing, Forbidden, OwnConversation, NothingToInspect."""
    row = await conversation_for(work, actor, conversation_id)
    if row.channel == "colleague" or row.agent_id is None:
        raise NothingToInspect(field="conversation_id")
    took = select(took_part(actor.agent_id)).where(
        Conversation.workspace_id == row.workspace_id, Conversation.id == row.id
    )
    if await work.rows.scalar(took):
        raise OwnConversation
    actor.require("quality.inspect", place_of(row))
    return row


async def found(
    work: Work, actor: Actor, calibration_id: UUID, *, lock: bool = False
) -> tuple[Calibration, Conversation]:
    """Raises CalibrationMissing, and what `reached` does."""
    calibration = await work.find(Calibration, calibration_id, lock=lock)
    if calibration is None:
        raise CalibrationMissing
    row = await reached(work, actor, calibration.conversation_id)
    if calibration.agent_id == actor.agent_id:
        raise OwnConversation
    return calibration, row


async def led(work: Work, actor: Actor, calibration_id: UUID) -> tuple[Calibration, Conversation]:
    """For whoever leads it, locked. Raises LedBySomebodyElse, and what `found` does."""
    calibration, row = await found(work, actor, calibration_id, lock=True)
    if not leads(actor, calibration):
        raise LedBySomebodyElse
    return calibration, row


def reach(actor: Actor) -> ColumnElement[bool]:
    """Of conversations joined: what `found` finds."""
    return and_(
        Calibration.workspace_id == actor.workspace_id,
        Calibration.agent_id != actor.agent_id,
        ~took_part(actor.agent_id),
        visible_to(actor),
        within_limits(actor),
    )
