"""What the core does when contacts, visitors and tags change: its copies of them follow."""

from typing import Any

from msgspec import to_builtins
from sqlalchemy import select

from yingke.contacts import ContactChanged, ContactMerged, ContactMergeUndone
from yingke.conversations.changes import changed
from yingke.conversations.models import Conversation
from yingke.conversations.opening import who_is
from yingke.kit.work import Work
from yingke.tags import TagChanged
from yingke.visitors import Visitor, VisitorIdentified

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
