"""What rows ask for, and which of them cannot be. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

import msgspec

from yingke.kit.errors import Refusal
from yingke.kit.search_text import folded
from yingke.kit.text import one_line
from yingke.knowledge.content import checked, require_publishable, search_words
from yingke.knowledge.importing.drafts import Draft
from yingke.knowledge.languages import LANGUAGES, Language, language_of
from yingke.knowledge.tree import DEEPEST
from yingke.knowledge.values import Button, Card, EntryAudience, EntryContent

_AUDIENCES: Mapping[str, EntryAudience] = {
    "": "everyone", "所有人": "everyone", "会员": "members", "新访客": "new_visitors", "老访客": "returning_visitors",
    "员工": "staff", "仅员工": "staff", **{each: each for each in get_args(EntryAudience)},
}  # fmt: skip
_STATUSES = {
    "": "", "published": "published", "live": "published", "发布": "published", "已发布": "published", "已發布": "published",
    "draft": "draft", "草稿": "draft", "review": "draft", "archived": "draft", "待审核": "draft",
}  # fmt: skip
_DETAILS = {
    "cell_too_long": "A cell has more than 200,000 characters.",
    "not_an_entry": "This is not an entry.",
    "unknown_audience": "The audience is none of everyone, members, new_visitors, returning_visitors, staff.",
    "unknown_status": "The status is neither published nor draft.",
    "too_deep": "The category has more than four levels.",
    "name_too_long": "The name of a category has more than 80 characters.",
    "repeated": "An earlier row has the same question in the same language.",
    "card_unreadable": "A card or button lacks something.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row as it is to be stored. `publish`: as a published entry."""

    row: int
    id: UUID | None
    language: Language
    content: EntryContent
    category: tuple[str, ...]
    audience: EntryAudience
    publish: bool
    related: tuple[str, ...]
    words: list[str]

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
    drafts: Iterable[Draft], language: Language, progress: Callable[[int], None] = lambda done: None
) -> tuple[list[Wanted], list[Refused]]:
    """`language` is that of rows that do not say."""
    wanted: dict[tuple[str, str], Wanted] = {}
    refused: list[Refused] = []
    for done, draft in enumerate(drafts, start=1):
        try:
            row = _wanted(draft, language)
            if row.key in wanted:
                raise _Wrong("repeated")
            wanted[row.key] = row
        except _Wrong as wrong:
            refused.append(Refused(draft.row, wrong.code, _DETAILS[wrong.code], draft.question[:100]))
        except Refusal as refusal:
            refused.append(Refused(draft.row, refusal.code, refusal.detail, one_line(draft.question[:100])))
        progress(done)
    return list(wanted.values()), refused


def _wanted(draft: Draft, language: Language) -> Wanted:
    if draft.problem:
        raise _Wrong(draft.problem)
    audience, status = draft.audience.strip().lower(), draft.status.strip().lower()
    if audience not in _AUDIENCES:
        raise _Wrong("unknown_audience")
    if status not in _STATUSES:
        raise _Wrong("unknown_status")
    category = tuple(one_line(name) for name in draft.category if one_line(name))
    if len(category) > DEEPEST:
        raise _Wrong("too_deep")
    if any(len(name) > 80 for name in category):
        raise _Wrong("name_too_long")
    content = checked(_content(draft))
    if _STATUSES[status] == "published":
        require_publishable(content)
    answered = bool(content.answer_html or content.short_answer or content.cards)
    return Wanted(
        row=draft.row,
        id=_uuid(draft.id),
        language=_language(draft.language, language),
        content=content,
        category=category,
        audience=_AUDIENCES[audience],
        publish=answered and _STATUSES[status] != "draft",
        related=draft.related,
        words=search_words(content),
    )


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
        buttons=[button for button in buttons if button.action != "entry"],
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


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None  # that of another system
