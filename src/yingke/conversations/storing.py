"""The statements of the hot path: what threads say is read, and what was decided on them stored, many at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec

from yingke.conversations.threads import Posting
from yingke.conversations.values import MessageValue
from yingke.files import FileValue
from yingke.kit.outbox import STORE_TOLD

Key = tuple[UUID, UUID]
"""Workspace and conversation."""
Threads = dict[Key, dict[str, Any]]
"""The columns of conversations."""
Stored = dict[tuple[UUID, UUID, UUID], Mapping[str, Any]]
"""Of messages that are already there, by workspace, conversation and `client_id`: the columns in `_SAID`."""


class Connection(Protocol):
    """One in a transaction, or a `Direct`."""

    async def fetch(self, query: str, /, *args: Any) -> list[asyncpg.Record]: ...


_SAID = ("id", "seq", "created_at", "author_id", "kind", "text", "attachments")
_READ = f"""
SELECT c.*, p.client_id, {", ".join(f"m.{name} AS said_{name}" for name in _SAID)}
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS p (workspace_id, conversation_id, client_id)
JOIN conversations c ON c.workspace_id = p.workspace_id AND c.id = p.conversation_id
LEFT JOIN messages m ON m.workspace_id = p.workspace_id AND m.conversation_id = p.conversation_id
                    AND m.client_id = p.client_id
"""  # noqa: S608 - constants only
# In the order of their ids, so that two transactions never wait for each other in a circle. Not FOR UPDATE: the relay
# indexes earlier messages of the same conversations meanwhile, and its rows refer to them.
_LOCK = """
SELECT FROM conversations WHERE (workspace_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
ORDER BY workspace_id, id FOR NO KEY UPDATE
"""

_THREAD = {
    "workspace_id": "uuid", "id": "uuid", "version": "int", "last_seq": "int", "last_message_at": "timestamptz",
    "last_message": "jsonb", "reads": "jsonb", "unread": "int", "waiting_since": "timestamptz",
    "visitor_read_seq": "int", "visitor_delivered_seq": "int", "status": "text", "snoozed_until": "timestamptz",
    "agent_read_seq": "int", "first_replied_at": "timestamptz",
}  # fmt: skip
"""The columns that a message changes, after the key."""
_MESSAGE = {
    "workspace_id": "uuid", "conversation_id": "uuid", "seq": "int", "id": "uuid", "client_id": "uuid", "kind": "text",
    "audience": "text", "author_kind": "text", "author_id": "uuid", "author_name": "text", "text": "text",
    "attachments": "jsonb", "quote": "jsonb", "mentions": "jsonb", "activity": "jsonb", "content": "jsonb",
    "created_at": "timestamptz",
}  # fmt: skip
_TOLD = {
    "id": "uuid", "workspace_id": "uuid", "name": "text", "payload": "text", "is_fact": "bool",
    "run_at": "timestamptz", "conversation_id": "uuid",
}  # fmt: skip


def _given(columns: Mapping[str, str], after: int) -> str:
    """`unnest($n::type[], …) AS t (name, …)`, its parameters counted from the one after `after`."""
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(columns.values(), after + 1))
    return f"unnest({arrays}) AS t ({', '.join(columns)})"


_BEFORE = {**_THREAD, "version_before": "int"}
# One statement, because the wait for an acknowledgement is made of round trips. What was decided on a conversation is
# stored only if its version is still the one it was decided on. IS TRUE keeps the planner from a loop over both lists.
_STORE = f"""
WITH locked AS (
  UPDATE conversations c SET {", ".join(f"{name} = t.{name}" for name in list(_THREAD)[2:])}
  FROM {_given(_BEFORE, 0)}
  WHERE c.workspace_id = t.workspace_id AND c.id = t.id AND c.version = t.version_before
  RETURNING c.workspace_id, c.id
), added AS (
  INSERT INTO messages ({", ".join(_MESSAGE)})
  SELECT {", ".join("ARRAY(SELECT jsonb_array_elements_text(mentions)::uuid)" if name == "mentions" else name for name in _MESSAGE)}
  FROM {_given(_MESSAGE, len(_BEFORE))}
  WHERE ((workspace_id, conversation_id) IN (SELECT * FROM locked)) IS TRUE
), told AS (
  SELECT * FROM {_given(_TOLD, len(_BEFORE) + len(_MESSAGE))}
  WHERE ((workspace_id, conversation_id) IN (SELECT * FROM locked)) IS TRUE
), {STORE_TOLD}
SELECT workspace_id, id FROM locked
"""  # noqa: S608 - constants only


async def lock(connection: Connection, postings: Sequence[Posting]) -> None:
    """Keep the conversations of `postings` from others until the commit."""
    keys = list({(p.workspace_id, p.conversation_id) for p in postings})
    await connection.fetch(_LOCK, [k[0] for k in keys], [k[1] for k in keys])


async def read(connection: Connection, postings: Sequence[Posting]) -> tuple[Threads, Stored]:
    """The conversations of `postings`, and those of their messages that are already there."""
    records = await connection.fetch(
        _READ,
        [p.workspace_id for p in postings],
        [p.conversation_id for p in postings],
        [p.client_id for p in postings],
    )
    threads: Threads = {}
    stored: Stored = {}
    for record in records:
        key = (record["workspace_id"], record["id"])
        if key not in threads:
            threads[key] = dict(record)
        if record["said_id"] is not None:
            stored[(*key, record["client_id"])] = {name: record[f"said_{name}"] for name in _SAID}
    return threads, stored


async def store(
    connection: Connection,
    threads: Sequence[Mapping[str, Any]],
    messages: Sequence[tuple[UUID, MessageValue]],
    told: Sequence[Sequence[Any]] = ((),) * len(_TOLD),
) -> set[Key]:
    """Store `messages` (with their workspaces) and what became of their `threads`; the keys of those that were stored.

    A thread has its new columns and `version_before`; one that somebody else has changed since is left alone, with its
    messages and what is `told` of them (columns as in `_TOLD`). Raises UniqueViolationError when a message is there.
    """
    records = await connection.fetch(_STORE, *_thread_columns(threads), *_message_columns(messages), *told)
    return {(record["workspace_id"], record["id"]) for record in records}


def said(message: MessageValue) -> dict[str, Any]:
    """What `read` would say of `message`."""
    return {
        "id": message.id,
        "seq": message.seq,
        "created_at": message.created_at,
        "author_id": message.author.id,
        "kind": message.kind,
        "text": message.text,
        "attachments": msgspec.to_builtins(message.attachments),
    }


def _thread_columns(threads: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    return [[_json(t[name]) if kind == "jsonb" else t[name] for t in threads] for name, kind in _BEFORE.items()]


def _message_columns(messages: Sequence[tuple[UUID, MessageValue]]) -> list[list[Any]]:
    rows = [
        (workspace_id, m.conversation_id, m.seq, m.id, m.client_id, m.kind, m.audience, m.author.kind, m.author.id,
         m.author.name, m.text, _files(m.attachments), _json(m.quote), _json(m.mentions), _json(m.activity), _json(m.content),
         m.created_at)
        for workspace_id, m in messages
    ]  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _files(attachments: Sequence[FileValue]) -> str:
    return msgspec.json.encode(attachments).decode()
