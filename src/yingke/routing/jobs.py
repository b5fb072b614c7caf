"""Deferred work of routing."""

from typing import TYPE_CHECKING
from uuid import UUID

from yingke.routing import handlers

if TYPE_CHECKING:
    from yingke.wiring import Services


async def release_seat(services: "Services", *, workspace_id: UUID, agent_id: str) -> None:
    async with services.ground.work_in(workspace_id) as work:
        await handlers.release_seat(work, UUID(agent_id))
