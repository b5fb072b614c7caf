"""Finding what was said, newest first, within what the actor may see.

Two statements, each exact. The first walks back through the newest texts and stops as soon as the page is full: a word
that everybody uses is found there at once. Only when it is not full, so that the words are rare, the second asks the
full-text index for all places. (Measured in docs/decisions/0031.)
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    cast,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from yingke.contacts import Contact, ContactNote, ContactValue, contact_values
from yingke.conversations.models import Conversation, Message
from yingke.conversations.queries import visible_to
from yingke.conversations.rows import conversation_value, message_value
from yingke.conversations.search.fragments import contact_line, search_query
from yingke.conversations.search.models import SearchText
from yingke.conversations.search.snippets import snippet
from yingke.conversations.values import ConversationValue, MessageValue
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work

SearchKind = Literal["all", "messages", "notes", "contacts"]
_KINDS = {"messages": "message", "notes": "note", "contacts": "contact"}
WINDOW = 20_000
"""Newest texts that are walked through before the full-text index is asked."""


class SearchHit(Value, frozen=True, kw_only=True):
    """A message or note has a conversation; a contact, or a note on one, has a contact.

    `snippet` is plain text with U+0001 … U+0002 round each hit.
    """

    kind: Literal["message", "note", "contact"]
    conversation: ConversationValue | None
    message: MessageValue | None
    contact: ContactValue | None
    snippet: str


class SearchPage(Value, frozen=True, kw_only=True):
    items: list[SearchHit]
    next_cursor: str | None


async def search(
    work: Work, actor: Actor, asked: str, *, kind: SearchKind = "all", limit: int = 30, cursor: str | None = None
) -> SearchPage:
    """What contains all words of `asked`. Without a word nothing is found. Raises BadCursor."""
    wanted = search_query(asked)
    if not wanted:
        return SearchPage(items=[], next_cursor=None)
    after = read_cursor(cursor, datetime, UUID) if cursor else None
    rows: list[Any] = []
    if kind != "contacts":
        rows = await _rows(work, actor, _recent(work, wanted, kind, after), limit)
    if len(rows) <= limit:
        rows = await _rows(work, actor, _everywhere(work, wanted, kind, after), limit)
    last = rows[limit - 1] if len(rows) > limit else None
    return SearchPage(
        items=await _hits(work, rows[:limit], asked),
        next_cursor=write_cursor(last.at, last.id) if last else None,
    )


def _conditions(work: Work, after: tuple[Any, ...] | None) -> list[ColumnElement[bool]]:
    conditions = [SearchText.workspace_id == work.workspace_id]
    if after:
        conditions.append(tuple_(SearchText.at, SearchText.id) < after)
    return conditions


def _of_kind(kind: SearchKind, column: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    return [] if kind == "all" else [column == _KINDS[kind]]


def _recent(work: Work, wanted: str, kind: SearchKind, after: tuple[Any, ...] | None) -> Subquery:
    newest = (
        select(SearchText)
        .where(*_conditions(work, after))
        .order_by(SearchText.at.desc(), SearchText.id.desc())
        .limit(WINDOW)
        .subquery()
    )
    match = newest.c.tsv.op("@@")(cast(literal(wanted), TSQUERY))
    return select(newest).where(match, *_of_kind(kind, newest.c.kind)).subquery("found")


def _everywhere(work: Work, wanted: str, kind: SearchKind, after: tuple[Any, ...] | None) -> CTE:
    match = SearchText.tsv.op("@@")(cast(literal(wanted), TSQUERY))
    found = select(SearchText).where(*_conditions(work, after), match, *_of_kind(kind, SearchText.kind))
    return found.cte("found").prefix_with("MATERIALIZED")


async def _rows(work: Work, actor: Actor, found: Subquery | CTE, limit: int) -> list[Any]:
    """One more than `limit`, joined to what the actor may see: what is not there any more falls out."""
    query: Select[Any] = (
        select(found.c.at, found.c.id, found.c.kind, Conversation, Message, Contact, ContactNote)
        .select_from(found)
        .outerjoin(Message, _same(found, Message, "conversation_id", "seq") & Message.recalled_at.is_(None))
        .outerjoin(Conversation, _same(found, Conversation, conversation_id="id") & visible_to(actor))
        .outerjoin(Contact, _same(found, Contact, contact_id="id") & Contact.merged_into.is_(None))
        .outerjoin(ContactNote, _same(found, ContactNote, id="id"))
        .where(or_(and_(Conversation.id.is_not(None), Message.id.is_not(None)), Contact.id.is_not(None)))
        .order_by(found.c.at.desc(), found.c.id.desc())
        .limit(limit + 1)
    )
    return list((await work.rows.execute(query)).all())


def _same(found: Subquery | CTE, model: Any, *columns: str, **renamed: str) -> ColumnElement[bool]:
    pairs = {"workspace_id": "workspace_id", **{name: name for name in columns}, **renamed}
    return and_(*(getattr(model, there) == found.c[here] for here, there in pairs.items()))


async def _hits(work: Work, rows: list[Any], asked: str) -> list[SearchHit]:
    contacts = {row.Contact.id: row.Contact for row in rows if row.Contact is not None}
    values = {value.id: value for value in await contact_values(work, list(contacts.values()))}
    return [
        SearchHit(
            kind=row.kind,
            conversation=conversation_value(row.Conversation) if row.Conversation else None,
            message=message_value(row.Message) if row.Message else None,
            contact=values[row.Contact.id] if row.Contact else None,
            snippet=snippet(_text_of(row), asked),
        )
        for row in rows
    ]


def _text_of(row: Any) -> str:
    if row.Message:
        return " ".join([row.Message.text, *(file["name"] for file in row.Message.attachments)])
    return row.ContactNote.text if row.ContactNote else contact_line(row.Contact)
