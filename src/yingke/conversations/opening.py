"""How a conversation begins: a visitor writes, leaves a message when nobody is there, or colleagues meet."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from msgspec import to_builtins
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from yingke.agents import Agent, Team
from yingke.contacts import Contact
from yingke.conversations.changes import changed, note_activity
from yingke.conversations.models import Conversation, ConversationNumber
from yingke.conversations.rows import conversation_value
from yingke.conversations.values import ConversationValue, Who
from yingke.identity import Actor
from yingke.inboxes import Site, robot_serves, settings_of
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.visitors import Visitor

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def open_conversation(
    work: Work,
    visitor: Visitor,
    *,
    client_id: UUID,
    team_id: UUID | None = None,
    kind: Literal["chat", "offline"] = "chat",
    reply_channel: str | None = None,
    reply_to: str | None = None,
) -> ConversationValue:
    """The visitor's conversation for a first message, queued for `team_id`, or held by the site's robot.

    A visitor has one chat at a time: while one is going on it is answered, and repeating the `client_id` of an opening
    answers the conversation that was opened by it. A team that is gone (the page was kept by the browser) is no reason
    to lose the message: it waits for everybody.
    """
    await work.rows.execute(_ONE_AT_A_TIME, {"key": f"open {visitor.id}"})
    mine = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id, Conversation.visitor_id == visitor.id
    )
    opened = (await work.scalars(mine.where(Conversation.opening_client_id == client_id))).first()
    if opened is None and kind == "chat":
        going_on = mine.where(Conversation.status != "resolved", Conversation.kind == "chat")
        opened = (await work.scalars(going_on.order_by(Conversation.opened_at.desc()).limit(1))).first()
    if opened is not None:
        return conversation_value(opened)
    if team_id is not None and await work.find(Team, team_id) is None:
        team_id = None
    site = await work.find(Site, visitor.site_id)
    by_robot = kind == "chat" and site is not None and robot_serves(settings_of(site), work.now)
    row = Conversation(
        id=new_id(),
        workspace_id=work.workspace_id,
        number=await _next_number(work),
        channel="webchat",
        kind=kind,
        status="open" if by_robot else "queued",
        robot=by_robot,
        site_id=visitor.site_id,
        visitor_id=visitor.id,
        contact_id=visitor.contact_id,
        team_id=team_id,
        who=to_builtins(await who_is(work, visitor)),
        language=visitor.language,
        opened_at=work.now,
        queued_at=None if by_robot else work.now,
        place_at=None if by_robot else work.now,
        last_message_at=work.now,
        reply_channel=reply_channel,
        reply_to=reply_to,
        opening_client_id=client_id,
    )
    work.add(row)
    await work.rows.flush()
    await note_activity(
        work, row, {"type": "opened", "url": visitor.page_url, "title": visitor.page_title}, staff_only=True
    )
    opened_value = changed(work, row, "opened")
    return opened_value if by_robot else changed(work, row, "queued")


async def who_is(work: Work, visitor: Visitor) -> Who:
    """The other side as known now, copied into the conversation so that a list needs no further look-up."""
    contact = await work.find(Contact, visitor.contact_id) if visitor.contact_id else None
    if contact is None:
        return Who(visitor_id=visitor.id, name=visitor.name)
    return Who(
        visitor_id=visitor.id,
        contact_id=contact.id,
        name=contact.name or visitor.name,
        email=contact.email,
        phone=contact.phone,
        external_id=contact.external_id,
        verified=contact.verified,
    )


async def open_room(work: Work, actor: Actor, agent_ids: Sequence[UUID]) -> ConversationValue:
    """The colleague room of the actor and `agent_ids`; the same people always meet in the same room."""
    members = sorted({actor.agent_id, *agent_ids})
    known = await work.all(select(Agent).where(Agent.workspace_id == work.workspace_id, Agent.id.in_(members)))
    if len(members) < 2 or len(known) != len(members):
        raise Invalid("Choose at least one colleague of this workspace.", field="agent_ids")
    await work.rows.execute(_ONE_AT_A_TIME, {"key": "room " + " ".join(map(str, members))})
    same = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.channel == "colleague",
        Conversation.participant_ids == members,
    )
    if room := (await work.scalars(same)).first():
        return conversation_value(room)
    row = Conversation(
        id=new_id(),
        workspace_id=work.workspace_id,
        number=await _next_number(work),
        channel="colleague",
        status="open",
        participant_ids=members,
        reads={str(member): 0 for member in members},
        who={},
        opened_at=work.now,
        last_message_at=work.now,
    )
    work.add(row)
    await work.rows.flush()
    return changed(work, row, "opened", by=actor)


async def _next_number(work: Work) -> int:
    row = insert(ConversationNumber).values(workspace_id=work.workspace_id, last=1)
    row = row.on_conflict_do_update(index_elements=["workspace_id"], set_={"last": ConversationNumber.last + 1})
    return int((await work.rows.execute(row.returning(ConversationNumber.last))).scalar_one())
