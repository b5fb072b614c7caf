"""Finding what was said, newest first, within what the actor may see.

Newest texts are walked through first: a word that everybody uses fills the page there at once. Where it is rare there,
the full-text index is asked for all places. Each step is exact and looks at a limited number of places in the order of
time; an actor who may see few of them gets a short page, and a cursor where the search goes on. (Measured in
docs/decisions/0031.)
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, tuple_

from yingke.contacts import Contact, ContactValue, contact_values
from yingke.conversations.search.fragments import contact_line, search_query
from yingke.conversations.search.models import SearchText
from yingke.conversations.search.snippets import snippet
from yingke.conversations.search.statements import (
    CANDIDATES,
    WINDOWS,
    SearchKind,
    Step,
    extent,
    shown_parts,
    shown_places,
)
from yingke.conversations.values import ConversationValue, MessageValue
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work

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
        end = rows[limit - 1].place_at, rows[limit - 1].place_id
    items = await _hits(work, rows[:limit], asked)
    return SearchPage(items=items, next_cursor=write_cursor(*end) if end else None)


async def _find(
    work: Work, actor: Actor, wanted: str, kind: SearchKind, limit: int, after: Position | None
) -> tuple[list[Any], Position | None]:
    """One more than `limit`, or fewer and where to go on, or fewer and None: that was all."""
    rows: list[Any] = []
    position = after
    for window in WINDOWS if kind in ("all", "messages") else ():
        step = _step(actor, kind, window, position)
        more = await _rows(work, actor, step, wanted, limit - len(rows), position)
        if len(rows) + len(more) > limit:
            return rows + more, None
        # Who sees everything and still finds too little has asked for a rare word.
        everything = step.sees_all and not step.limited
        places, last = (0, None) if everything else await _extent(work, actor, step, wanted, position, more)
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
    step = _step(actor, kind, None, after)
    more = await _rows(work, actor, step, wanted, limit - len(rows), after)
    if len(rows) + len(more) > limit:
        return rows + more, None
    places, last = await _extent(work, actor, step, wanted, after, more)
    return rows + more, last if places == CANDIDATES else None


def _step(actor: Actor, kind: SearchKind, window: int | None, after: Position | None) -> Step:
    limited = actor.only_site_ids is not None
    return Step(kind, window, actor.sees_all, limited=limited, continued=after is not None)


async def _rows(work: Work, actor: Actor, step: Step, wanted: str, limit: int, after: Position | None) -> list[Any]:
    """One more than `limit`, joined to what the actor may see: what is not there any more falls out."""
    bound = _bound(actor, wanted, after) | {"most": limit + 1}
    return list((await (await work.rows.connection()).execute(shown_places(step), bound)).all())


async def _extent(
    work: Work, actor: Actor, step: Step, wanted: str, after: Position | None, shown: list[Any]
) -> tuple[int, Position | None]:
    """How many places were looked at, and the last of them; asked for only when no row in `shown` says it."""
    row = shown[0] if shown else (await work.rows.execute(extent(step), _bound(actor, wanted, after))).first()
    return (row.places, (row.last_at, row.last_id)) if row else (0, None)


async def _end_of(work: Work, window: int, after: Position | None) -> Position | None:
    """The oldest place of the window; None when it holds all there is."""
    query = select(SearchText.at, SearchText.id).where(SearchText.workspace_id == work.workspace_id)
    if after:
        query = query.where(tuple_(SearchText.at, SearchText.id) < after)
    last = query.order_by(SearchText.at.desc(), SearchText.id.desc()).offset(window - 1).limit(1)
    row = (await work.rows.execute(last)).first()
    return (row.at, row.id) if row else None


def _bound(actor: Actor, wanted: str, after: Position | None) -> dict[str, Any]:
    bound = {"workspace_id": actor.workspace_id, "agent_id": actor.agent_id, "wanted": wanted}
    if not actor.sees_all:
        bound["team_ids"] = list(actor.team_ids)
    if actor.only_site_ids is not None:
        bound["site_ids"] = list(actor.only_site_ids)
    return bound | ({"after_at": after[0], "after_id": after[1]} if after else {})


async def _hits(work: Work, rows: list[Any], asked: str) -> list[SearchHit]:
    found = {row.contact_id for row in rows} - {None}
    contacts = (
        await work.all(select(Contact).where(Contact.workspace_id == work.workspace_id, Contact.id.in_(found)))
        if found
        else []
    )
    lines = {contact.id: contact_line(contact) for contact in contacts}
    values = {value.id: value for value in await contact_values(work, contacts)}
    return [_hit(row, values, lines, asked) for row in rows]


def _hit(row: Any, contacts: Mapping[UUID, ContactValue], lines: Mapping[UUID, str], asked: str) -> SearchHit:
    conversation, message = shown_parts(row)
    if message is not None:
        text = " ".join([message.text, *(file.name for file in message.attachments)])
    else:
        text = row.note_text if row.note_text is not None else lines[row.contact_id]
    return SearchHit(
        kind=row.place_kind,
        conversation=conversation,
        message=message,
        contact=contacts[row.contact_id] if row.contact_id else None,
        snippet=snippet(text, asked),
    )
