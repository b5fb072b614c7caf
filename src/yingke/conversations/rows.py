"""From rows to values. A row is an ORM object or a driver's record; both hold the same columns."""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row

from yingke.conversations.models import Conversation, Message
from yingke.conversations.values import (
    Author,
    ConversationValue,
    HiddenMessage,
    MessageValue,
    Quote,
)
from yingke.files import FileValue

_COLUMNS = ConversationValue.__struct_fields__
SHOWN_OF_CONVERSATION = tuple(Conversation.__table__.c[name] for name in _COLUMNS)
SHOWN_OF_MESSAGE = tuple(column for column in Message.__table__.c if column.key != "workspace_id")
"""What a list selects: plain columns, because a page of objects with a history of their own costs as much as all the
rest of the request."""
_MessageRow = namedtuple("_MessageRow", [column.key for column in SHOWN_OF_MESSAGE])  # type: ignore[misc]


def conversation_columns(row: Conversation) -> dict[str, Any]:
    """The columns of `row` that its value shows."""
    return {name: getattr(row, name) for name in _COLUMNS}


def conversation_value(row: Conversation | Mapping[Any, Any]) -> ConversationValue:
    return msgspec.convert(row, ConversationValue, from_attributes=True)


def shown_conversation(row: Sequence[Any]) -> ConversationValue:
    """Of a row that begins with SHOWN_OF_CONVERSATION."""
    return msgspec.convert(dict(zip(_COLUMNS, row, strict=False)), ConversationValue)


def message_value(row: Message | Row[Any]) -> MessageValue:
    """The message as staff see it; what was recalled keeps its place and loses its content."""
    recalled = row.recalled_at is not None
    return MessageValue(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        client_id=row.client_id,
        kind=row.kind,  # type: ignore[arg-type] # the column holds nothing else
        audience=row.audience,  # type: ignore[arg-type]
        author=Author(kind=row.author_kind, id=row.author_id, name=row.author_name),  # type: ignore[arg-type]
        text="" if recalled else row.text,
        attachments=[] if recalled else msgspec.convert(row.attachments, list[FileValue]),
        quote=None if recalled or row.quote is None else msgspec.convert(row.quote, Quote),
        mentions=row.mentions,
        activity=row.activity,
        content=None if recalled else row.content,
        recalled=recalled,
        created_at=row.created_at,
    )


def shown_message(row: Sequence[Any]) -> MessageValue:
    """Of SHOWN_OF_MESSAGE that stand among other columns."""
    named: Any = _MessageRow(*row)
    return message_value(named)


_STAFF_ONLY = frozenset({"why", "by_agent_id"})
"""Parts of an activity that say how the desk decided."""


def for_visitor(message: MessageValue) -> MessageValue | HiddenMessage:
    """What the visitor may see in this place."""
    if message.audience == "staff":
        return HiddenMessage(seq=message.seq)
    if message.activity is not None:
        shown = {key: value for key, value in message.activity.items() if key not in _STAFF_ONLY}
        return msgspec.structs.replace(message, activity=shown)
    return message
