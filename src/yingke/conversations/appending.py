"""The hot path: many messages, of many conversations, decided here and stored in one statement.

Sockets gather what arrives while the previous statement runs and append it together; a verb appends its one message in
its own transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from yingke.conversations.errors import ClientIdReused
from yingke.conversations.facts import MessagePosted
from yingke.conversations.rows import conversation_value
from yingke.conversations.storing import Key, Stored, Threads, lock, read, said, store
from yingke.conversations.threads import Posting, after, refusal_of, same_message
from yingke.conversations.values import ConversationValue, MessageValue
from yingke.kit.errors import Refusal, Unavailable
from yingke.kit.ids import new_id
from yingke.kit.outbox import Told
from yingke.kit.work import Direct, Ground, Work

ATTEMPTS = 8
"""How often a gathered posting is decided anew because somebody else changed its conversation meanwhile."""


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


@dataclass(slots=True)
class _Decision:
    answers: list[Posted | Refusal] = field(default_factory=list)
    """One for each posting; they hold when all that follows is stored."""
    threads: Threads = field(default_factory=dict)
    facts: list[MessagePosted] = field(default_factory=list)

    @property
    def messages(self) -> list[tuple[UUID, MessageValue]]:
        return [(fact.workspace_id, fact.message) for fact in self.facts]


async def append(work: Work, postings: Sequence[Posting]) -> list[Posted | Refusal]:
    """Store `postings` in order, in the transaction of `work`, and tell a MessagePosted for each.

    One answer per posting, in the same order. A refused posting (ConversationMissing, ConversationResolved, AcceptFirst,
    ClientIdReused) leaves the others alone.
    """
    await work.flush()
    connection = await work.raw()
    await lock(connection, postings)
    decision = _decide(postings, *await read(connection, postings), work.now)
    if decision.facts:
        await store(connection, list(decision.threads.values()), decision.messages)
    for fact in decision.facts:
        work.tell(fact)
    return decision.answers


async def append_gathered(ground: Ground, direct: Direct, postings: Sequence[Posting]) -> list[Posted | Refusal]:
    """Like `append`, in two round trips: no lock is held between reading and storing.

    What was decided on a conversation that somebody else changed in between is decided anew; after many times it is
    refused with Unavailable.
    """
    answers: list[Posted | Refusal] = [Unavailable(retry_after=1)] * len(postings)
    left = list(range(len(postings)))
    for _ in range(ATTEMPTS):
        asked = [postings[place] for place in left]
        decision = _decide(asked, *await read(direct, asked), ground.clock.now())
        stored = await _store(ground, direct, decision) if decision.facts else set()
        again = []
        for place, posting, answer in zip(left, asked, decision.answers, strict=True):
            key = (posting.workspace_id, posting.conversation_id)
            if key in decision.threads and key not in stored:
                again.append(place)
            else:
                answers[place] = answer
        if not again:
            break
        left = again
    return answers


async def _store(ground: Ground, direct: Direct, decision: _Decision) -> set[Key]:
    told = [Told.of(fact) for fact in decision.facts]
    columns = ground.outbox.columns(told, ground.clock.now())
    columns.append([fact.conversation.id for fact in decision.facts])
    # In the order of their ids, so that two statements never wait for each other in a circle.
    threads = [decision.threads[key] for key in sorted(decision.threads)]
    try:
        stored = await store(direct, threads, decision.messages, columns)
    except asyncpg.UniqueViolationError:  # one of them was stored a moment ago, over another socket
        return set()
    except BaseException:
        ground.outbox.doubtful(told)
        raise
    ground.outbox.committed(
        [t for t, fact in zip(told, decision.facts, strict=True) if (t.workspace_id, fact.conversation.id) in stored]
    )
    return stored


def _decide(postings: Sequence[Posting], threads: Threads, stored: Stored, now: datetime) -> _Decision:
    """What `postings` do to `threads`, one after the other."""
    decision = _Decision()
    for posting in postings:
        key = (posting.workspace_id, posting.conversation_id)
        thread = threads.get(key)
        repeat = stored.get((*key, posting.client_id))
        refusal = refusal_of(thread, posting) if repeat is None else _refuse_other(repeat, posting)
        if refusal is not None:
            decision.answers.append(refusal)
        elif repeat is not None:
            decision.answers.append(Posted(repeat["id"], key[1], repeat["seq"], repeat["created_at"], repeated=True))
        else:
            assert thread is not None
            threads[key] = changed = after(thread, posting, now)
            changed.setdefault("version_before", thread["version"])
            decision.threads[key] = changed
            message = _message(posting, changed)
            decision.facts.append(MessagePosted(workspace_id=key[0], conversation=_value(changed), message=message))
            stored[(*key, posting.client_id)] = said(message)
            decision.answers.append(
                Posted(message.id, key[1], message.seq, message.created_at, repeated=False, message=message)
            )
    return decision


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
        content=dict(posting.content) if posting.content is not None else None,
        recalled=False,
        created_at=thread["last_message_at"],
    )
