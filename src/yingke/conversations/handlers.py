"""What the core does when contacts, visitors and tags change: its copies of them follow."""

from datetime import timedelta
from typing import Any

from msgspec import to_builtins
from sqlalchemy import select

from yingke.contacts import ContactChanged, ContactMerged, ContactMergeUndone
from yingke.conversations.changes import changed, note_activity
from yingke.conversations.models import Conversation
from yingke.conversations.opening import who_is
from yingke.kit.work import Work
from yingke.tags import TagChanged
from yingke.visitors import Visitor, VisitorIdentified, block_visitor, is_blocked
from yingke.words import WordsAlerted
from yingke.words.editing import stop_lists

PAUSED_FOR = timedelta(minutes=15)
MOST_FOLLOWED = 200
"""Conversations of one person whose rows follow a changed name; older ones keep the name of their time."""


async def follow_identity(work: Work, fact: VisitorIdentified) -> None:
    """A browser got a contact: its conversations join the contact's."""
    visitor = await work.find(Visitor, fact.visitor_id)
    if visitor is not None:
        await _follow(work, Conversation.visitor_id == visitor.id, visitor)


async def follow_contact(work: Work, fact: ContactChanged | ContactMerged | ContactMergeUndone) -> None:
    for contact_id in fact.contact_ids:
        visitors = await work.all(
            select(Visitor).where(Visitor.workspace_id == work.workspace_id, Visitor.contact_id == contact_id).limit(50)
        )
        for visitor in visitors:
            await _follow(work, Conversation.visitor_id == visitor.id, visitor)


async def forget_tag(work: Work, fact: TagChanged) -> None:
    """A tag is gone: so it goes from the conversations that carry it."""
    if fact.deleted:
        work.defer("forget_tag", tag_id=str(fact.tag.id))


async def pause_who_abuses(work: Work, fact: WordsAlerted) -> None:
    """Whoever wrote a word of a list that says so may not write for a while; staff see it, and may end it like any block.

    A conversation says so in a line of its own; a request that has none is in the hands of people anyway.
    """
    why = [each for each in await stop_lists(work) if each.enabled and each.action == "pause"]
    list_name = next((each.name for each in why if set(each.words) & set(fact.words)), None)
    if list_name is None:
        return
    row = await work.find(Conversation, fact.conversation_id, lock=True) if fact.conversation_id else None
    visitor_id = row.visitor_id if row is not None else fact.visitor_id
    visitor = await work.find(Visitor, visitor_id) if visitor_id else None
    if visitor is None or await is_blocked(work, visitor):
        return
    await block_visitor(work, visitor.id, reason=list_name, hours=PAUSED_FOR / timedelta(hours=1), by=None)
    if row is None:
        return
    minutes = int(PAUSED_FOR / timedelta(minutes=1))
    await note_activity(work, row, {"type": "paused", "minutes": minutes, "list": list_name}, staff_only=True)
    changed(work, row, "edited")


async def _follow(work: Work, of_visitor: Any, visitor: Visitor) -> None:
    who = to_builtins(await who_is(work, visitor))
    rows = await work.all(
        select(Conversation)
        .where(Conversation.workspace_id == work.workspace_id, of_visitor)
        .order_by(Conversation.id.desc())
        .limit(MOST_FOLLOWED)
        .with_for_update()
    )
    for row in rows:
        if row.who != who or row.contact_id != visitor.contact_id:
            row.who = who
            row.contact_id = visitor.contact_id
            changed(work, row, "linked")
