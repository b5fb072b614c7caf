"""What becomes of an invitation: shown, accepted, declined, ignored, taken back."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from msgspec import convert
from sqlalchemy import ColumnElement, or_, select

from yingke.agents import Agent, agent_values
from yingke.conversations.inviting import open_invited
from yingke.conversations.values import ConversationValue
from yingke.kit.errors import Missing
from yingke.kit.text import clean, one_line
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.outreach.circumstances import in_conversation
from yingke.outreach.limiting import OFFERED_BY_HAND_FOR, OFFERED_FOR, SHOWN_FOR
from yingke.outreach.models import VisitorInvitation
from yingke.outreach.offering import tell
from yingke.outreach.texts import filled_in, first_message
from yingke.outreach.values import InvitationContent, VisitorInvitationValue
from yingke.visitors import Visitor, give_contact, require_unblocked

Seen = Literal["shown", "declined", "ignored"]
_MAY_BECOME: dict[Seen, frozenset[str]] = {
    "shown": frozenset({"offered", "expired"}),
    "declined": frozenset({"offered", "shown", "expired", "ignored"}),
    "ignored": frozenset({"offered", "shown"}),
}
"""States from which an answer is taken; in any other it repeats what is known, or comes too late."""
_LONGEST_ANSWER = 500
_AT_ONCE = 500
_CONTACT = ("name", "email", "phone")


async def note_answer(work: Work, invitation_id: UUID, visitor_id: UUID, answer: Seen) -> None:
    """What the page of `visitor_id` says of an invitation to him. Of any other, and too late, it changes nothing."""
    row = await work.find(VisitorInvitation, invitation_id, lock=True)
    if row is None or row.visitor_id != visitor_id or row.state not in _MAY_BECOME[answer]:
        return
    row.state = answer
    row.shown_at = row.shown_at or work.now
    if answer != "shown":
        row.answered_at = work.now
    await tell(work, row)


async def accept_invitation(
    work: Work, invitation_id: UUID, visitor: Visitor, form: Mapping[str, str], *, address: str
) -> VisitorInvitationValue:
    """`visitor` writes from here on, from `address`. An invitation by an agent opens a conversation that he has.

    Whoever knows the id accepts: a page that keeps nothing of its visitor gives the panel a token of its own. Repeating
    it answers the same. Raises Missing, VisitorIsBlocked, Invalid naming a field of the form.
    """
    row = await work.find(VisitorInvitation, invitation_id, lock=True)
    if row is None or row.site_id != visitor.site_id or row.state == "held_out":
        raise Missing
    if row.state != "accepted":
        await require_unblocked(work, visitor, address)
        row.state, row.answered_at = "accepted", work.now
        row.shown_at = row.shown_at or work.now
    if row.kind == "message" and row.agent_id and row.conversation_id is None:
        row.conversation_id = (await _open(work, row, visitor, form)).id
    return await tell(work, row)


async def take_back(work: Work, invitation_id: UUID) -> None:
    """An agent changed his mind: it leaves the visitor's screen. Raises Missing; an answered one stays as it is."""
    row = await work.get(VisitorInvitation, invitation_id, lock=True)
    if row.state in ("offered", "shown"):
        row.state, row.answered_at = "expired", work.now
        await tell(work, row)


async def settle_unanswered(ground: Ground) -> None:
    """What nobody showed for minutes has expired, and what nobody answered for half an hour was ignored."""
    await in_each(ground, lambda work: select(VisitorInvitation.workspace_id).where(_too_old(work)), _settle_old)


async def _settle_old(work: Work) -> None:
    row = VisitorInvitation
    mine = select(row).where(row.workspace_id == work.workspace_id, _too_old(work)).order_by(row.offered_at)
    for each in await work.all(mine.limit(_AT_ONCE).with_for_update(skip_locked=True)):
        each.state = "ignored" if each.state == "shown" else "expired"
        each.answered_at = work.now
        await tell(work, each)


async def follow_opened(work: Work, visitor_id: UUID, conversation_id: UUID) -> None:
    """The visitor began to write by himself: what asked him to, and was not answered, is accepted by it."""
    row = VisitorInvitation
    held = select(row).where(row.workspace_id == work.workspace_id, row.visitor_id == visitor_id)
    if (await work.scalars(held.where(row.conversation_id == conversation_id).limit(1))).first():
        return
    waiting = held.where(
        row.conversation_id.is_(None), row.state.in_(("shown", "accepted")), row.offered_at > work.now - SHOWN_FOR
    )
    found = (await work.scalars(waiting.order_by(row.id.desc()).limit(1).with_for_update())).first()
    if found is not None:
        found.state, found.answered_at = "accepted", found.answered_at or work.now
        found.conversation_id = conversation_id
        await tell(work, found)


def _too_old(work: Work) -> ColumnElement[bool]:
    row = VisitorInvitation
    return or_(
        (row.state == "shown") & (row.offered_at < work.now - SHOWN_FOR),
        (row.state == "offered") & row.by_hand & (row.offered_at < work.now - OFFERED_BY_HAND_FOR),
        (row.state == "offered") & ~row.by_hand & (row.offered_at < work.now - OFFERED_FOR),
    )


async def _open(work: Work, row: VisitorInvitation, visitor: Visitor, form: Mapping[str, str]) -> ConversationValue:
    assert row.agent_id
    content = convert(row.content, InvitationContent)
    given = {each.key: clean(form[each.key]).strip()[:_LONGEST_ANSWER] for each in content.form if form.get(each.key)}
    known = {key: one_line(given[key]) for key in _CONTACT if given.get(key)}
    if known and not await in_conversation(work, visitor.id):
        await give_contact(work, visitor, **known)
    return await open_invited(
        work,
        visitor,
        await work.get(Agent, row.agent_id),
        invitation_id=row.id,
        text=first_message(content),
        file_ids=[row.image_file_id] if row.image_file_id else [],
        answer=filled_in(content, given),
        by_hand=row.by_hand,
        holds=await _is_there(work, row.agent_id),
    )


async def _is_there(work: Work, agent_id: UUID) -> bool:
    """Whoever invited is at the desk: also with all hands full, for he asked for it."""
    (agent,) = await agent_values(work, [agent_id])
    return agent.connected and agent.availability in ("online", "busy") and not agent.disabled
