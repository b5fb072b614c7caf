"""What is looked for. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yingke.kit.search_text import folded
from yingke.knowledge.answers import links_of, plain_text
from yingke.knowledge.checking.values import Finding
from yingke.knowledge.tree import DEEPEST, Parents
from yingke.knowledge.values import EntryContent

LONG_ANSWER = 1_500
"""Characters of plain text above which an answer in a chat is not read to its end."""


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as the checks see it."""

    id: UUID
    language: str
    content: EntryContent
    live: bool
    category_id: UUID | None
    group_id: UUID | None
    review_on: date | None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything there is."""

    entries: Sequence[Known]
    categories: Mapping[UUID, str]
    parents: Parents
    dead: Mapping[str, str]
    """Address → what is wrong with it."""
    today: date
    answering: Collection[UUID] = frozenset()
    """Every published entry, also those that are not looked at."""


def findings(shop: Shop) -> Iterator[Finding]:
    """All but near duplicates, in the order of their importance."""
    rules: Iterable[Callable[[Shop], Iterator[Finding]]] = (
        _duplicates, _dead_links, _stale, _expired, _missing_languages, _too_long, _orphans, _no_similar, _depth, _empty_categories,
    )  # fmt: skip
    for rule in rules:
        yield from rule(shop)


def _duplicates(shop: Shop) -> Iterator[Finding]:
    """The same wording in two entries of one language, whichever question it is of either."""
    first: dict[tuple[str, str], Known] = {}
    for entry in shop.entries:
        for said in dict.fromkeys(map(folded, (entry.content.question, *entry.content.similar))):
            other = first.setdefault((entry.language, said), entry)
            if other is not entry:
                yield _of(entry, "duplicate", said, other)
                break


def _dead_links(shop: Shop) -> Iterator[Finding]:
    """Addresses that do not answer, and buttons to entries that are there no more or are not published."""
    for entry in shop.entries:
        for url in addresses_of(entry.content):
            if shop.dead.get(url):
                yield Finding(
                    kind="dead_link", entry_id=entry.id, question=entry.content.question, url=url, detail=shop.dead[url]
                )

        for button in entry.content.buttons:
            if entry.live and button.entry_id and button.entry_id not in shop.answering:
                yield Finding(
                    kind="dead_link",
                    entry_id=entry.id,
                    question=entry.content.question,
                    url=button.label,
                    detail="no_entry",
                )


def _stale(shop: Shop) -> Iterator[Finding]:
    for entry in shop.entries:
        if entry.review_on is not None and entry.review_on < shop.today:
            yield _of(entry, "stale", entry.review_on.isoformat())


def _expired(shop: Shop) -> Iterator[Finding]:
    """Published, and shown to nobody any more."""
    for entry in shop.entries:
        if entry.live and entry.valid_until is not None and entry.valid_until.date() < shop.today:
            yield _of(entry, "expired", entry.valid_until.date().isoformat())


def _missing_languages(shop: Shop) -> Iterator[Finding]:
    """In a language that is published otherwise, an entry is missing that another language has."""
    languages = {entry.language for entry in shop.entries if entry.live}
    groups: dict[UUID, set[str]] = defaultdict(set)
    for entry in shop.entries:
        groups[entry.group_id or entry.id].add(entry.language)
    for entry in shop.entries:
        group = groups[entry.group_id or entry.id]
        if entry.live and entry.language == min(group):
            for language in sorted(languages - group):
                yield _of(entry, "missing_language", language)


def _too_long(shop: Shop) -> Iterator[Finding]:
    for entry in shop.entries:
        length = len(plain_text(entry.content.answer_html))
        if length > LONG_ANSWER and not entry.content.short_answer:
            yield _of(entry, "too_long", str(length))


def _orphans(shop: Shop) -> Iterator[Finding]:
    """On no shelf, and no entry leads to it."""
    linked = {id for entry in shop.entries for id in entry.content.related_ids}
    for entry in shop.entries:
        if entry.live and entry.category_id is None and entry.id not in linked:
            yield _of(entry, "orphan")


def _no_similar(shop: Shop) -> Iterator[Finding]:
    for entry in shop.entries:
        if entry.live and not entry.content.similar:
            yield _of(entry, "no_similar")


def _depth(shop: Shop) -> Iterator[Finding]:
    """The tree is kept shallow when it is changed; this finds what came in some other way."""
    for id, name in shop.categories.items():
        line: list[UUID] = []
        here: UUID | None = id
        while here is not None and here not in line:
            line.append(here)
            here = shop.parents.get(here)
        if len(line) > DEEPEST or here is not None:
            yield Finding(kind="depth", category_id=id, question=name, detail=str(len(line)))


def _empty_categories(shop: Shop) -> Iterator[Finding]:
    held = {entry.category_id for entry in shop.entries} | set(shop.parents.values())
    for id, name in shop.categories.items():
        if id not in held:
            yield Finding(kind="empty_category", category_id=id, question=name)


def addresses_of(content: EntryContent) -> list[str]:
    """The addresses on the web that an entry leads to."""
    told = [
        *links_of(content.answer_html),
        *(b.url for b in content.buttons),
        *(u for c in content.cards for u in (c.url, c.image_url)),
    ]
    return [url for url in dict.fromkeys(told) if url.startswith(("http://", "https://"))]


def _of(entry: Known, kind: str, detail: str = "", other: Known | None = None) -> Finding:
    return Finding(
        kind=kind,  # type: ignore[arg-type] # one of the kinds
        entry_id=entry.id,
        question=entry.content.question,
        detail=detail,
        other_id=other.id if other else None,
        other_question=other.content.question if other else "",
    )
