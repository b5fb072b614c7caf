"""From rows to values. A row is an ORM object or a driver's record; both hold the same columns."""

from collections.abc import Mapping
from typing import Any

import msgspec

from yingke.conversations.models import Conversation, Message
from yingke.conversations.values import (
    Author,
    ConversationValue,
    HiddenMessage,
    LastMessage,
    MessageValue,
    Quote,
    Rating,
    Summary,
    Who,
)
from yingke.files import FileValue

_COLUMNS = tuple(f for f in ConversationValue.__struct_fields__)


def conversation_columns(row: Conversation) -> dict[str, Any]:
    """The columns of `row` that its value shows."""
    return {name: getattr(row, name) for name in _COLUMNS}


def conversation_value(row: Conversation | Mapping[str, Any]) -> ConversationValue:
    columns = conversation_columns(row) if isinstance(row, Conversation) else row
    fields = {name: columns[name] for name in _COLUMNS}
    fields["who"] = msgspec.convert(fields["who"], Who)
    for name, shape in (("last_message", LastMessage), ("rating", Rating), ("summary", Summary)):
        if fields[name] is not None:
            fields[name] = msgspec.convert(fields[name], shape)
    return ConversationValue(**fields)


def message_value(row: Message) -> MessageValue:
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
        recalled=recalled,
        created_at=row.created_at,
    )


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
