"""How the robot says what was decided: the messages, and the hand-over. Every verb takes the locked conversation."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from msgspec import to_builtins

from yingke.conversations.assigning import back_to_queue
from yingke.conversations.models import Conversation
from yingke.conversations.robots import say_as_robot
from yingke.files import FileValue, file_values
from yingke.inboxes import Site, help_centre_base, in_language, is_open, settings_of
from yingke.inboxes.site_settings import Prechat
from yingke.kit.work import Work
from yingke.knowledge import KnowledgeEntry
from yingke.knowledge.answers import plain_text
from yingke.knowledge.content import content_of
from yingke.knowledge.languages import Language, language_of
from yingke.knowledge.questions import questions_of
from yingke.knowledge.readers import Reader
from yingke.knowledge.shelves import links_for, usable_buttons
from yingke.robot.deciding import HandOver, Offer, Why
from yingke.robot.sentences import sentence
from yingke.robot.thinking import Phrased
from yingke.robot.turns import form_was_shown, reader_of, robot_name
from yingke.routing import agents_there

LONGEST_TEXT, LONGEST_HTML = 9_000, 20_000
"""Characters of an answer in a message; what is longer is cut, and its entry linked."""


async def say(
    work: Work,
    row: Conversation,
    seq: int,
    text: str,
    content: Mapping[str, Any],
    attachments: Sequence[FileValue] = (),
) -> None:
    """What the robot says to the visitor's message `seq`; once, however often it is tried."""
    kind = f"{content['type']} {content.get('notice', '')}"
    await say_as_robot(
        work,
        row,
        client_id=uuid5(NAMESPACE_OID, f"{row.id} {seq} {kind}"),
        name=await robot_name(work, row),
        text=text[:LONGEST_TEXT],
        content=content,
        attachments=attachments,
    )


async def say_notice(
    work: Work, row: Conversation, seq: int, key: str, *, notice: str, offers_person: bool = False
) -> None:
    text = sentence(key, language_of(row.language))
    await say(work, row, seq, text, {"type": "notice", "notice": notice, "offers_person": offers_person})


async def say_answer(
    work: Work, row: Conversation, seq: int, entry: KnowledgeEntry, phrased: Phrased | None = None
) -> None:
    """In the entry's own words, or as a language model put them, with the entries these come from."""
    content = content_of(entry.live or entry.content)
    text, html = plain_text(content.answer_html) or content.short_answer, content.answer_html
    if phrased:
        text, html = await _with_sources(work, row, phrased)
    reader = await reader_of(work, row)
    links = await links_for(work, reader, content.related_ids)
    told = {
        "type": "answer",
        "entry_id": str(entry.id),
        "question": content.question,
        "html": html if len(html) <= LONGEST_HTML else "",
        "phrased": phrased is not None,
        "short_answer": content.short_answer,
        "cards": to_builtins(content.cards),
        "buttons": to_builtins(await usable_buttons(work, reader, content.buttons)),
        "related": to_builtins(links),
        "asks_solved": True,
    }
    files = await file_values(work, content.attachment_ids)
    cards = [" ".join(filter(None, (card.title, card.text, card.url))) for card in content.cards]
    whole = "\n".join(filter(None, (text, *cards))) or content.question
    await say(work, row, seq, whole, told, files)


async def _with_sources(work: Work, row: Conversation, phrased: Phrased) -> tuple[str, str]:
    """As text and as HTML, with links to the entries where the site shows them to everybody."""
    site = await work.find(Site, row.site_id) if row.site_id else None
    base = help_centre_base(site) if site else None
    public = {link.entry_id for link in await links_for(work, Reader(site_id=row.site_id), phrased.cited)}
    named = await links_for(work, await reader_of(work, row), phrased.cited)
    title = sentence("sources", language_of(row.language))
    shown = [
        f'<a href="{base}/{link.language}/e/{link.entry_id}">{escape(link.question)}</a>'
        if base and link.entry_id in public
        else escape(link.question)
        for link in named
    ]
    text = "\n".join([phrased.text, title, *(f"- {link.question}" for link in named)])
    paragraphs = [f"<p>{escape(part)}</p>" for part in phrased.text.split("\n") if part.strip()]
    return text, "".join([*paragraphs, f"<p>{title}</p><ul>", *(f"<li>{each}</li>" for each in shown), "</ul>"])


async def say_offer(work: Work, row: Conversation, seq: int, offer: Offer) -> None:
    language = language_of(row.language)
    choices = [{"entry_id": str(match.entry_id), "question": match.question} for match in offer.matches]
    lines = [f"{place}. {match.question}" for place, match in enumerate(offer.matches, start=1)]
    told = {
        "type": "choices",
        "reason": "close" if offer.close else "unsure",
        "choices": choices,
        "offers_person": True,
    }
    await say(work, row, seq, "\n".join([sentence("close" if offer.close else "choices", language), *lines]), told)


async def hand_over(work: Work, row: Conversation, seq: int, decided: HandOver) -> None:
    """Ask for the form first, where the site wants that and the visitor is not angry; else let people have it."""
    site = await work.find(Site, row.site_id) if row.site_id else None
    settings = settings_of(site) if site else None
    form = settings.robot.form if settings else None
    if form and form.enabled and form.fields and not decided.at_once and not await form_was_shown(work, row):
        await _say_form(work, row, seq, form)
        return
    told = await _handed_over(work, site) if site else "handed_over"
    await say_notice(work, row, seq, told, notice="handed_over")
    await give_up(work, row, decided.why)


async def _handed_over(work: Work, site: Site) -> str:
    """The sentence that is true now: who is told to wait a moment stays and waits."""
    if not is_open(settings_of(site).hours, work.now):
        return "handed_over_closed"
    return "handed_over" if await agents_there(work, site) else "handed_over_nobody"


async def give_up(work: Work, row: Conversation, why: Why) -> None:
    """Queue the conversation for people; what is open of its questions was not answered by the robot."""
    for asked in await questions_of(work, row.id):
        asked.outcome = asked.outcome or "handed_over"
    await back_to_queue(work, row, why=f"robot: {why}")


async def _say_form(work: Work, row: Conversation, seq: int, form: Prechat) -> None:
    language: Language = language_of(row.language)
    fields = [
        {
            "key": field.key,
            "label": in_language(field.label, language),
            "kind": field.kind,
            "required": field.required,
            "options": list(field.options),
        }
        for field in form.fields
    ]
    text = "\n".join([sentence("form", language), *(str(field["label"]) for field in fields)])
    await say(work, row, seq, text, {"type": "form", "fields": fields})
