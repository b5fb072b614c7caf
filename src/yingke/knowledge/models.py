"""Rows of knowledge."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace, Thing, refers


class Category(Thing, Base):
    """A shelf of entries; the tree is at most four levels deep."""

    __tablename__ = "knowledge_categories"
    __table_args__ = (
        refers("parent_id", "knowledge_categories"),
        Index("ix_knowledge_categories_parent", "workspace_id", "parent_id", "position"),
    )

    parent_id: Mapped[UUID | None]
    names: Mapped[dict[str, Any]]
    """By language; at least one."""
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class KnowledgeEntry(Thing, Base):
    """One question and its answer. `content` is the newest version, `live` the published one; both are `EntryContent`.

    What is not in them (shelf, who sees it, when) holds at once.
    """

    __tablename__ = "knowledge_entries"
    __table_args__ = (
        refers("category_id", "knowledge_categories"),
        refers("owner_id", "agents", ondelete="SET NULL"),
        refers("merged_into", "knowledge_entries", ondelete="SET NULL"),
        CheckConstraint("status IN ('draft', 'review', 'published', 'archived')", name="status"),
        Index("ix_knowledge_entries_updated", "workspace_id", text("updated_at DESC"), text("id DESC")),
        Index("ix_knowledge_entries_revision", "workspace_id", "revision"),
        Index("ix_knowledge_entries_category", "workspace_id", "category_id"),
        Index("ix_knowledge_entries_group", "workspace_id", "group_id", postgresql_where=text("group_id IS NOT NULL")),
        Index(
            "ix_knowledge_entries_merged",
            "workspace_id",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )

    language: Mapped[str]
    question: Mapped[str]
    """Of the newest version."""
    content: Mapped[dict[str, Any]]
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """What staff find it by: the words of all its texts."""
    live: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    status: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    live_version: Mapped[int | None]
    category_id: Mapped[UUID | None]
    audience: Mapped[str] = mapped_column(default="everyone")
    site_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    """Empty: every site."""
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    owner_id: Mapped[UUID | None]
    review_on: Mapped[date | None]
    group_id: Mapped[UUID | None]
    """Entries of one group say the same in different languages."""
    pinned: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int | None]
    heat: Mapped[float] = mapped_column(default=0.0)
    views: Mapped[int] = mapped_column(default=0)
    votes_up: Mapped[int] = mapped_column(default=0)
    votes_down: Mapped[int] = mapped_column(default=0)
    uses: Mapped[int] = mapped_column(default=0)
    """How often agents sent it."""
    revision: Mapped[int] = mapped_column(BigInteger)
    """That of the workspace's knowledge when this last changed for the matching."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[UUID | None]
    published_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None]
    """Of a deleted one: the entry that says the same now, and is no merged one itself."""


class EntryVersion(InWorkspace, Base):
    __tablename__ = "knowledge_versions"
    __table_args__ = (refers("entry_id", "knowledge_entries", ondelete="CASCADE"),)

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    agent_id: Mapped[UUID | None]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class EntryVote(InWorkspace, Base):
    """What one reader thinks of an entry; he may change his mind."""

    __tablename__ = "knowledge_votes"
    __table_args__ = (refers("entry_id", "knowledge_entries", ondelete="CASCADE"),)

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    voter: Mapped[str] = mapped_column(primary_key=True)
    """A hash: enough to tell readers apart, too little to find them."""
    useful: Mapped[bool]
    created_at: Mapped[datetime]


class WordList(Thing, Base):
    """`synonyms`: phrases that mean the same in this company. `never`: who says one of these is handed to a person."""

    __tablename__ = "knowledge_word_lists"
    __table_args__ = (CheckConstraint("kind IN ('synonyms', 'never')", name="kind"),)

    kind: Mapped[str]
    language: Mapped[str]
    phrases: Mapped[list[str]]
    updated_at: Mapped[datetime]


class KnowledgeHead(InWorkspace, Base):
    """The state of a workspace's knowledge as a whole. Its row is taken by whoever changes what is matched, so that
    revisions become visible in their order."""

    __tablename__ = "knowledge_heads"

    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    words_revision: Mapped[int] = mapped_column(BigInteger, default=0)
    """When word lists or settings last changed: banks are built anew."""
    wanted: Mapped[float] = mapped_column(default=0.95)
    """The share of direct answers that shall be right."""
    learn_after: Mapped[int] = mapped_column(default=0, server_default="0")
    """So many people confirm a proposal before it is accepted by itself; nought: never."""
    links_checked_at: Mapped[datetime | None]


class CheckedLink(InWorkspace, Base):
    """What an address in answers last said."""

    __tablename__ = "knowledge_links"

    url: Mapped[str] = mapped_column(primary_key=True)
    problem: Mapped[str] = mapped_column(default="")
    """Empty when it works."""
    checked_at: Mapped[datetime]


class AskedQuestion(Thing, Base):
    """A question of a visitor and what became of it: what the figures and the next entries are made from."""

    __tablename__ = "knowledge_questions"
    __table_args__ = (
        refers("conversation_id", "conversations", ondelete="SET NULL"),
        refers("entry_id", "knowledge_entries", ondelete="SET NULL"),
        refers("chosen_id", "knowledge_entries", ondelete="SET NULL"),
        Index("ix_knowledge_questions_asked", "workspace_id", "asked_at"),
        Index("ix_knowledge_questions_of", "workspace_id", "conversation_id", "seq"),
        Index("ix_knowledge_questions_entry", "workspace_id", "entry_id"),
        Index("ix_knowledge_questions_page", "workspace_id", "site_id", "page", "asked_at"),
    )

    channel: Mapped[str]
    """`robot` or `help_centre`."""
    site_id: Mapped[UUID | None]
    page: Mapped[str | None]
    """The path of the page it was asked on."""
    language: Mapped[str]
    conversation_id: Mapped[UUID | None]
    seq: Mapped[int | None]
    """Of the message that asked."""
    question: Mapped[str]
    decision: Mapped[str]
    entry_id: Mapped[UUID | None]
    """The first match."""
    confidence: Mapped[float]
    match_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    outcome: Mapped[str | None]
    """`solved`, `not_solved`, `chosen` or `handed_over`; None while nobody said."""
    chosen_id: Mapped[UUID | None]
    dismissed: Mapped[bool] = mapped_column(default=False)
    """Staff said that no entry is needed for it."""
    asked_at: Mapped[datetime]


class Evidence(InWorkspace, Base):
    """What one person's question, in these words, says of an entry: it answers, or it does not. The last word counts."""

    __tablename__ = "knowledge_evidence"
    __table_args__ = (
        refers("entry_id", "knowledge_entries", ondelete="CASCADE"),
        refers("visitor_id", "visitors", ondelete="CASCADE"),
        refers("proposal_id", "knowledge_proposals", ondelete="SET NULL"),
        Index("ix_knowledge_evidence_visitor", "workspace_id", "visitor_id"),
        Index("ix_knowledge_evidence_proposal", "workspace_id", "proposal_id"),
    )

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(primary_key=True)
    """The question folded: case, width, script and punctuation do not tell two apart."""
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The contact, else the visitor; for a reader of the help centre a mark of the browser."""
    visitor_id: Mapped[UUID | None]
    question: Mapped[str]
    """As it was written."""
    weight: Mapped[float]
    """Below nought: against."""
    source: Mapped[str]
    follows: Mapped[bool]
    """Another question came before it in the conversation: it may mean nothing on its own."""
    proposal_id: Mapped[UUID | None]
    at: Mapped[datetime]


class Proposal(Thing, Base):
    """A similar question for an entry, as people's doings suggest it. What was decided is kept, so that it is not proposed
    again."""

    __tablename__ = "knowledge_proposals"
    __table_args__ = (
        refers("entry_id", "knowledge_entries", ondelete="CASCADE"),
        CheckConstraint("state IN ('open', 'accepted', 'dismissed')", name="state"),
        Index("ix_knowledge_proposals_state", "workspace_id", "state", text("weight DESC"), text("id DESC")),
        Index("ix_knowledge_proposals_entry", "workspace_id", "entry_id"),
    )

    entry_id: Mapped[UUID]
    language: Mapped[str]
    question: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    weight: Mapped[float]
    people: Mapped[int]
    against: Mapped[int]
    samples: Mapped[list[dict[str, Any]]]
    """`{question, people}` for each wording, the most heard first."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    """None: by the workspace's setting."""


class KnowledgeImport(Thing, Base):
    """A file or page that is read, shown and then stored as a whole."""

    __tablename__ = "knowledge_imports"
    __table_args__ = (Index("ix_knowledge_imports_recent", "workspace_id", text("created_at DESC")),)

    agent_id: Mapped[UUID | None]
    state: Mapped[str]
    format: Mapped[str | None]
    source: Mapped[str]
    """The name of the file, or the address."""
    file_key: Mapped[str | None]
    """In the file store: what came in, until it is done."""
    language: Mapped[str]
    category_id: Mapped[UUID | None]
    skip_refused: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    preview: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
