"""Invitations that were made, newest first."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from yingke.identity import Actor, zone_of
from yingke.kit.days import begin_of
from yingke.kit.ids import first_id_at
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.outreach.models import VisitorInvitation
from yingke.outreach.offering import invitation_values
from yingke.outreach.values import State, VisitorInvitationValue


async def list_invitations(
    work: Work,
    actor: Actor,
    *,
    visitor_id: UUID | None = None,
    rule_id: UUID | None = None,
    agent_id: UUID | None = None,
    site_id: UUID | None = None,
    by: Literal["hand", "rule"] | None = None,
    state: State | None = None,
    first: date | None = None,
    last: date | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[list[VisitorInvitationValue], str | None]:
    """`first` and `last` are days of the workspace. Those held out are not shown: they were no invitations. Raises BadCursor."""
    row, zone = VisitorInvitation, await zone_of(work)
    query = select(row).where(row.workspace_id == work.workspace_id, row.state != "held_out")
    if actor.only_site_ids is not None:
        query = query.where(row.site_id.in_(actor.only_site_ids))
    wanted = {
        row.visitor_id: visitor_id,
        row.rule_id: rule_id,
        row.agent_id: agent_id,
        row.site_id: site_id,
        row.state: state,
        row.by_hand: None if by is None else by == "hand",
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if first is not None:
        query = query.where(row.id >= first_id_at(begin_of(first, zone)))
    if last is not None:
        query = query.where(row.id < first_id_at(begin_of(last + timedelta(days=1), zone)))
    if cursor:
        query = query.where(row.id < read_cursor(cursor, UUID)[0])
    rows = await work.all(query.order_by(row.id.desc()).limit(limit + 1))
    shown = await invitation_values(work, rows[:limit])
    return shown, write_cursor(shown[-1].id) if len(rows) > limit else None
