"""A message left when nobody is there: a conversation with the address that the visitor wants the answer on."""

import re
from collections.abc import Collection
from typing import Literal
from uuid import UUID

from yingke.conversations.appending import Posted, append
from yingke.conversations.changes import changed, note_activity
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, accepted, checked_text, prepared_posting
from yingke.conversations.values import Author
from yingke.kit.errors import Invalid
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.visitors import Visitor, give_contact

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[\d\s()./-]{5,30}")

ReplyChannel = Literal["email", "phone"]


async def keep_place(
    work: Work,
    visitor: Visitor,
    person_ids: Collection[UUID],
    conversation_id: UUID,
    *,
    channel: ReplyChannel,
    reply_to: str,
) -> None:
    """The visitor leaves the page and keeps the place in the queue: who answers finds the address to do it on.

    Raises ConversationMissing, and Invalid naming `reply_to`.
    """
    reply_to = _address(channel, reply_to)
    row = await work.find(Conversation, conversation_id, lock=True)
    if row is None or row.visitor_id not in person_ids:
        raise ConversationMissing
    if (row.reply_channel, row.reply_to) == (channel, reply_to):
        return
    await give_contact(work, visitor, **{channel: reply_to})
    row.reply_channel, row.reply_to = channel, reply_to
    await note_activity(work, row, {"type": "place_kept", "channel": channel}, staff_only=True)
    changed(work, row, "placed")


def _address(channel: ReplyChannel, reply_to: str) -> str:
    reply_to = one_line(reply_to)
    pattern = _EMAIL if channel == "email" else _PHONE
    if not pattern.fullmatch(reply_to) or len(reply_to) > 254:
        raise Invalid("Enter an address that we can answer to, such as name@example.com.", field="reply_to")
    return reply_to


async def leave_message(
    work: Work,
    visitor: Visitor,
    *,
    client_id: UUID,
    text: str,
    channel: ReplyChannel,
    reply_to: str,
    name: str = "",
    team_id: UUID | None = None,
    attachment_ids: tuple[UUID, ...] = (),
) -> Posted:
    """Store the message as a queued conversation of kind `offline`; repeating `client_id` answers the first.

    Raises Invalid naming `reply_to` when it cannot be an address of that channel.
    """
    reply_to = _address(channel, reply_to)
    draft = Draft(client_id=client_id, text=text, kind="incoming", attachment_ids=attachment_ids)
    checked_text(draft.text, has_files=bool(attachment_ids))
    await give_contact(work, visitor, name=one_line(name) or None, **{channel: reply_to})
    opened = await open_conversation(
        work, visitor, client_id=client_id, team_id=team_id, kind="offline", reply_channel=channel, reply_to=reply_to
    )
    author = Author(kind="visitor", id=visitor.id, name=one_line(name) or visitor.name)
    return accepted(await append(work, [await prepared_posting(work, opened.id, draft, author)]))
