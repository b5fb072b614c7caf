"""What is not kept: visits that are old, and a visitor who asks to be forgotten."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from yingke.kit.ids import first_id_at
from yingke.kit.work import Ground, Work
from yingke.visitors import Visitor, VisitorDeleted

KEPT_DAYS = 90
AT_ONCE = 5000
"""Rows that one transaction removes, so that nobody waits for it."""

_WORKSPACES = text("SELECT id, settings FROM workspaces ORDER BY id")
_OF_VISITOR = tuple(
    text(f"DELETE FROM {table} WHERE workspace_id = :workspace AND {column} = ANY(:ids)")  # noqa: S608 - constants only
    for table, column in (
        ("page_views", "visit_id"),
        ("custom_events", "visit_id"),
        ("conversions", "visit_id"),
        ("visitor_invitations", "visit_id"),
    )
)
_OLD = tuple(
    text(
        f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE workspace_id = :workspace"  # noqa: S608
        f" AND {column} < :before LIMIT {AT_ONCE}))"
    )
    for table, column in (("page_views", "visit_id"), ("custom_events", "visit_id"), ("visits", "id"))
)
_OVER = text(
    "DELETE FROM blocks WHERE ctid = ANY(ARRAY(SELECT ctid FROM blocks WHERE workspace_id = :workspace"  # noqa: S608
    f" AND until < :before LIMIT {AT_ONCE}))"
)
_NOTED = ("conversations", "service_requests", "blocks", "visitor_notes", "visitor_tags")
_STRANGERS = text(
    "DELETE FROM visitors WHERE ctid = ANY(ARRAY(SELECT v.ctid FROM visitors v WHERE v.workspace_id = :workspace"  # noqa: S608
    " AND v.last_seen_at < :before AND v.contact_id IS NULL AND v.fields = '{}'"
    + "".join(
        f" AND NOT EXISTS (SELECT FROM {table} n WHERE n.workspace_id = v.workspace_id AND n.visitor_id = v.id)"
        for table in _NOTED
    )
    + f" LIMIT {AT_ONCE}))"
)
"""Browsers of which nothing is left but that they were here once."""


async def remove_old_visits(ground: Ground) -> None:
    """Page views, events and visits that began longer ago than each workspace keeps them, blocks that were over by then, and
    browsers not seen since of which nobody noted anything; the roll-ups stay."""
    async with ground.work_everywhere() as work:
        workspaces = [(row.id, row.settings) for row in await work.rows.execute(_WORKSPACES)]
        now = work.now
    for workspace_id, settings in workspaces:
        before = now - timedelta(days=int(settings.get("page_views_kept_days") or KEPT_DAYS))
        oldest = first_id_at(before)
        for statement, bound in [*((each, oldest) for each in _OLD), (_OVER, before), (_STRANGERS, before)]:
            removed = AT_ONCE
            while removed == AT_ONCE:
                async with ground.work_in(workspace_id) as work:
                    done = await work.rows.execute(statement, {"workspace": workspace_id, "before": bound})
                    removed = done.rowcount  # type: ignore[attr-defined] # of a DELETE


async def erase_visitor(work: Work, visitor_id: UUID) -> None:
    """Everything recorded of this browser; conversations are the contact's and stay. Raises Missing."""
    visitor = await work.get(Visitor, visitor_id, lock=True)
    mine = text("SELECT id FROM visits WHERE workspace_id = :workspace AND visitor_id = :visitor")
    found = await work.rows.execute(mine, {"workspace": work.workspace_id, "visitor": visitor_id})
    ids = list(found.scalars())
    for statement in _OF_VISITOR:
        await work.rows.execute(statement, {"workspace": work.workspace_id, "ids": ids})
    await work.rows.delete(visitor)
    await work.flush()
    work.tell(VisitorDeleted(workspace_id=work.workspace_id, visitor_id=visitor_id))
