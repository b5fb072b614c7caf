"""What the core announces."""

from typing import Literal
from uuid import UUID

from yingke.conversations.values import ConversationValue, DraftValue, MessageValue
from yingke.kit.facts import Fact, fact

Change = Literal[
    "opened",
    "queued",
    "assigned",
    "transferred",
    "resolved",
    "reopened",
    "snoozed",
    "woken",
    "tagged",
    "summarised",
    "read",
    "delivered",
    "rated",
    "linked",
    "joined",
    "left",
    "edited",
    "placed",
    "timed",
]


@fact("message.posted")
class MessagePosted(Fact, frozen=True, kw_only=True):
    """A message was stored. `conversation` is the conversation after it."""

    conversation: ConversationValue
    message: MessageValue


@fact("message.recalled")
class MessageRecalled(Fact, frozen=True, kw_only=True):
    conversation: ConversationValue
    message: MessageValue


@fact("conversation.changed")
class ConversationChanged(Fact, frozen=True, kw_only=True):
    """`conversation` after the change; `agent_id_before` had it before."""

    conversation: ConversationValue
    change: Change
    by_agent_id: UUID | None = None
    agent_id_before: UUID | None = None
    team_id_before: UUID | None = None


@fact("draft.changed")
class DraftChanged(Fact, frozen=True, kw_only=True):
    """Goes to the browsers of `agent_id` only. An empty text means there is no draft any more."""

    agent_id: UUID
    draft: DraftValue
