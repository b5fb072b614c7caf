"""The HTTP API of conversations."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from yingke.contacts import Details
from yingke.conversations.assigning import (
    accept_conversation,
    assign_conversation,
    join_conversation,
    leave_conversation,
    transfer_conversation,
)
from yingke.conversations.closing import reopen_conversation, resolve_conversation, snooze_conversation
from yingke.conversations.editing import (
    move_to_team,
    recall_message,
    save_draft,
    summarise_conversation,
    tag_conversation,
)
from yingke.conversations.linking import tell_who
from yingke.conversations.models import Message
from yingke.conversations.opening import open_room
from yingke.conversations.posting import Draft, post_message
from yingke.conversations.queries import (
    Counts,
    Filter,
    Load,
    MessagePage,
    View,
    conversation_for,
    count_conversations,
    drafts_of,
    list_conversations,
    loads,
    messages_after,
    messages_before,
)
from yingke.conversations.reading import read_by_agent
from yingke.conversations.rows import conversation_value, message_value
from yingke.conversations.values import ConversationValue, DraftValue, MessageValue, Summary
from yingke.conversations.wording import require_sayable
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value
from yingke.visitors import online_visitors

router = APIRouter(route_class=WorkRoute, tags=["conversations"])

Reader = Annotated[Call, allowed("conversations.read")]
Writer = Annotated[Call, allowed("conversations.reply")]
Limit = Annotated[int, Query(ge=1, le=100)]


class ConversationPage(Value, frozen=True, kw_only=True):
    items: list[ConversationValue]
    next_cursor: str | None
    online_visitor_ids: list[UUID]
    """Of the visitors in `items`, those whose browser is connected now."""


class DraftList(Value, frozen=True, kw_only=True):
    items: list[DraftValue]


class LoadList(Value, frozen=True, kw_only=True):
    items: list[Load]


class NewMessage(BaseModel):
    client_id: UUID
    kind: Literal["outgoing", "note"] = "outgoing"
    text: CleanStr = ""
    attachment_ids: list[UUID] = Field(default=[], max_length=10)
    quote_seq: int | None = Field(default=None, ge=1)
    mentions: list[UUID] = Field(default=[], max_length=50)


class Reason(BaseModel):
    reason: Name = "done"


class Until(BaseModel):
    until: AwareDatetime


class Assignee(BaseModel):
    agent_id: UUID | None


class TransferTo(BaseModel):
    agent_id: UUID | None = None
    team_id: UUID | None = None
    note: CleanStr = Field(default="", max_length=5000)


class ReadUpTo(BaseModel):
    seq: int = Field(ge=0, le=2**31 - 1)


class TagIds(BaseModel):
    tag_ids: list[UUID] = Field(max_length=50)


class NewSummary(BaseModel):
    category: Name = ""
    text: CleanStr = Field(default="", max_length=5000)
    outcome: Name = ""


class WhoItIs(BaseModel):
    """What is not given stays as it is; null clears."""

    contact_id: UUID | None = None
    name: Name | None = None
    email: CleanStr | None = None
    phone: CleanStr | None = None

    def details(self) -> Details:
        given: Any = self.model_dump(exclude_unset=True, exclude={"contact_id"})
        return given  # type: ignore[no-any-return]


class NewDraft(BaseModel):
    text: CleanStr = Field(max_length=20_000)


class Team(BaseModel):
    team_id: UUID | None


class Room(BaseModel):
    agent_ids: list[UUID] = Field(min_length=1, max_length=50)


@router.get("/conversations")
async def list_(
    call: Reader,
    view: View = "all",
    team_id: UUID | None = None,
    tag_id: UUID | None = None,
    site_id: UUID | None = None,
    agent_id: UUID | None = None,
    contact_id: UUID | None = None,
    visitor_id: UUID | None = None,
    status: Literal["queued", "open", "snoozed", "resolved"] | None = None,
    unread: bool = False,
    limit: Limit = 50,
    cursor: str | None = None,
) -> ConversationPage:
    chosen = Filter(
        view=view,
        team_id=team_id,
        tag_id=tag_id,
        site_id=site_id,
        agent_id=agent_id,
        contact_id=contact_id,
        visitor_id=visitor_id,
        status=status,
        unread=unread,
    )
    page = await list_conversations(call.work, call.actor, chosen, limit=limit, cursor=cursor)
    visitors = {item.who.visitor_id for item in page.items if item.who.visitor_id}
    online = await online_visitors(call.work, visitors)
    return ConversationPage(items=page.items, next_cursor=page.next_cursor, online_visitor_ids=sorted(online))


@router.get("/conversations/counts")
async def counts(call: Reader) -> Counts:
    return await count_conversations(call.work, call.actor)


@router.get("/conversations/loads")
async def agent_loads(call: Reader) -> LoadList:
    return LoadList(items=await loads(call.work))


@router.get("/drafts")
async def drafts(call: Reader) -> DraftList:
    return DraftList(items=await drafts_of(call.work, call.actor.agent_id))


@router.post("/colleague-rooms")
async def room(body: Room, call: Writer) -> ConversationValue:
    return await open_room(call.work, call.actor, body.agent_ids)


@router.get("/conversations/{conversation_id}")
async def show(conversation_id: UUID, call: Reader) -> ConversationValue:
    return conversation_value(await conversation_for(call.work, call.actor, conversation_id))


@router.get("/conversations/{conversation_id}/messages")
async def messages(
    conversation_id: UUID,
    call: Reader,
    before_seq: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    after_seq: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    limit: Limit = 50,
) -> MessagePage:
    row = await conversation_for(call.work, call.actor, conversation_id)
    if after_seq is not None:
        items = await messages_after(call.work, row.id, after_seq, limit)
    else:
        items = await messages_before(call.work, row.id, before_seq, limit)
    return MessagePage(items=items, last_seq=row.last_seq)


@router.post("/conversations/{conversation_id}/messages", status_code=201, responses={200: {"model": MessageValue}})
async def post(conversation_id: UUID, body: NewMessage, call: Writer, response: Response) -> MessageValue:
    """Repeating a `client_id` answers 200 with the message that was stored first."""
    draft = Draft(
        client_id=body.client_id,
        kind=body.kind,
        text=body.text,
        attachment_ids=body.attachment_ids,
        quote_seq=body.quote_seq,
        mentions=body.mentions,
    )
    if draft.kind == "outgoing":
        await require_sayable(call.work, call.actor, conversation_id, call.services.words, draft.text)
    posted = await post_message(call.work, call.actor, conversation_id, draft)
    if posted.message is not None:
        return posted.message
    response.status_code = 200
    stored = await call.work.rows.get(Message, (call.actor.workspace_id, conversation_id, posted.seq))
    assert stored is not None
    return message_value(stored)


@router.post("/conversations/{conversation_id}/messages/{seq}/recall")
async def recall(conversation_id: UUID, seq: int, call: Writer) -> MessageValue:
    return await recall_message(call.work, call.actor, conversation_id, seq)


@router.post("/conversations/{conversation_id}/accept")
async def accept(conversation_id: UUID, call: Writer) -> ConversationValue:
    return await accept_conversation(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/resolve")
async def resolve(conversation_id: UUID, call: Writer, body: Reason | None = None) -> ConversationValue:
    return await resolve_conversation(call.work, call.actor, conversation_id, (body or Reason()).reason)


@router.post("/conversations/{conversation_id}/reopen")
async def reopen(conversation_id: UUID, call: Writer) -> ConversationValue:
    return await reopen_conversation(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/snooze")
async def snooze(conversation_id: UUID, body: Until, call: Writer) -> ConversationValue:
    until: datetime = body.until
    return await snooze_conversation(call.work, call.actor, conversation_id, until)


@router.post("/conversations/{conversation_id}/assign")
async def assign(
    conversation_id: UUID, body: Assignee, call: Annotated[Call, allowed("conversations.assign_others")]
) -> ConversationValue:
    return await assign_conversation(call.work, call.actor, conversation_id, body.agent_id)


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(
    conversation_id: UUID, body: TransferTo, call: Annotated[Call, allowed("conversations.assign_others")]
) -> ConversationValue:
    return await transfer_conversation(
        call.work, call.actor, conversation_id, agent_id=body.agent_id, team_id=body.team_id, note=body.note
    )


@router.post("/conversations/{conversation_id}/join")
async def join(conversation_id: UUID, call: Writer) -> ConversationValue:
    return await join_conversation(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/leave")
async def leave(conversation_id: UUID, call: Writer) -> ConversationValue:
    return await leave_conversation(call.work, call.actor, conversation_id)


@router.post("/conversations/{conversation_id}/read")
async def read(conversation_id: UUID, body: ReadUpTo, call: Writer) -> ConversationValue:
    return await read_by_agent(call.work, call.actor, conversation_id, body.seq)


@router.put("/conversations/{conversation_id}/tags")
async def tag(conversation_id: UUID, body: TagIds, call: Writer) -> ConversationValue:
    return await tag_conversation(call.work, call.actor, conversation_id, body.tag_ids)


@router.put("/conversations/{conversation_id}/summary")
async def summarise(conversation_id: UUID, body: NewSummary, call: Writer) -> ConversationValue:
    summary = Summary(category=body.category, text=body.text, outcome=body.outcome)
    return await summarise_conversation(call.work, call.actor, conversation_id, summary)


@router.put("/conversations/{conversation_id}/contact")
async def contact(
    conversation_id: UUID, body: WhoItIs, call: Annotated[Call, allowed("contacts.write")]
) -> ConversationValue:
    return await tell_who(call.work, call.actor, conversation_id, body.details(), contact_id=body.contact_id)


@router.patch("/conversations/{conversation_id}")
async def edit(conversation_id: UUID, body: Team, call: Writer) -> ConversationValue:
    return await move_to_team(call.work, call.actor, conversation_id, body.team_id)


@router.put("/conversations/{conversation_id}/draft", status_code=204)
async def keep_draft(conversation_id: UUID, body: NewDraft, call: Writer) -> None:
    await save_draft(call.work, call.actor, conversation_id, body.text)


@router.delete("/conversations/{conversation_id}/draft", status_code=204)
async def drop_draft(conversation_id: UUID, call: Writer) -> None:
    await save_draft(call.work, call.actor, conversation_id, "")
