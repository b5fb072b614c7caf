"""Published entries as the engine takes them, all of a language or those changed since a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, select

from yingke.kit.work import Work
from yingke.knowledge.languages import Language
from yingke.knowledge.models import KnowledgeEntry, KnowledgeHead, WordList
from yingke.knowledge.readers import Shown

if TYPE_CHECKING:
    from yingke.knowledge.matching import Entry


@dataclass(frozen=True, slots=True)
class Loaded:
    """`entry` is None when the one with this id is not published any more."""

    id: str
    entry: "Entry | None"
    shown: Shown
    texts: int


@dataclass(frozen=True, slots=True)
class Stock:
    """All that a bank is built from."""

    revision: int
    words_revision: int
    entries: Sequence[Loaded]
    synonyms: Sequence[Sequence[str]]
    never: tuple[str, ...]
    """Folded."""
    wanted: float


_COLUMNS = (
    KnowledgeEntry.id,
    KnowledgeEntry.language,
    KnowledgeEntry.live,
    KnowledgeEntry.deleted_at,
    KnowledgeEntry.audience,
    KnowledgeEntry.site_ids,
    KnowledgeEntry.valid_from,
    KnowledgeEntry.valid_until,
)


async def revision_of(work: Work) -> tuple[int, int]:
    """The revision of the workspace's knowledge, and that of its word lists and settings."""
    head = select(KnowledgeHead.revision, KnowledgeHead.words_revision).where(
        KnowledgeHead.workspace_id == work.workspace_id
    )
    row = (await work.rows.execute(head)).first()
    return (row.revision, row.words_revision) if row else (0, 0)


async def languages_there(work: Work) -> frozenset[str]:
    """In which languages something is published."""
    there = select(KnowledgeEntry.language).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.live.is_not(None),
        KnowledgeEntry.deleted_at.is_(None),
    )
    return frozenset((await work.scalars(there.distinct())).all())


async def read_stock(work: Work, language: Language) -> Stock:
    # The revision first: what is changed after it is read again with the next comparison.
    head = await work.rows.get(KnowledgeHead, work.workspace_id)
    published = _of(work, language).where(KnowledgeEntry.live.is_not(None), KnowledgeEntry.deleted_at.is_(None))
    entries = [_loaded(row) for row in await work.rows.execute(published)]
    lists = await work.all(select(WordList).where(WordList.workspace_id == work.workspace_id))
    from yingke.knowledge.matching.folding import folded

    return Stock(
        revision=head.revision if head else 0,
        words_revision=head.words_revision if head else 0,
        entries=entries,
        synonyms=[row.phrases for row in lists if row.kind == "synonyms" and row.language == language],
        never=tuple(folded(phrase) for row in lists if row.kind == "never" for phrase in row.phrases),
        wanted=head.wanted if head else 0.95,
    )


async def read_changes(work: Work, language: Language, since: int, most: int) -> list[Loaded] | None:
    """What changed after the revision `since`; None when it is more than `most`."""
    changed = _of(work, language).where(KnowledgeEntry.revision > since).limit(most + 1)
    rows = (await work.rows.execute(changed)).all()
    return None if len(rows) > most else [_loaded(row) for row in rows]


def _of(work: Work, language: Language) -> Select[Any]:
    mine: Select[Any] = select(*_COLUMNS)
    return mine.where(KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.language == language)


def _loaded(row: Row[Any]) -> Loaded:
    from yingke.knowledge.matching import Entry

    shown = Shown(row.audience, frozenset(row.site_ids), row.valid_from, row.valid_until)
    if row.live is None or row.deleted_at is not None:
        return Loaded(str(row.id), None, shown, 0)
    entry = Entry(
        id=str(row.id),
        question=row.live["question"],
        similar=tuple(row.live["similar"]),
        keywords=tuple(row.live["keywords"]),
        language="en" if row.language == "en" else "zh",
        never=tuple(row.live["never"]),
    )
    return Loaded(entry.id, entry, shown, 1 + len(entry.similar) + len(entry.keywords))
