"""What rows ask for, and which of them cannot be. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, get_args
from uuid import UUID

import msgspec

from yingke.kit.errors import Refusal
from yingke.kit.search_text import folded
from yingke.kit.text import one_line
from yingke.knowledge.content import MOST, checked, require_publishable, search_words
from yingke.knowledge.errors import TooManyTexts
from yingke.knowledge.importing.drafts import Draft
from yingke.knowledge.languages import LANGUAGES, Language, language_of
from yingke.knowledge.tree import DEEPEST
from yingke.knowledge.values import Button, Card, EntryAudience, EntryContent

_AUDIENCES: Mapping[str, EntryAudience] = {
    "所有人": "everyone", "会员": "members", "新访客": "new_visitors", "老访客": "returning_visitors",
    "员工": "staff", "仅员工": "staff", **{each: each for each in get_args(EntryAudience)},
}  # fmt: skip
_STATUSES = {
    "": "", "published": "published", "live": "published", "发布": "published", "已发布": "published", "已發布": "published",
    "2": "published", "active": "published", "public": "published", "1": "draft", "inactive": "draft", "unpublished": "draft",
    "notpublished": "draft", "draft": "draft", "草稿": "draft", "review": "draft", "archived": "draft", "待审核": "draft",
}  # fmt: skip
_DETAILS = {
    "cell_too_long": "A cell has more than 200,000 characters.",
    "not_an_entry": "This is not an entry.",
    "front_matter": "What stands between the two lines of --- is not YAML.",
    "unknown_audience": "The audience is none of everyone, members, new_visitors, returning_visitors, staff.",
    "unknown_status": "The status is neither published nor draft.",
    "too_deep": "The category has more than four levels.",
    "name_too_long": "The name of a category has more than 80 characters.",
    "unknown_site": "A site that is named here does not exist.",
    "date_unreadable": "A date is written as 2026-05-31, a time as 2026-05-31 18:00.",
    "pin_unreadable": "Pinned is neither yes nor no.",
    "quote_left_open": "A quotation mark is never closed: the rest of the file cannot be told apart.",
    "repeated": "An earlier row has the same question in the same language.",
    "card_unreadable": "A card or button lacks something.",
}


_YES_OR_NO = {
    **dict.fromkeys(("true", "1", "yes", "是", "置顶"), True), **dict.fromkeys(("false", "0", "no", "否"), False),
}  # fmt: skip
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an import goes: the names and ids of the sites there are, the levels that categories may add, whose days count."""

    sites: Mapping[str, UUID] = field(default_factory=dict)
    levels: int = DEEPEST
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it is to be stored. `publish`: as a published entry. `placed`: what it says of who sees it and when, by the
    names of `KnowledgeEntry`; what it does not say is not in it."""

    row: int
    ref: str
    """What other rows call it: its id in the file, ours or that of another system."""
    language: Language
    content: EntryContent
    category: tuple[str, ...]
    placed: Mapping[str, Any]
    group: str
    publish: bool
    says_published: bool
    related: tuple[str, ...]
    words: list[str]

    @property
    def id(self) -> UUID | None:
        try:
            return UUID(self.ref)
        except ValueError:
            return None  # that of another system

    @property
    def key(self) -> tuple[str, str]:
        return self.language, folded(self.content.question)


@dataclass(frozen=True, slots=True)
class Refused:
    row: int
    code: str
    detail: str
    question: str

    def told(self) -> dict[str, Any]:
        return {"row": self.row, "code": self.code, "detail": self.detail, "question": self.question}


class _Wrong(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def judge(
    drafts: Iterable[Draft],
    language: Language,
    progress: Callable[[int], None] = lambda done: None,
    place: Place = Place(),
) -> tuple[list[Wanted], list[Refused]]:
    """`language` is that of rows that do not say."""
    wanted: dict[tuple[str, str], Wanted] = {}
    refused: list[Refused] = []
    for done, draft in enumerate(drafts, start=1):
        try:
            row = _wanted(draft, language, place)
            if row.key in wanted:
                raise _Wrong("repeated")
            wanted[row.key] = row
        except _Wrong as wrong:
            refused.append(Refused(draft.row, wrong.code, _DETAILS[wrong.code], draft.question[:100]))
        except Refusal as refusal:
            refused.append(Refused(draft.row, refusal.code, refusal.detail, one_line(draft.question[:100])))
        progress(done)
    return list(wanted.values()), refused


def _wanted(draft: Draft, language: Language, place: Place) -> Wanted:
    if draft.problem:
        raise _Wrong(draft.problem)
    status = draft.status.strip().lower()
    if status not in _STATUSES:
        raise _Wrong("unknown_status")
    category = tuple(one_line(name) for name in draft.category if one_line(name))
    if len(category) > place.levels:
        raise _Wrong("too_deep")
    if len(draft.related) > MOST["related_ids"]:
        raise TooManyTexts(field="related_ids")
    if any(len(name) > 80 for name in category):
        raise _Wrong("name_too_long")
    content = checked(_content(draft))
    if _STATUSES[status] == "published":
        require_publishable(content)
    answered = bool(content.answer_html or content.short_answer or content.cards)
    return Wanted(
        row=draft.row,
        ref=draft.id.strip(),
        language=_language(draft.language, language),
        content=content,
        category=category,
        placed=_placed(draft, place),
        group=draft.group.strip(),
        publish=answered and _STATUSES[status] != "draft",
        says_published=_STATUSES[status] == "published",
        related=draft.related,
        words=search_words(content),
    )


def _placed(draft: Draft, place: Place) -> dict[str, Any]:
    audience, pinned = draft.audience.strip().lower(), draft.pinned.strip().lower()
    if audience and audience not in _AUDIENCES:
        raise _Wrong("unknown_audience")
    if pinned and pinned not in _YES_OR_NO:
        raise _Wrong("pin_unreadable")
    if any(site not in place.sites for site in draft.sites):
        raise _Wrong("unknown_site")  # left out, it would be shown on every site
    review = _moment(draft.review_on, place)
    told: dict[str, Any] = {
        "audience": _AUDIENCES.get(audience),
        "site_ids": list(dict.fromkeys(place.sites[site] for site in draft.sites)) or None,
        "valid_from": _moment(draft.valid_from, place),
        "valid_until": _moment(draft.valid_until, place),
        "review_on": review.date() if review else None,
        "pinned": _YES_OR_NO.get(pinned),
    }
    if told["valid_from"] and told["valid_until"] and told["valid_until"] <= told["valid_from"]:
        raise _Wrong("date_unreadable")
    return {name: value for name, value in told.items() if value is not None}


def _moment(said: str, place: Place) -> datetime | None:
    """A day is its beginning; without a zone it is that of the workspace."""
    if not said.strip():
        return None
    try:
        at = datetime.fromisoformat(_DATE.sub(lambda day: f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}", said.strip(), count=1))
    except ValueError as error:
        raise _Wrong("date_unreadable") from error
    return at if at.tzinfo else at.replace(tzinfo=place.zone)


def _content(draft: Draft) -> EntryContent:
    try:
        cards = msgspec.convert(list(draft.cards), list[Card])
        buttons = msgspec.convert(list(draft.buttons), list[Button])
    except msgspec.ValidationError as error:
        raise _Wrong("card_unreadable") from error
    return EntryContent(
        question=draft.question,
        similar=list(draft.similar),
        keywords=list(draft.keywords),
        never=list(draft.never),
        answer_html=draft.answer,
        short_answer=draft.short_answer,
        cards=cards,
        buttons=buttons,
    )


def _language(said: str, otherwise: Language) -> Language:
    said = said.strip()
    if said in LANGUAGES:
        return said
    named: Mapping[str, Language] = {
        "中文": "zh-CN",
        "简体中文": "zh-CN",
        "繁体中文": "zh-TW",
        "繁體中文": "zh-TW",
        "英文": "en",
        "英语": "en",
    }
    return named.get(said) or (language_of(said) if said else otherwise)
