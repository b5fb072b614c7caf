"""Keeping somebody from writing, for a time or for good."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

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
    row = {"reason": reason, "until": until, "by": by, "created_at": work.now}
    await work.rows.execute(
        insert(VisitorBlock)
        .values(workspace_id=work.workspace_id, id=new_id(), visitor_id=visitor.id, **row)
        .on_conflict_do_update(index_elements=["workspace_id", "visitor_id"], set_=row)
    )
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
