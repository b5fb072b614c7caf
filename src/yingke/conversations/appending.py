"""The hot path: many messages, of many conversations, in three statements.

Sockets gather what arrives while the previous transaction commits and append it together; a single post is a batch of
one. Conversations are locked in the order of their ids, so two batches never wait for each other in a circle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from yingke.conversations.errors import ClientIdReused
from yingke.conversations.facts import MessagePosted
from yingke.conversations.rows import conversation_value
from yingke.conversations.threads import Posting, after, refusal_of, same_message
from yingke.conversations.values import ConversationValue, MessageValue
from yingke.files import FileValue
from yingke.kit.errors import Refusal
from yingke.kit.ids import new_id
from yingke.kit.work import Work


@dataclass(frozen=True, slots=True)
class Posted:
    """The acknowledgement of a message."""

    message_id: UUID
    conversation_id: UUID
    seq: int
    created_at: datetime
    repeated: bool
    message: MessageValue | None = None
    """The message, when it was stored just now."""


# Not FOR UPDATE: the relay indexes earlier messages of the same conversations meanwhile, and its rows refer to them.
_LOCK = """
SELECT * FROM conversations WHERE (workspace_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY workspace_id, id FOR NO KEY UPDATE
"""
_REPEATED = """
SELECT m.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS p (workspace_id, conversation_id, client_id)
JOIN messages m USING (workspace_id, conversation_id, client_id)
"""
# One statement, because the wait for an acknowledgement is made of round trips.
_STORE = """
WITH added AS (
  INSERT INTO messages (workspace_id, conversation_id, seq, id, client_id, kind, audience, author_kind, author_id,
                        author_name, text, attachments, quote, mentions, activity, created_at)
  SELECT workspace_id, conversation_id, seq, id, client_id, kind, audience, author_kind, author_id, author_name, text,
         attachments, quote, coalesce(ARRAY(SELECT jsonb_array_elements_text(mentions)::uuid), '{}'), activity,
         created_at
  FROM unnest($16::uuid[], $17::uuid[], $18::int[], $19::uuid[], $20::uuid[], $21::text[], $22::text[], $23::text[],
              $24::uuid[], $25::text[], $26::text[], $27::jsonb[], $28::jsonb[], $29::jsonb[], $30::jsonb[],
              $31::timestamptz[])
    AS t (workspace_id, conversation_id, seq, id, client_id, kind, audience, author_kind, author_id, author_name, text,
          attachments, quote, mentions, activity, created_at))
UPDATE conversations c SET
  version = t.version, last_seq = t.last_seq, last_message_at = t.last_message_at, last_message = t.last_message,
  reads = t.reads, unread = t.unread, waiting_since = t.waiting_since, visitor_read_seq = t.visitor_read_seq,
  visitor_delivered_seq = t.visitor_delivered_seq, status = t.status, snoozed_until = t.snoozed_until,
  agent_read_seq = t.agent_read_seq, first_replied_at = t.first_replied_at
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::timestamptz[], $6::jsonb[], $7::jsonb[], $8::int[],
            $9::timestamptz[], $10::int[], $11::int[], $12::text[], $13::timestamptz[], $14::int[], $15::timestamptz[])
  AS t (workspace_id, id, version, last_seq, last_message_at, last_message, reads, unread, waiting_since,
        visitor_read_seq, visitor_delivered_seq, status, snoozed_until, agent_read_seq, first_replied_at)
WHERE c.workspace_id = t.workspace_id AND c.id = t.id
"""
_UPDATED = [
    "workspace_id",
    "id",
    "version",
    "last_seq",
    "last_message_at",
    "last_message",
    "reads",
    "unread",
    "waiting_since",
    "visitor_read_seq",
    "visitor_delivered_seq",
    "status",
    "snoozed_until",
    "agent_read_seq",
    "first_replied_at",
]

Key = tuple[UUID, UUID]


async def append(work: Work, postings: Sequence[Posting]) -> list[Posted | Refusal]:
    """Store `postings` in order and tell a MessagePosted for each. One answer per posting, in the same order.

    A refused posting (ConversationMissing, ConversationResolved, AcceptFirst, ClientIdReused) leaves the others alone.
    """
    await work.flush()
    connection = await work.raw()
    threads = await _lock(connection, postings)
    stored = await _already_stored(connection, postings)
    changed: dict[Key, dict[str, Any]] = {}
    messages: list[tuple[Posting, MessageValue]] = []
    answers: list[Posted | Refusal] = []
    for posting in postings:
        key = (posting.workspace_id, posting.conversation_id)
        repeat = stored.get((*key, posting.client_id))
        refusal = refusal_of(threads.get(key), posting) if repeat is None else _refuse_other(repeat, posting)
        if refusal is not None:
            answers.append(refusal)
        elif repeat is not None:
            answers.append(Posted(repeat["id"], key[1], repeat["seq"], repeat["created_at"], repeated=True))
        else:
            threads[key] = changed[key] = after(threads[key], posting, work.now)
            message = _message(posting, changed[key])
            messages.append((posting, message))
            stored[(*key, posting.client_id)] = _as_stored(message)
            work.tell(MessagePosted(workspace_id=key[0], conversation=_value(changed[key]), message=message))
            answers.append(Posted(message.id, key[1], message.seq, message.created_at, repeated=False, message=message))
    if messages:
        await connection.execute(_STORE, *_update_columns(list(changed.values())), *_insert_columns(messages))
    return answers


async def _lock(connection: asyncpg.Connection, postings: Sequence[Posting]) -> dict[Key, dict[str, Any]]:
    keys = list({(p.workspace_id, p.conversation_id) for p in postings})
    records = await connection.fetch(_LOCK, [k[0] for k in keys], [k[1] for k in keys])
    return {(r["workspace_id"], r["id"]): dict(r) for r in records}


async def _already_stored(
    connection: asyncpg.Connection, postings: Sequence[Posting]
) -> dict[tuple[UUID, UUID, UUID], Any]:
    records = await connection.fetch(
        _REPEATED,
        [p.workspace_id for p in postings],
        [p.conversation_id for p in postings],
        [p.client_id for p in postings],
    )
    return {(r["workspace_id"], r["conversation_id"], r["client_id"]): r for r in records}


def _refuse_other(stored: Mapping[str, Any], posting: Posting) -> Refusal | None:
    by_the_same = stored["author_id"] == posting.author.id
    return None if by_the_same and same_message(stored, posting) else ClientIdReused()


def _value(columns: Mapping[str, Any]) -> ConversationValue:
    last = columns["last_message"]
    return conversation_value({**columns, "last_message": msgspec.to_builtins(last)})


def _message(posting: Posting, thread: Mapping[str, Any]) -> MessageValue:
    return MessageValue(
        id=new_id(),
        conversation_id=posting.conversation_id,
        seq=thread["last_seq"],
        client_id=posting.client_id,
        kind=posting.kind,
        audience=posting.audience,  # type: ignore[arg-type] # one of the two
        author=posting.author,
        text=posting.text,
        attachments=list(posting.attachments),
        quote=posting.quote,
        mentions=list(posting.mentions),
        activity=dict(posting.activity) if posting.activity is not None else None,
        recalled=False,
        created_at=thread["last_message_at"],
    )


def _as_stored(message: MessageValue) -> dict[str, Any]:
    return {
        "id": message.id,
        "seq": message.seq,
        "created_at": message.created_at,
        "author_id": message.author.id,
        "text": message.text,
        "kind": message.kind,
        "attachments": msgspec.to_builtins(message.attachments),
    }


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _files(attachments: Sequence[FileValue]) -> str:
    return msgspec.json.encode(attachments).decode()


def _insert_columns(messages: Sequence[tuple[Posting, MessageValue]]) -> list[list[Any]]:
    rows = [
        (p.workspace_id, m.conversation_id, m.seq, m.id, m.client_id, m.kind, m.audience, m.author.kind, m.author.id,
         m.author.name, m.text, _files(m.attachments), _json(m.quote), _json(m.mentions), _json(m.activity), m.created_at)
        for p, m in messages
    ]  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _update_columns(threads: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    as_json = ("last_message", "reads")
    return [[_json(t[name]) if name in as_json else t[name] for t in threads] for name in _UPDATED]
