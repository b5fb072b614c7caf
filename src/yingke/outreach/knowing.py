"""What rules ask of the database about a visitor and about the desk."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import func, select

from yingke.contacts import current_contact
from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.outreach.attention import MOST_EVENTS
from yingke.outreach.free_agents import free_agents
from yingke.outreach.moments import DeskState, Happening, Profile
from yingke.visitors import Visitor
from yingke.visits.models import CustomEvent, Visit

_STANDARD = ("name", "email", "phone", "company", "external_id")


async def read_profile(work: Work, visitor_id: UUID) -> Profile:
    """Fields of the contact (also the standard ones, under their names), else of the visitor; and the visit before."""
    visitor = await work.find(Visitor, visitor_id)
    if visitor is None:
        return Profile()
    fields = dict(visitor.fields)
    if visitor.contact_id is not None:
        contact = await current_contact(work, visitor.contact_id)
        fields = {name: getattr(contact, name) or "" for name in _STANDARD} | contact.fields
    last = await _visit_before(work, visitor_id)
    return Profile(fields={str(name): _said(value) for name, value in fields.items()}, last_visit_days=last)


async def read_events(work: Work, visit_id: UUID, names: Collection[str]) -> list[Happening]:
    """Custom events and clicks of a visit, the latest `MOST_EVENTS` of them, oldest first."""
    row = CustomEvent
    mine = select(row.name, row.at).where(
        row.workspace_id == work.workspace_id, row.visit_id == visit_id, row.name.in_(names)
    )
    found = await work.rows.execute(mine.order_by(row.at.desc()).limit(MOST_EVENTS))
    return [(name, at) for name, at in reversed(found.all())]


async def read_desk(work: Work) -> DeskState:
    able = await free_agents(work)
    queued = select(func.count()).where(
        Conversation.workspace_id == work.workspace_id, Conversation.status == "queued", Conversation.kind == "chat"
    )
    return DeskState(agents_available=len(able), queue_length=await work.rows.scalar(queued) or 0)


async def _visit_before(work: Work, visitor_id: UUID) -> int | None:
    """Whole days since the last sign of life of the visit before the present one."""
    query = select(Visit.active_at).where(Visit.workspace_id == work.workspace_id, Visit.visitor_id == visitor_id)
    found: Iterable[object] = await work.scalars(query.order_by(Visit.number.desc()).limit(2))
    moments = list(found)
    return (work.now - moments[1]).days if len(moments) > 1 else None  # type: ignore[operator]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
