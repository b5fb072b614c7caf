"""Which files a visitor may read: the one place where this is decided. For agents see `conversations.attachments`."""

from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

from yingke.files.errors import FileNotYours
from yingke.files.models import File
from yingke.kit.work import Work


async def file_for_visitor(
    work: Work, file_id: UUID, *, visitor_ids: Collection[UUID], was_shown: Callable[[File], Awaitable[bool]]
) -> File:
    """A visitor reads what they uploaded, and what was shown to them in a conversation. Raises FileNotYours.

    `visitor_ids`: the visitor, and those who are the same person by the shop's signature. `was_shown` answers whether
    a message that these visitors may read carries the file; an agent's note does not count.
    """
    file = await work.find(File, file_id)
    if file is None:
        raise FileNotYours
    own = file.uploader_kind == "visitor" and file.uploader_id in visitor_ids
    if own or file.public or (file.conversation_id is not None and await was_shown(file)):
        return file
    raise FileNotYours
