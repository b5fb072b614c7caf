"""Who the other side is, as an agent tells it."""

from uuid import UUID

from msgspec import to_builtins

from yingke.contacts import Details
from yingke.conversations.changes import changed, locked_for
from yingke.conversations.opening import who_is
from yingke.conversations.values import ConversationValue
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.work import Work
from yingke.visitors import Visitor, describe_visitor, link_visitor


async def tell_who(
    work: Work, actor: Actor, conversation_id: UUID, details: Details, *, contact_id: UUID | None = None
) -> ConversationValue:
    """Say that the visitor is `contact_id`, or write `details` into the visitor's contact, which is made when needed.

    The visitor's other conversations follow by the facts that this tells. Raises Invalid naming the field, Missing.
    """
    row = await locked_for(work, actor, conversation_id)
    visitor = await work.find(Visitor, row.visitor_id) if row.visitor_id else None
    if visitor is None:
        raise Invalid("Behind this conversation stands no visitor.", field="contact_id")
    await _write(work, visitor, details, contact_id)
    row.who = to_builtins(await who_is(work, visitor))
    row.contact_id = visitor.contact_id
    return changed(work, row, "linked", by=actor)


async def _write(work: Work, visitor: Visitor, details: Details, contact_id: UUID | None) -> None:
    if contact_id is not None:
        await link_visitor(work, visitor, contact_id)
    if details:
        await describe_visitor(work, visitor, details)
