"""What a visitor is shown of a conversation, and frames as bytes: one encoding for each audience."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from yingke.agents import PublicAgent
from yingke.conversations.facts import ConversationChanged, MessagePosted, MessageRecalled
from yingke.conversations.rows import for_visitor
from yingke.conversations.values import ConversationValue, HiddenMessage, MessageValue, Rating
from yingke.kit.facts import Fact
from yingke.kit.values import Value, encode

_UNSEEN_BY_VISITORS = frozenset({"tagged", "summarised", "linked", "edited"})

PAGE = 200
"""Messages in one answer to a subscription; the client asks again while `more`."""
PAGE_BYTES = 256 * 1024
"""Likewise: one page must not by itself put a slow reader so far behind that he is cut off."""


class VisitorConversation(Value, frozen=True, kw_only=True):
    """A conversation as its visitor sees it."""

    id: UUID
    version: int
    status: str
    kind: str
    last_seq: int
    agent: PublicAgent | None
    team_id: UUID | None
    position: int | None = None
    agent_read_seq: int
    agent_delivered_seq: int = 0
    """Up to here a desk has it on its screen; zero when nobody knows. Clients keep the highest they were told."""
    visitor_read_seq: int
    rating: Rating | None
    opened_at: datetime
    resolved_at: datetime | None


def visitor_conversation(
    conversation: ConversationValue, agent: PublicAgent | None, position: int | None = None
) -> VisitorConversation:
    # A visitor is not told that his conversation was put aside for a while.
    status = "open" if conversation.status == "snoozed" else conversation.status
    return VisitorConversation(
        id=conversation.id,
        version=conversation.version,
        status=status,
        kind=conversation.kind,
        last_seq=conversation.last_seq,
        agent=agent,
        team_id=conversation.team_id,
        position=position,
        agent_read_seq=conversation.agent_read_seq,
        visitor_read_seq=conversation.visitor_read_seq,
        rating=conversation.rating,
        opened_at=conversation.opened_at,
        resolved_at=conversation.resolved_at,
    )


def fact_for_agents(fact: Fact) -> bytes:
    return encode({"op": "fact", "name": fact.name, "data": fact})


def fact_for_visitor(
    fact: MessagePosted | MessageRecalled | ConversationChanged, agent: PublicAgent | None, *, at_desk: bool
) -> bytes | None:
    """The frame for the conversation's visitor, or None when there is nothing for him in it.

    `at_desk`: the fact went to the socket of an agent.
    """
    shown = visitor_conversation(fact.conversation, agent)
    if at_desk:
        shown = replace(shown, agent_delivered_seq=fact.conversation.last_seq)
    data: dict[str, Any] = {"conversation": shown}
    if isinstance(fact, ConversationChanged):
        if fact.change in _UNSEEN_BY_VISITORS:
            return None
    else:
        data["message"] = for_visitor(fact.message)
    return encode({"op": "fact", "name": fact.name, "data": data})


def page_of(conversation_id: UUID, items: Sequence[MessageValue | HiddenMessage], last_seq: int) -> bytes:
    """The `messages` frame with the first of `items`: at least one, at most PAGE, about PAGE_BYTES."""
    shown: list[msgspec.Raw] = []
    size = 0
    for item in items[:PAGE]:
        encoded = encode(item)
        size += len(encoded)
        if shown and size > PAGE_BYTES:
            break
        shown.append(msgspec.Raw(encoded))
    more = len(shown) < len(items)
    return encode(
        {"op": "messages", "conversation": conversation_id, "items": shown, "last_seq": last_seq, "more": more}
    )
