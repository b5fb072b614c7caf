"""Deferred work of imports."""

from typing import TYPE_CHECKING
from uuid import UUID

from yingke.knowledge.importing import running

if TYPE_CHECKING:
    from yingke.wiring import Services


async def read_knowledge_import(services: "Services", *, workspace_id: UUID, import_id: str) -> None:
    await running.read_import(services, workspace_id, UUID(import_id))


async def store_knowledge_import(services: "Services", *, workspace_id: UUID, import_id: str) -> None:
    await running.store_import(services, workspace_id, UUID(import_id))


async def drop_knowledge_file(services: "Services", *, workspace_id: UUID, file_key: str) -> None:
    await services.files.delete(file_key)
