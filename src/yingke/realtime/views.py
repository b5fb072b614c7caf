"""What a visitor is shown of a conversation, and frames as bytes: one encoding for each audience."""

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from yingke.agents import PublicAgent
from yingke.conversations.facts import ConversationChanged, MessagePosted, MessageRecalled
from yingke.conversations.rows import for_visitor
from yingke.conversations.values import ConversationValue, HiddenMessage, MessageValue
from yingke.kit.facts import Fact
from yingke.kit.values import encode
from yingke.realtime.server_frames import FactFrame, HistoryAck, Messages, SignalFrame, VisitorConversation, VisitorNews
from yingke.realtime.signals import Signal

VISITORS_FACTS = (MessagePosted.name, MessageRecalled.name, ConversationChanged.name)
_UNSEEN_BY_VISITORS = frozenset({"tagged", "summarised", "linked", "edited", "placed", "timed"})

PAGE = 200
"""Messages in one answer to a subscription; the client asks again while `more`."""
PAGE_BYTES = 256 * 1024
"""Likewise: one page must not by itself put a slow reader so far behind that he is cut off."""

Entry = MessageValue | HiddenMessage


def visitor_conversation(
    conversation: ConversationValue,
    agent: PublicAgent | None,
    position: int | None = None,
    wait: tuple[int, int] | None = None,
) -> VisitorConversation:
    # A visitor is not told that his conversation was put aside for a while.
    status: Literal["queued", "open", "resolved"] = "open" if conversation.status == "snoozed" else conversation.status
    return VisitorConversation(
        id=conversation.id,
        version=conversation.version,
        status=status,
        kind=conversation.kind,
        last_seq=conversation.last_seq,
        agent=agent,
        team_id=conversation.team_id,
        position=position,
        robot=conversation.robot,
        wait_low=wait[0] if wait else None,
        wait_high=wait[1] if wait else None,
        agent_read_seq=conversation.agent_read_seq,
        visitor_read_seq=conversation.visitor_read_seq,
        rating=conversation.rating,
        opened_at=conversation.opened_at,
        resolved_at=conversation.resolved_at,
    )


def fact_for_agents(fact: Fact) -> bytes:
    return encode(FactFrame(name=fact.name, data=fact))


def signal_frame(signal: Signal) -> bytes:
    return encode(SignalFrame(name=signal.name, data=signal))


def fact_for_visitor(
    fact: MessagePosted | MessageRecalled | ConversationChanged, agent: PublicAgent | None, *, at_desk: bool
) -> bytes | None:
    """The frame for the conversation's visitor, or None when there is nothing for him in it.

    `at_desk`: the fact went to the socket of an agent.
    """
    shown = visitor_conversation(fact.conversation, agent)
    if at_desk:
        shown = replace(shown, agent_delivered_seq=fact.conversation.last_seq)
    if isinstance(fact, ConversationChanged):
        if fact.change in _UNSEEN_BY_VISITORS:
            return None
        news = VisitorNews(conversation=shown)
    else:
        news = VisitorNews(conversation=shown, message=for_visitor(fact.message))
    return encode(FactFrame(name=fact.name, data=news))


def page_of(conversation_id: UUID, items: Sequence[Entry], last_seq: int) -> Messages:
    """The first of `items`: at least one, at most PAGE, about PAGE_BYTES."""
    shown = _fitting(items[:PAGE])
    return Messages(conversation=conversation_id, items=shown, last_seq=last_seq, more=len(shown) < len(items))


def history_of(ref: str | None, items: Sequence[Entry]) -> HistoryAck:
    """The last of `items`, which ascend: at least one, about PAGE_BYTES. `more`: there are older ones."""
    shown = _fitting(items[::-1])[::-1]
    oldest = items[-len(shown)].seq if shown else 1
    return HistoryAck(ref=ref, items=shown, more=oldest > 1)


def _fitting(items: Iterable[Entry]) -> list[msgspec.Raw]:
    fitting: list[msgspec.Raw] = []
    size = 0
    for item in items:
        encoded = encode(item)
        size += len(encoded)
        if fitting and size > PAGE_BYTES:
            break
        fitting.append(msgspec.Raw(encoded))
    return fitting
