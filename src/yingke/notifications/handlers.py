"""What follows from facts: answers to messages that were left go out by mail, notices go to those who do not look."""

from datetime import timedelta

from sqlalchemy import select

from yingke.agents import agent_values, on_screen
from yingke.conversations.facts import ConversationChanged, MessagePosted
from yingke.conversations.values import ConversationValue
from yingke.kit.outbox import together
from yingke.kit.work import Work
from yingke.notifications.mailing import send_later
from yingke.notifications.models import PushSubscription
from yingke.notifications.notices import Notice, Watcher, of_change, of_message, words_of
from yingke.visitors import online_visitors

STALE = timedelta(minutes=10)
"""A notice about something older helps nobody; it is dropped after an outage."""


async def answer_by_mail(work: Work, fact: MessagePosted) -> None:
    """An agent's answer, when mail was asked for: to a message that was left, and to one who kept a place and left.

    Written down once for each message.
    """
    conversation, message = fact.conversation, fact.message
    if conversation.reply_channel != "email" or not conversation.reply_to:
        return
    if not (message.kind == "outgoing" and message.author.kind == "agent" and message.audience == "everyone"):
        return
    if conversation.kind == "offline" or not await _looks(work, conversation):
        await send_later(work, "reply", conversation.id, message.seq, conversation.reply_to or "")


async def _looks(work: Work, conversation: ConversationValue) -> bool:
    visitor_id = conversation.who.visitor_id
    return visitor_id is not None and visitor_id in await online_visitors(work, {visitor_id})


@together
async def notice_message(work: Work, *facts: MessagePosted) -> None:
    wanted = [fact for fact in facts if _is_news(fact) and work.now - fact.message.created_at <= STALE]
    watchers = await _watchers(work) if wanted else []
    for fact in wanted:
        for notice in of_message(fact, watchers):
            _push(work, notice, fact, fact.message.author.name, fact.message.text)


def _is_news(fact: MessagePosted) -> bool:
    to_visitor = fact.message.kind == "outgoing" and fact.conversation.channel == "webchat"
    return fact.message.kind != "activity" and not to_visitor


@together
async def notice_change(work: Work, *facts: ConversationChanged) -> None:
    wanted = [fact for fact in facts if fact.change in ("queued", "assigned", "transferred", "reopened")]
    watchers = await _watchers(work) if wanted else []
    for fact in wanted:
        last = fact.conversation.last_message
        for notice in of_change(fact, watchers):
            _push(work, notice, fact, None, last.text if last else "")


async def _watchers(work: Work) -> list[Watcher]:
    """Few agents have subscribed, and fewer look away from their desks: usually nobody."""
    subscribed = select(PushSubscription.agent_id).where(PushSubscription.workspace_id == work.workspace_id).distinct()
    ids = list((await work.scalars(subscribed)).all())
    looking = await on_screen(work, ids) if ids else set()
    return [
        Watcher(
            agent_id=a.id,
            available=a.availability == "online",
            team_ids=frozenset(a.team_ids),
            only_site_ids=None if a.only_site_ids is None else frozenset(a.only_site_ids),
        )
        for a in (await agent_values(work, ids) if ids else [])
        if a.id not in looking and not a.disabled
    ]


def _push(work: Work, notice: Notice, fact: MessagePosted | ConversationChanged, author: str | None, text: str) -> None:
    title, body = {}, {}
    for language in ("zh-CN", "en"):
        title[language], body[language] = words_of(notice.reason, fact.conversation, author, text, language)
    work.defer(
        "send_push",
        agent_id=notice.agent_id,
        key=notice.key,
        conversation_id=notice.conversation_id,
        title=title,
        body=body,
    )
