"""All that is recorded of a browser, for the person it is about."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, text

from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.visitors import ProfileValue, profile_of
from yingke.visits.models import CustomEvent, PageView, Visit
from yingke.visits.queries import event_value, page_view_value, visit_values
from yingke.visits.values import EventValue, PageViewValue, VisitValue

MOST = 20_000
"""Rows of each kind; the newest."""
_INVITATIONS = text(
    "SELECT offered_at, state, content->>'text' AS text FROM visitor_invitations"
    " WHERE workspace_id = :workspace AND visitor_id = :visitor ORDER BY id DESC LIMIT :most"
)


class InvitationExport(Value, frozen=True, kw_only=True):
    offered_at: datetime
    state: str
    text: str


class VisitorExport(Value, frozen=True, kw_only=True):
    profile: ProfileValue
    visits: list[VisitValue]
    page_views: list[PageViewValue]
    events: list[EventValue]
    invitations: list[InvitationExport]


async def export_visitor(work: Work, visitor_id: UUID) -> VisitorExport:
    """Raises Missing."""
    profile = await profile_of(work, visitor_id)
    visits = await work.all(
        select(Visit)
        .where(Visit.workspace_id == work.workspace_id, Visit.visitor_id == visitor_id)
        .order_by(Visit.id.desc())
        .limit(MOST)
    )
    ids = [visit.id for visit in visits]
    pages = await work.all(
        select(PageView)
        .where(PageView.workspace_id == work.workspace_id, PageView.visit_id.in_(ids))
        .order_by(PageView.at.desc())
        .limit(MOST)
    )
    events = await work.all(
        select(CustomEvent)
        .where(CustomEvent.workspace_id == work.workspace_id, CustomEvent.visit_id.in_(ids))
        .order_by(CustomEvent.at.desc())
        .limit(MOST)
    )
    return VisitorExport(
        profile=profile,
        visits=await visit_values(work, visits),
        page_views=[page_view_value(row, []) for row in pages],
        events=[event_value(row) for row in events],
        invitations=[InvitationExport(**row) for row in await _invitations(work, visitor_id)],
    )


async def _invitations(work: Work, visitor_id: UUID) -> Sequence[RowMapping]:
    bound = {"workspace": work.workspace_id, "visitor": visitor_id, "most": MOST}
    return (await work.rows.execute(_INVITATIONS, bound)).mappings().all()
