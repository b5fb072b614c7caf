"""What may stand in an entry: every text cleaned, every limit checked, in one place for the desk and for imports. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from yingke.kit.errors import Invalid
from yingke.kit.search_text import lexemes
from yingke.kit.text import clean, one_line
from yingke.knowledge.answers import plain_text, safe_html
from yingke.knowledge.errors import AnswerMissing, QuestionMissing, TextTooLong, TooManyTexts
from yingke.knowledge.values import Button, Card, EntryContent

LONGEST_QUESTION, LONGEST_KEYWORD, LONGEST_SHORT = 300, 60, 1_000
MOST = {"similar": 200, "keywords": 50, "never": 50, "cards": 5, "buttons": 8, "attachment_ids": 10, "related_ids": 20}
FIELDS = EntryContent.__struct_fields__
_MOST_WORDS = 2_000


def checked(given: EntryContent) -> EntryContent:
    """`given` as it is stored. Raises QuestionMissing, TextTooLong, TooManyTexts, AnswerTooLong, Invalid naming the field."""
    for field, most in MOST.items():
        if len(getattr(given, field)) > most:
            raise TooManyTexts(field=field)
    question = one_line(given.question)
    if not question:
        raise QuestionMissing(field="question")
    return EntryContent(
        question=_within(question, LONGEST_QUESTION, "question"),
        similar=_phrases(given.similar, LONGEST_QUESTION, "similar", besides=question),
        keywords=_phrases(given.keywords, LONGEST_KEYWORD, "keywords"),
        never=_phrases(given.never, LONGEST_KEYWORD, "never"),
        answer_html=safe_html(given.answer_html),
        short_answer=_within(clean(given.short_answer).strip(), LONGEST_SHORT, "short_answer"),
        cards=[_card(card) for card in given.cards],
        buttons=[_button(button) for button in given.buttons],
        attachment_ids=list(dict.fromkeys(given.attachment_ids)),
        related_ids=list(dict.fromkeys(given.related_ids)),
    )


def require_publishable(content: EntryContent) -> None:
    """Raises AnswerMissing."""
    if not (content.answer_html or content.short_answer or content.cards or content.attachment_ids):
        raise AnswerMissing(field="answer_html")


def content_of(stored: dict[str, Any]) -> EntryContent:
    return msgspec.convert(stored, EntryContent)


def search_words(content: EntryContent) -> list[str]:
    """What staff find the entry by."""
    texts = [
        content.question,
        *content.similar,
        *content.keywords,
        content.short_answer,
        plain_text(content.answer_html),
    ]
    return lexemes("\n".join(texts))[:_MOST_WORDS]


def _within(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise TextTooLong(field=field)
    return text


def _phrases(given: Iterable[str], longest: int, field: str, besides: str = "") -> list[str]:
    told = dict.fromkeys(_within(one_line(each), longest, field) for each in given)
    return [each for each in told if each and each != besides]


def _card(card: Card) -> Card:
    title = one_line(card.title)
    if not title or len(title) > 120 or len(card.text) > 500:
        raise Invalid("A card needs a title of at most 120 characters and a text of at most 500.", field="cards")
    return Card(
        title=title,
        text=clean(card.text).strip(),
        image_url=_link(card.image_url, "cards"),
        url=_link(card.url, "cards"),
    )


def _button(button: Button) -> Button:
    label = one_line(button.label)
    if not label or len(label) > 60:
        raise Invalid("A button needs a label of at most 60 characters.", field="buttons")
    leads = {"entry": (True, False), "link": (False, True), "hand_over": (False, False)}[button.action]
    if leads != (button.entry_id is not None, bool(button.url)):
        raise Invalid(_LEADS[button.action], field="buttons")
    return Button(label=label, action=button.action, entry_id=button.entry_id, url=_link(button.url, "buttons"))


_LEADS = {
    "entry": "A button that opens an entry needs entry_id, and no url.",
    "link": "A button that opens an address needs url, and no entry_id.",
    "hand_over": "A button that asks for a person leads nowhere else: neither entry_id nor url.",
}


def _link(url: str, field: str) -> str:
    url = clean(url).strip()
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = "?"
    if url and (
        (scheme not in ("http", "https", "mailto", "tel") and not url.startswith(("/files/", "/media/")))
        or len(url) > 2_000
    ):
        raise Invalid("An address begins with https:// or http://.", field=field)
    return url


def texts_of(content: EntryContent) -> Sequence[str]:
    """All that the entry is found by."""
    return [content.question, *content.similar, *content.keywords]
