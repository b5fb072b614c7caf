"""What a visitor reads of a draft, in his language. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from yingke.canned_responses.variables import fill
from yingke.files import public_url
from yingke.inboxes import in_language
from yingke.outreach.drafts import CardDraft, InvitationDraft
from yingke.outreach.values import InvitationCard, InvitationContent, InvitationField

Spoken = Literal["zh-CN", "zh-TW", "en"]
_TRADITIONAL = re.compile(r"zh-(tw|hk|mo|hant)", re.IGNORECASE)


def spoken(fixed: str, browser: str) -> Spoken:
    """The site's fixed language, or the one of ours that the browser's is nearest to: as the loader chooses."""
    tag = browser if fixed == "auto" else fixed
    if not tag.lower().startswith("zh"):
        return "en"
    return "zh-TW" if _TRADITIONAL.match(tag) else "zh-CN"


def content_of(draft: InvitationDraft, language: Spoken, values: Mapping[str, str | None]) -> InvitationContent:
    """`values` stand for the variables in texts."""

    def say(texts: Mapping[Any, str]) -> str:
        return fill(in_language(dict(texts), language), values, language)

    return InvitationContent(
        text=say(draft.text),
        image_url=image_url(draft.image_file_id),
        card=_card(draft.card, say) if draft.card else None,
        form=[
            InvitationField(key=each.key, label=say(each.label), kind=each.kind, required=each.required)
            for each in draft.form
        ],
        language=language,
    )


def image_url(file_id: UUID | None) -> str | None:
    return public_url(file_id, "invitations") if file_id else None


def first_message(content: InvitationContent) -> str:
    """The invitation as the first message of a conversation."""
    card = content.card
    parts = [content.text]
    if card is not None:
        parts.append("\n".join(filter(None, (card.title, card.text, card.url))))
    return "\n\n".join(filter(None, parts))


def filled_in(content: InvitationContent, form: Mapping[str, str]) -> str:
    """What the visitor wrote into the form, as a message of his."""
    lines = [(each.label or each.key, form[each.key]) for each in content.form if form.get(each.key)]
    separator = ": " if content.language == "en" else "："
    return "\n".join(f"{label}{separator}{text}" for label, text in lines)


def _card(card: CardDraft, say: Any) -> InvitationCard:
    return InvitationCard(
        title=say(card.title),
        text=say(card.text),
        url=card.url,
        button=say(card.button),
        image_url=image_url(card.image_file_id),
    )
