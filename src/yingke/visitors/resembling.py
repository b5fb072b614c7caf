"""Who gave the same address as somebody who is blocked. It proves nothing, so it keeps nobody from writing: an agent is told."""

from uuid import UUID

from sqlalchemy import or_, select

from yingke.contacts import Contact, current_contact
from yingke.kit.work import Work
from yingke.visitors.models import Block, Visitor
from yingke.visitors.values import BlockedContact

_MOST = 3


async def blocked_like(work: Work, contact_id: UUID) -> list[BlockedContact]:
    """Other contacts with this one's mail address or telephone number who are blocked now, in whatever way. Raises Missing."""
    contact = await current_contact(work, contact_id)
    given = [getattr(Contact, each) == said for each in ("email", "phone") if (said := getattr(contact, each))]
    if not given:
        return []
    query = (
        select(Contact.id, Contact.name)
        .join(Block, Block.workspace_id == Contact.workspace_id)
        .outerjoin(Visitor, (Visitor.workspace_id == Block.workspace_id) & (Visitor.id == Block.visitor_id))
        .where(
            Contact.workspace_id == work.workspace_id,
            Contact.id != contact.id,
            or_(*given),
            or_(Contact.id == Block.contact_id, Contact.id == Visitor.contact_id),
            or_(Block.until.is_(None), Block.until > work.now),
        )
    )
    found = await work.rows.execute(query.distinct().order_by(Contact.id).limit(_MOST))
    return [BlockedContact(id=row.id, name=row.name) for row in found]
