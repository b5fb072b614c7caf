"""Knowledge as it leaves the program."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import field

from yingke.files import FileValue
from yingke.kit.values import Value
from yingke.knowledge.languages import Language

EntryStatus = Literal["draft", "review", "published", "archived"]
EntryAudience = Literal["everyone", "members", "new_visitors", "returning_visitors", "staff"]
Action = Literal[
    "created", "edited", "proposed", "published", "returned", "restored", "merged", "split", "imported", "archived",
    "learnt",
]  # fmt: skip


class Card(Value, frozen=True, kw_only=True):
    title: str
    text: str = ""
    image_url: str = ""
    url: str = ""


class Button(Value, frozen=True, kw_only=True):
    """What may be asked or done next; `hand_over` asks for a person."""

    label: str
    action: Literal["entry", "link", "hand_over"]
    entry_id: UUID | None = None
    url: str = ""


class EntryContent(Value, frozen=True, kw_only=True):
    """What is drafted, reviewed and published as one. `answer_html` is safe."""

    question: str
    similar: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    answer_html: str = ""
    short_answer: str = ""
    cards: list[Card] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    attachment_ids: list[UUID] = field(default_factory=list)
    related_ids: list[UUID] = field(default_factory=list)


class EntryLink(Value, frozen=True, kw_only=True):
    entry_id: UUID
    language: Language
    question: str


class EntryRow(Value, frozen=True, kw_only=True):
    """An entry in a list. `live`: some version of it is published; `changed_since_live`: a newer one is not."""

    id: UUID
    language: Language
    question: str
    category_id: UUID | None
    status: EntryStatus
    live: bool
    changed_since_live: bool
    audience: EntryAudience
    site_ids: list[UUID]
    owner_id: UUID | None
    review_on: date | None
    valid_from: datetime | None
    valid_until: datetime | None
    pinned: bool
    position: int | None
    similar_count: int
    views: int
    votes_up: int
    votes_down: int
    uses: int
    heat: float
    """Grows with every question it answers; older ones count less and less. Only the order means something."""
    updated_at: datetime
    updated_by: UUID | None
    version: int
    live_version: int | None


class EntryValue(EntryRow, frozen=True, kw_only=True):
    similar: list[str]
    keywords: list[str]
    never: list[str]
    answer_html: str
    answer_text: str
    short_answer: str
    cards: list[Card]
    buttons: list[Button]
    attachments: list[FileValue]
    related: list[EntryLink]
    translations: list[EntryLink]
    created_at: datetime
    published_at: datetime | None


class VersionValue(Value, frozen=True, kw_only=True):
    version: int
    created_at: datetime
    agent_id: UUID | None
    action: Action
    note: str
    content: EntryContent


class DiffLine(Value, frozen=True, kw_only=True):
    op: Literal[" ", "-", "+"]
    text: str


class Difference(Value, frozen=True, kw_only=True):
    field: str
    lines: list[DiffLine]


class CategoryValue(Value, frozen=True, kw_only=True):
    """`entries` are those right on this shelf; `path` has one name for each level."""

    id: UUID
    parent_id: UUID | None
    names: dict[str, str]
    position: int
    depth: int
    entries: int
    path: list[str]


class WordListValue(Value, frozen=True, kw_only=True):
    id: UUID
    kind: Literal["synonyms", "never"]
    language: Language
    phrases: list[str]
    updated_at: datetime


class SharedWord(Value, frozen=True, kw_only=True):
    word: str
    part: float


class MatchExplanation(Value, frozen=True, kw_only=True):
    """How the question was read, the text of the entry closest to it, and what they share."""

    understood: str
    text: str
    likeness: float
    shared: list[SharedWord]


class MatchValue(Value, frozen=True, kw_only=True):
    entry_id: UUID
    question: str
    confidence: float
    short_answer: str
    answer_html: str
    answer_text: str
    explanation: MatchExplanation | None = None


class AnswerValue(Value, frozen=True, kw_only=True):
    """What a question finds: `answer` with the first match, `suggest` the first three, or `none`."""

    decision: Literal["answer", "suggest", "none"]
    language: Language
    matches: list[MatchValue]
