"""Who may read a file: the one place where this is decided."""

from collections.abc import Collection
from uuid import UUID

from yingke.files.errors import FileNotYours
from yingke.files.models import File
from yingke.kit.work import Work


async def file_for_agent(work: Work, file_id: UUID) -> File:
    """Agents read every file of their workspace. Raises FileNotYours."""
    file = await work.find(File, file_id)
    if file is None:
        raise FileNotYours
    return file


async def file_for_visitor(
    work: Work, file_id: UUID, *, visitor_ids: Collection[UUID], conversation_ids: Collection[UUID]
) -> File:
    """A visitor reads what they uploaded, and what was said in conversations they may read. Raises FileNotYours.

    `visitor_ids`: the visitor, and those who are the same person by the shop's signature.
    """
    file = await work.find(File, file_id)
    if file is None:
        raise FileNotYours
    own = file.uploader_kind == "visitor" and file.uploader_id in visitor_ids
    if own or file.public or (file.conversation_id is not None and file.conversation_id in conversation_ids):
        return file
    raise FileNotYours
