"""Which files an agent may read, and so send on: the one place where this is decided."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from yingke.conversations.models import Conversation
from yingke.conversations.queries import visible_to
from yingke.files import File, FileNotYours
from yingke.identity import Actor
from yingke.kit.work import Work


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Own uploads, what conversations in sight carry, what canned responses share, and what everybody may see."""
    own = and_(File.uploader_kind == "agent", File.uploader_id == actor.agent_id)
    in_sight = exists().where(
        visible_to(actor), Conversation.workspace_id == File.workspace_id, Conversation.id == File.conversation_id
    )
    shared = File.shared_with.overlap([actor.workspace_id, *actor.team_ids])
    if actor.may("canned_responses.manage"):
        shared = func.cardinality(File.shared_with) > 0
    return and_(File.workspace_id == actor.workspace_id, or_(File.public, own, shared, in_sight))


async def file_for_agent(work: Work, actor: Actor, file_id: UUID) -> File:
    """Raises FileNotYours."""
    found: File | None = (await work.scalars(select(File).where(readable_by(actor), File.id == file_id))).one_or_none()
    if found is None:
        raise FileNotYours
    return found


async def require_readable(work: Work, actor: Actor, file_ids: Iterable[UUID]) -> None:
    """Raises FileNotYours when the actor may not read one of them."""
    wanted = set(file_ids)
    readable = select(func.count()).select_from(File).where(readable_by(actor), File.id.in_(wanted))
    if (await work.scalars(readable)).one() != len(wanted):
        raise FileNotYours(field="attachment_ids")
