"""Who is told of what while no desk is on a screen. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from yingke.conversations.facts import ConversationChanged, MessagePosted
from yingke.conversations.values import ConversationValue
from yingke.kit.text import preview
from yingke.notifications.words import NOTICES

Reason = Literal["queued", "assigned", "transferred", "mentioned", "message", "colleague"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """An agent whose browsers take notices and who has no desk on a screen."""

    agent_id: UUID
    available: bool
    """Says online; those who do not are not told of queues."""
    team_ids: frozenset[UUID]
    only_site_ids: frozenset[UUID] | None = None
    """The sites he is limited to; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`key` names it: the same key is not sent to a browser twice. Notices of one conversation replace each other."""

    agent_id: UUID
    reason: Reason
    conversation_id: UUID
    key: str


def of_message(fact: MessagePosted, watchers: Iterable[Watcher]) -> list[Notice]:
    message, conversation = fact.message, fact.conversation
    found: dict[UUID, Reason] = {}
    if conversation.channel == "colleague":
        found |= dict.fromkeys(conversation.participant_ids, "colleague")
    elif message.kind == "incoming" and conversation.agent_id is not None:
        found[conversation.agent_id] = "message"
    watchers = list(watchers)
    if message.kind != "activity":
        beyond = {each.agent_id for each in watchers if not _sees_site(each, conversation)}
        found |= dict.fromkeys(set(message.mentions) - beyond, "mentioned")
    if message.author.id is not None:
        found.pop(message.author.id, None)
    return _notices(found, watchers, conversation.id, f"message.{message.id}")


def of_change(fact: ConversationChanged, watchers: Iterable[Watcher]) -> list[Notice]:
    conversation = fact.conversation
    watchers = list(watchers)
    found: dict[UUID, Reason] = {}
    if conversation.agent_id is not None and fact.change in ("assigned", "transferred", "reopened"):
        if conversation.agent_id != fact.by_agent_id:
            found[conversation.agent_id] = "transferred" if fact.change == "transferred" else "assigned"
    elif conversation.status == "queued" and fact.change in ("queued", "transferred", "reopened"):
        waiting = [w.agent_id for w in watchers if w.available and _serves(w, conversation)]
        found |= dict.fromkeys(waiting, "queued")
        found.pop(fact.by_agent_id, None) if fact.by_agent_id else None
    return _notices(found, watchers, conversation.id, f"change.{conversation.id}.{conversation.version}")


def words_of(
    reason: Reason, conversation: ConversationValue, author: str | None, text: str, language: str
) -> tuple[str, str]:
    """(title, body) as the notice shows them."""
    words = NOTICES["en" if language.startswith("en") else "zh-CN"]
    who = conversation.who.name or f"{words['visitor']} #{conversation.number}"
    title = words[reason].format(who=who, author=author or who)
    return title, preview(text, 100) if text else who


def _serves(watcher: Watcher, conversation: ConversationValue) -> bool:
    of_team = conversation.team_id is None or conversation.team_id in watcher.team_ids
    return of_team and _sees_site(watcher, conversation)


def _sees_site(watcher: Watcher, conversation: ConversationValue) -> bool:
    """Colleagues' rooms are of no site."""
    if watcher.only_site_ids is None or conversation.channel == "colleague":
        return True
    return conversation.site_id in watcher.only_site_ids


def _notices(found: dict[UUID, Reason], watchers: Iterable[Watcher], conversation_id: UUID, key: str) -> list[Notice]:
    return [
        Notice(agent_id=w.agent_id, reason=found[w.agent_id], conversation_id=conversation_id, key=key)
        for w in watchers
        if w.agent_id in found
    ]
