"""The one way to change a conversation other than by a message: raise its version, tell the whole of it."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.appending import append
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.facts import Change, ConversationChanged
from yingke.conversations.models import Conversation
from yingke.conversations.rows import conversation_columns, conversation_value
from yingke.conversations.threads import Posting, may_see
from yingke.conversations.values import Author, ConversationValue
from yingke.identity import Actor, Scope
from yingke.kit.errors import Refusal
from yingke.kit.ids import new_id
from yingke.kit.work import Work

SYSTEM = Author(kind="system")


async def locked(work: Work, conversation_id: UUID) -> Conversation:
    """The conversation, kept from others until the commit. Raises ConversationMissing."""
    row = await work.find(Conversation, conversation_id, lock=True)
    if row is None:
        raise ConversationMissing
    return row


async def locked_for(work: Work, actor: Actor, conversation_id: UUID) -> Conversation:
    """Like `locked`, for an agent who sees it. Raises ConversationMissing otherwise."""
    row = await locked(work, conversation_id)
    if not sees(actor, row):
        raise ConversationMissing
    return row


async def all_locked(work: Work, conversation_ids: Collection[UUID]) -> Sequence[Conversation]:
    """Those there are, kept from others until the commit: locked in the order of their ids, so that nobody waits in a circle."""
    there = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id, Conversation.id.in_(conversation_ids)
    )
    in_order = there.order_by(Conversation.id).with_for_update(key_share=True)
    return await work.all(in_order.execution_options(populate_existing=True))


def sees(actor: Actor, row: Conversation) -> bool:
    return may_see(
        conversation_columns(row),
        agent_id=actor.agent_id,
        team_ids=actor.team_ids,
        sees_all=actor.sees_all,
        only_site_ids=actor.only_site_ids,
    )


def place_of(row: Conversation) -> Scope:
    """Where something is done that is done in it."""
    return Scope(row.team_id, row.site_id)


def changed(
    work: Work,
    row: Conversation,
    change: Change,
    *,
    by: Actor | None = None,
    agent_id_before: UUID | None = None,
    team_id_before: UUID | None = None,
) -> ConversationValue:
    """Announce what was changed on `row`."""
    row.version += 1
    value = conversation_value(row)
    work.tell(
        ConversationChanged(
            workspace_id=work.workspace_id,
            conversation=value,
            change=change,
            by_agent_id=by.agent_id if by else None,
            agent_id_before=agent_id_before,
            team_id_before=team_id_before,
        )
    )
    return value


async def note_activity(
    work: Work, row: Conversation, activity: dict[str, Any], *, staff_only: bool = False, author: Author = SYSTEM
) -> None:
    """Put a line into the thread that says what happened. `activity` has a `type` and plain values.

    The row is written and read anew: what was set on it before is kept, and its `last_seq` is current afterwards.
    """
    await note_activities(work, [(row, activity)], staff_only=staff_only, author=author)


async def note_activities(
    work: Work,
    noted: Sequence[tuple[Conversation, dict[str, Any]]],
    *,
    staff_only: bool = False,
    author: Author = SYSTEM,
) -> None:
    """Like `note_activity`, for many conversations in one statement."""
    postings = [
        Posting(
            workspace_id=work.workspace_id,
            conversation_id=row.id,
            client_id=new_id(),
            kind="activity",
            author=author,
            text="",
            activity=activity,
            staff_only=staff_only,
            sees_all=True,
            team_ids=frozenset({row.team_id} if row.team_id else ()),
        )
        for row, activity in noted
    ]
    for answer in await append(work, postings):
        if isinstance(answer, Refusal):
            raise answer
    written = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id, Conversation.id.in_([row.id for row, _ in noted])
    )
    await work.all(written.execution_options(populate_existing=True))
