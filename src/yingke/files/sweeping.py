"""Uploads of visitors that no message or service request ever carried are deleted after a day."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.sql import exists

from yingke.files.models import File
from yingke.kit.files import FileStore
from yingke.kit.work import Ground

KEPT_UNCLAIMED = timedelta(days=1)
_AT_ONCE = 500


async def sweep_files(ground: Ground, store: FileStore) -> None:
    """One batch, the oldest first. Rows go first: bytes without a row harm nobody."""
    async with ground.work_everywhere() as work:
        old = (
            select(File.workspace_id, File.id, File.key, File.thumb_key)
            .where(
                File.conversation_id.is_(None),
                File.service_request_id.is_(None),
                File.uploader_kind == "visitor",
                File.public.is_(False),
                File.created_at < work.now - KEPT_UNCLAIMED,
            )
            .order_by(File.created_at)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = (await work.rows.execute(old)).all()
        for workspace_id, id, _, _ in rows:
            await work.rows.execute(delete(File).where(File.workspace_id == workspace_id, File.id == id))
        keys = []
        for workspace_id, _, key, thumb_key in rows:
            shared = select(exists().where(File.workspace_id == workspace_id, File.key == key))
            if not (await work.rows.execute(shared)).scalar_one():
                keys += [key, thumb_key] if thumb_key else [key]
    for key in keys:
        await store.delete(key)
