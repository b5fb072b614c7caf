"""A conversation that begins with an invitation: the visitor accepted before a word was written."""

from collections.abc import Sequence
from uuid import UUID

from yingke.agents import Agent
from yingke.conversations.appending import append
from yingke.conversations.assigning import back_to_queue, give_to
from yingke.conversations.changes import changed, locked, note_activity
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, accepted, prepared_posting
from yingke.conversations.threads import Posting
from yingke.conversations.values import Author, ConversationValue
from yingke.files import claim_files
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.visitors import Visitor


async def open_invited(
    work: Work,
    visitor: Visitor,
    inviter: Agent,
    *,
    invitation_id: UUID,
    text: str,
    file_ids: Sequence[UUID] = (),
    answer: str = "",
    by_hand: bool,
    holds: bool,
) -> ConversationValue:
    """The visitor's conversation after an accepted invitation; repeating `invitation_id` answers the same.

    A new one begins with `text` and `file_ids` as the inviter's words, then the visitor's `answer`, if there is one.
    The inviter `holds` it from the beginning; if he is away now, it is the first in the queue. One that is going on
    already is left as it is. Words that a rule said in his name, or that stay behind while he is away, are the robot's.
    """
    opened = await open_conversation(work, visitor, client_id=invitation_id)
    row = await locked(work, opened.id)
    if row.opening_client_id != invitation_id or row.last_seq > 1:
        return opened
    await note_activity(work, row, {"type": "invited", "invitation_id": str(invitation_id)}, staff_only=True)
    if holds:
        await give_to(work, row, inviter, by=None, why="invited")
    else:
        await back_to_queue(work, row, why="invited", first=True)
    await _say(work, row, inviter, text, file_ids, spoken=by_hand and holds)
    if answer:
        said = Draft(client_id=new_id(), text=answer, kind="incoming")
        author = Author(kind="visitor", id=visitor.id, name=visitor.name)
        accepted(await append(work, [await prepared_posting(work, row.id, said, author)]))
        await work.rows.refresh(row)
    return changed(work, row, "edited")


async def _say(
    work: Work, row: Conversation, inviter: Agent, text: str, file_ids: Sequence[UUID], *, spoken: bool
) -> None:
    files = await claim_files(
        work, file_ids, uploader_kind="agent", uploader_id=inviter.id, conversation_id=row.id
    )  # fmt: skip
    posting = Posting(
        workspace_id=work.workspace_id,
        conversation_id=row.id,
        client_id=new_id(),
        kind="outgoing",
        author=Author(kind="agent" if spoken else "robot", id=inviter.id, name=inviter.nickname or inviter.name),
        text=text,
        attachments=tuple(files),
        sees_all=True,
    )
    accepted(await append(work, [posting]))
    await work.rows.refresh(row)
    # An invitation is no answer: nobody has asked anything yet.
    row.first_replied_at = None
