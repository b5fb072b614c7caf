"""A robot's turn in a conversation: it speaks, and it ends by a person taking over, by a hand-over or by being done."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from yingke.conversations.appending import Posted, append
from yingke.conversations.models import Conversation
from yingke.conversations.posting import accepted
from yingke.conversations.reading import incoming_after
from yingke.conversations.threads import Posting
from yingke.conversations.values import Author
from yingke.files import FileValue
from yingke.kit.work import Work


async def end_turn(work: Work, row: Conversation) -> None:
    """From here on people have the locked `row`: the visitor waits, and what he said is unread."""
    if row.robot:
        row.robot = False
        row.handed_over_at = row.waiting_since = work.now
        row.unread = await incoming_after(work, row)


async def say_as_robot(
    work: Work,
    row: Conversation,
    *,
    client_id: UUID,
    name: str,
    text: str,
    content: Mapping[str, Any],
    attachments: Sequence[FileValue] = (),
) -> Posted:
    """A message of the robot called `name`. `text` alone says it all. The same `client_id` is said once."""
    posting = Posting(
        workspace_id=work.workspace_id,
        conversation_id=row.id,
        client_id=client_id,
        kind="outgoing",
        author=Author(kind="robot", name=name),
        text=text,
        content=content,
        attachments=tuple(attachments),
    )
    posted = accepted(await append(work, [posting]))
    await work.rows.refresh(row)
    return posted
