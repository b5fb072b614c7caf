"""Finding what was said, newest first, within what the actor may see.

Newest texts are walked through first: a word that everybody uses fills the page there at once. Where it is rare there,
the full-text index is asked for all places. Each step is exact and looks at a limited number of places in the order of
time; an actor who may see few of them gets a short page, and a cursor where the search goes on. (Measured in
docs/decisions/0031.)
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
    func,
    literal,
    literal_column,
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
_PLACE = ("workspace_id", "id", "kind", "conversation_id", "seq", "contact_id", "at")
_KINDS = {"messages": "message", "notes": "note", "contacts": "contact"}
WINDOWS = (10_000, 40_000)
"""Newest texts that are walked through, in two steps."""
CANDIDATES = 300
"""Places that are looked at in one step, visible or not."""
RARE = 30
"""Places in the first window below which a word is rare enough for the full-text index."""

EMPTY_ROUNDS = 3
"""How often the search goes on by itself before it answers with an empty page and a cursor."""

Position = tuple[datetime, UUID]
"""Time and id: the order of the results, and of pages."""


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
    """What contains all words of `asked`; without a word nothing is. A page may be short, or empty, and have a cursor.

    Raises BadCursor.
    """
    wanted = search_query(asked)
    if not wanted:
        return SearchPage(items=[], next_cursor=None)
    after: Position | None = read_cursor(cursor, datetime, UUID) if cursor else None
    rows, end = await _find(work, actor, wanted, kind, limit, after)
    for _ in range(EMPTY_ROUNDS):
        if rows or end is None:
            break
        rows, end = await _find(work, actor, wanted, kind, limit, end)
    if len(rows) > limit:
        end = rows[limit - 1].at, rows[limit - 1].id
    items = await _hits(work, rows[:limit], asked)
    return SearchPage(items=items, next_cursor=write_cursor(*end) if end else None)


async def _find(
    work: Work, actor: Actor, wanted: str, kind: SearchKind, limit: int, after: Position | None
) -> tuple[list[Any], Position | None]:
    """One more than `limit`, or fewer and where to go on, or fewer and None: that was all."""
    rows: list[Any] = []
    position = after
    for window in WINDOWS if kind in ("all", "messages") else ():
        newest = _newest(work, window, position)
        found = _among(newest, wanted, kind)
        more = await _rows(work, actor, found, limit - len(rows))
        if len(rows) + len(more) > limit:
            return rows + more, None
        # Who sees everything and still finds too little has asked for a rare word.
        places, last = (0, None) if actor.sees_all else await _extent(work, found, more)
        if places < RARE:
            return await _find_by_index(work, actor, wanted, kind, limit, rows, position)
        rows += more
        position = last if places == CANDIDATES else await _end_of(work, window, position)
        if position is None:
            return rows, None
    if rows or position != after:
        return rows, position
    return await _find_by_index(work, actor, wanted, kind, limit, rows, position)


async def _find_by_index(
    work: Work, actor: Actor, wanted: str, kind: SearchKind, limit: int, rows: list[Any], after: Position | None
) -> tuple[list[Any], Position | None]:
    found = _everywhere(work, wanted, kind, after)
    more = await _rows(work, actor, found, limit - len(rows))
    places, last = (0, None) if len(rows) + len(more) > limit else await _extent(work, found, more)
    return rows + more, last if places == CANDIDATES else None


def _conditions(work: Work, after: Position | None) -> list[ColumnElement[bool]]:
    conditions = [SearchText.workspace_id == work.workspace_id]
    if after:
        conditions.append(tuple_(SearchText.at, SearchText.id) < after)
    return conditions


def _of_kind(kind: SearchKind, column: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    if kind == "all":
        return []
    # Written out, not bound: a partial index serves only conditions that the planner can read.
    few = [column != literal_column("'message'")] if kind != "messages" else []
    return [*few, column == _KINDS[kind]]


def _newest(work: Work, window: int, after: Position | None) -> Subquery:
    query = select(SearchText).where(*_conditions(work, after))
    return query.order_by(SearchText.at.desc(), SearchText.id.desc()).limit(window).subquery("newest")


async def _end_of(work: Work, window: int, after: Position | None) -> Position | None:
    """The oldest place of the window; None when it holds all there is."""
    query = select(SearchText.at, SearchText.id).where(*_conditions(work, after))
    last = query.order_by(SearchText.at.desc(), SearchText.id.desc()).offset(window - 1).limit(1)
    row = (await work.rows.execute(last)).first()
    return (row.at, row.id) if row else None


def _among(newest: Subquery, wanted: str, kind: SearchKind) -> CTE:
    match = newest.c.tsv.op("@@")(cast(literal(wanted), TSQUERY))
    return _first_of(newest, match, *_of_kind(kind, newest.c.kind))


def _everywhere(work: Work, wanted: str, kind: SearchKind, after: Position | None) -> CTE:
    match = SearchText.tsv.op("@@")(cast(literal(wanted), TSQUERY))
    places = select(*(getattr(SearchText, name) for name in _PLACE)).where(
        *_conditions(work, after), match, *_of_kind(kind, SearchText.kind)
    )
    # Apart from its order and limit, so that it is not answered by walking through time after all.
    return _first_of(places.cte("places").prefix_with("MATERIALIZED"))


def _first_of(places: CTE | Subquery, *conditions: ColumnElement[bool]) -> CTE:
    """The newest CANDIDATES of `places`; each also says how many they are and which is the last."""
    query = select(*(places.c[name] for name in _PLACE)).where(*conditions)
    first = query.order_by(places.c.at.desc(), places.c.id.desc()).limit(CANDIDATES).subquery("first")
    in_time: Any = {"order_by": (first.c.at, first.c.id)}
    extent = (
        func.count().over().label("places"),
        func.first_value(first.c.at).over(**in_time).label("last_at"),
        func.first_value(first.c.id).over(**in_time).label("last_id"),
    )
    return select(first, *extent).cte("found").prefix_with("MATERIALIZED")


async def _extent(work: Work, found: CTE, shown: list[Any]) -> tuple[int, Position | None]:
    """How many places were looked at, and the last of them; asked for only when no row in `shown` says it."""
    query = select(found.c.places, found.c.last_at, found.c.last_id).limit(1)
    row = shown[0] if shown else (await work.rows.execute(query)).first()
    return (row.places, (row.last_at, row.last_id)) if row else (0, None)


async def _rows(work: Work, actor: Actor, found: CTE, limit: int) -> list[Any]:
    """One more than `limit`, joined to what the actor may see: what is not there any more falls out."""
    query: Select[Any] = (
        select(
            found.c.at,
            found.c.id,
            found.c.kind,
            found.c.places,
            found.c.last_at,
            found.c.last_id,
            Conversation,
            Message,
            Contact,
            ContactNote,
        )
        .select_from(found)
        .outerjoin(
            Message, _same(found, Message, conversation_id="conversation_id", seq="seq") & Message.recalled_at.is_(None)
        )
        .outerjoin(Conversation, _same(found, Conversation, conversation_id="id") & visible_to(actor))
        .outerjoin(Contact, _same(found, Contact, contact_id="id") & Contact.merged_into.is_(None))
        .outerjoin(ContactNote, _same(found, ContactNote, id="id"))
        .where(or_(and_(Conversation.id.is_not(None), Message.id.is_not(None)), Contact.id.is_not(None)))
        .order_by(found.c.at.desc(), found.c.id.desc())
        .limit(limit + 1)
    )
    return list((await work.rows.execute(query)).all())


def _same(found: CTE, model: Any, **columns: str) -> ColumnElement[bool]:
    """The row of `model` in the same workspace whose columns are those of `found`."""
    pairs = {"workspace_id": "workspace_id", **columns}
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
