"""Deferred and recurring work of routing."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Executable, select, text

from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.routing import handlers
from yingke.routing.models import QueuePlace, WrapUp
from yingke.routing.rules import rules_of
from yingke.routing.timing import look_at_due

if TYPE_CHECKING:
    from yingke.wiring import Services

_FORGET = text(
    """
DELETE FROM routing_decisions d USING workspaces w LEFT JOIN routing_settings s ON s.workspace_id = w.id
WHERE d.workspace_id = w.id AND d.decided_at < CAST(:now AS timestamptz) - coalesce((s.settings->>'keep_days')::int, 90) * interval '1 day'
"""
)


async def release_seat(services: "Services", *, workspace_id: UUID, agent_id: str) -> None:
    async with services.ground.work_in(workspace_id) as work:
        await handlers.release_seat(work, UUID(agent_id))


async def look_at_all_due(ground: Ground) -> None:
    """For a timer: places and times to wrap up that are due, in every workspace."""
    await in_each(ground, _due, _look)


def _due(work: Work) -> Executable:
    places = select(QueuePlace.workspace_id).where(QueuePlace.due_at <= work.now)
    return places.union(select(WrapUp.workspace_id).where(WrapUp.until <= work.now))


async def _look(work: Work) -> None:
    await look_at_due(work, await rules_of(work))


async def forget_decisions(ground: Ground) -> None:
    """For a timer: why somebody was chosen is kept for as long as the workspace says."""
    async with ground.work_everywhere() as work:
        await work.rows.execute(_FORGET, {"now": work.now})
