"""Keeping somebody from writing, for a time or for good."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.visitors.facts import VisitorBlocked, VisitorUnblocked
from yingke.visitors.models import Visitor, VisitorBlock
from yingke.visitors.queries import visitor_value
from yingke.visitors.values import VisitorValue


async def block_visitor(
    work: Work, visitor_id: UUID, *, reason: str = "", hours: float | None = None, by: UUID | None
) -> VisitorValue:
    """For `hours`, or for good. Blocking again replaces reason and end. Raises Missing."""
    visitor = await work.get(Visitor, visitor_id, lock=True)
    until = work.now + timedelta(hours=hours) if hours is not None else None
    mine = select(VisitorBlock).where(
        VisitorBlock.workspace_id == work.workspace_id, VisitorBlock.visitor_id == visitor.id
    )
    block = (await work.scalars(mine)).first()  # the visitor's row is locked: nobody else adds one
    if block is None:
        block = VisitorBlock(id=new_id(), visitor_id=visitor.id)
        work.add(block)
    block.reason, block.until, block.by, block.created_at = reason, until, by, work.now
    await work.flush()
    value = await visitor_value(work, visitor)
    work.tell(VisitorBlocked(workspace_id=work.workspace_id, visitor_id=visitor.id, visitor=value))
    return value


async def unblock_visitor(work: Work, visitor_id: UUID) -> VisitorValue:
    """Nothing happens when the visitor was not blocked. Raises Missing."""
    visitor = await work.get(Visitor, visitor_id, lock=True)
    gone = await work.rows.execute(
        delete(VisitorBlock)
        .where(VisitorBlock.workspace_id == work.workspace_id, VisitorBlock.visitor_id == visitor.id)
        .returning(VisitorBlock.id)
    )
    value = await visitor_value(work, visitor)
    if gone.scalars().all():
        work.tell(VisitorUnblocked(workspace_id=work.workspace_id, visitor_id=visitor.id, visitor=value))
    return value
