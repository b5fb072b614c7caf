"""The statements of a search. Each is built once: to build one takes longer than to run it."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from yingke.contacts import Contact, ContactNote
from yingke.conversations.models import Conversation, Message
from yingke.conversations.queries import visible_to
from yingke.conversations.rows import (
    SHOWN_OF_CONVERSATION,
    SHOWN_OF_MESSAGE,
    shown_conversation,
    shown_message,
)
from yingke.conversations.search.models import SearchText
from yingke.conversations.values import ConversationValue, MessageValue

SearchKind = Literal["all", "messages", "notes", "contacts"]
WINDOWS = (10_000, 40_000)
"""Newest texts that are walked through, in two steps."""
CANDIDATES = 300
"""Places that are looked at in one step, visible or not."""
_PLACE = ("workspace_id", "id", "kind", "conversation_id", "seq", "contact_id", "at")
_KINDS = {"messages": "message", "notes": "note", "contacts": "contact"}
_OF_PLACE = 8
"""Columns of a row before those of the conversation and of the message."""


@dataclass(frozen=True, slots=True)
class Step:
    """One look: through the `window` newest texts, or everywhere by the index when it is None."""

    kind: SearchKind
    window: int | None
    sees_all: bool
    """Of every team."""
    limited: bool
    """To sites, which are bound."""
    continued: bool
    """After a position: `after_at` and `after_id` are bound."""


class _Whoever:
    """An actor who is bound when the statement runs."""

    def __init__(self, step: Step) -> None:
        self.sees_all = step.sees_all
        self.workspace_id = bindparam("workspace_id", type_=Uuid())
        self.agent_id = bindparam("agent_id", type_=Uuid())
        self.team_ids = bindparam("team_ids", type_=Uuid(), expanding=True)
        self.only_site_ids = bindparam("site_ids", type_=Uuid(), expanding=True) if step.limited else None


@cache
def shown_places(step: Step) -> Select[Any]:
    """`most` places with what the actor may see of them, newest first."""
    found = _found(step)
    return (
        select(
            found.c.at.label("place_at"),
            found.c.id.label("place_id"),
            found.c.kind.label("place_kind"),
            found.c.places,
            found.c.last_at,
            found.c.last_id,
            Contact.id.label("contact_id"),
            ContactNote.text.label("note_text"),
            *(column.label(f"c_{column.key}") for column in SHOWN_OF_CONVERSATION),
            *(column.label(f"m_{column.key}") for column in SHOWN_OF_MESSAGE),
        )
        .select_from(found)
        .outerjoin(
            Message, _same(found, Message, conversation_id="conversation_id", seq="seq") & Message.recalled_at.is_(None)
        )
        .outerjoin(Conversation, _same(found, Conversation, conversation_id="id") & visible_to(_Whoever(step)))
        .outerjoin(Contact, _same(found, Contact, contact_id="id") & Contact.merged_into.is_(None))
        .outerjoin(ContactNote, _same(found, ContactNote, id="id"))
        .where(or_(and_(Conversation.id.is_not(None), Message.id.is_not(None)), Contact.id.is_not(None)))
        .order_by(found.c.at.desc(), found.c.id.desc())
        .limit(bindparam("most"))
    )


def shown_parts(row: Any) -> tuple[ConversationValue | None, MessageValue | None]:
    """The conversation and the message of a row of `shown_places`."""
    between = _OF_PLACE + len(SHOWN_OF_CONVERSATION)
    conversation, message = row[_OF_PLACE:between], row[between:]
    if conversation[0] is None or message[0] is None:
        return None, None
    return shown_conversation(conversation), shown_message(message)


@cache
def extent(step: Step) -> Select[Any]:
    """How many places were looked at, and the last of them."""
    found = _found(step)
    return select(found.c.places, found.c.last_at, found.c.last_id).limit(1)


def _found(step: Step) -> CTE:
    return _among(step) if step.window else _everywhere(step)


def _conditions(step: Step) -> list[ColumnElement[bool]]:
    conditions = [SearchText.workspace_id == bindparam("workspace_id")]
    if step.continued:
        position = tuple_(bindparam("after_at", type_=SearchText.at.type), bindparam("after_id", type_=Uuid()))
        conditions.append(tuple_(SearchText.at, SearchText.id) < position)
    return conditions


def _of_kind(kind: SearchKind, column: SQLColumnExpression[str]) -> list[ColumnElement[bool]]:
    if kind == "all":
        return []
    # Written out, not bound: a partial index serves only conditions that the planner can read.
    few = [column != literal_column("'message'")] if kind != "messages" else []
    return [*few, column == _KINDS[kind]]


def _matches(tsv: Any) -> ColumnElement[bool]:
    return tsv.op("@@")(cast(bindparam("wanted"), TSQUERY))  # type: ignore[no-any-return]


def _among(step: Step) -> CTE:
    columns = [getattr(SearchText, name) for name in (*_PLACE, "tsv")]
    walked = select(*columns).where(*_conditions(step)).order_by(SearchText.at.desc(), SearchText.id.desc())
    newest = walked.limit(step.window).subquery("newest")
    return _first_of(newest, _matches(newest.c.tsv), *_of_kind(step.kind, newest.c.kind))


def _everywhere(step: Step) -> CTE:
    places = select(*(getattr(SearchText, name) for name in _PLACE)).where(
        *_conditions(step), _matches(SearchText.tsv), *_of_kind(step.kind, SearchText.kind)
    )
    # Apart from its order and limit, so that it is not answered by walking through time after all.
    return _first_of(places.cte("places").prefix_with("MATERIALIZED"))


def _first_of(places: CTE | Subquery, *conditions: ColumnElement[bool]) -> CTE:
    """The newest CANDIDATES of `places`; each also says how many they are and which is the last."""
    query = select(*(places.c[name] for name in _PLACE)).where(*conditions)
    first = query.order_by(places.c.at.desc(), places.c.id.desc()).limit(CANDIDATES).subquery("first")
    in_time: Any = {"order_by": (first.c.at, first.c.id)}
    looked_at = (
        func.count().over().label("places"),
        func.first_value(first.c.at).over(**in_time).label("last_at"),
        func.first_value(first.c.id).over(**in_time).label("last_id"),
    )
    # In the order of the results: what is joined to them can then stop at the page.
    found = select(first, *looked_at).order_by(first.c.at.desc(), first.c.id.desc())
    return found.cte("found").prefix_with("MATERIALIZED")


def _same(found: CTE, model: Any, **columns: str) -> ColumnElement[bool]:
    """The row of `model` in the same workspace whose columns are those of `found`."""
    pairs = {"workspace_id": "workspace_id", **columns}
    return and_(*(getattr(model, there) == found.c[here] for here, there in pairs.items()))
