"""Deferred work of proposals."""

from typing import TYPE_CHECKING
from uuid import UUID

from yingke.knowledge.proposing.keeping import keep_proposals

if TYPE_CHECKING:
    from yingke.wiring import Services


async def weigh_evidence(services: "Services", *, workspace_id: UUID, entry_id: str) -> None:
    async with services.ground.work_in(workspace_id) as work:
        await keep_proposals(work, services.banks, UUID(entry_id))
