"""What a transcript and a reply look like. Pure: a conversation in, a letter out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from yingke.conversations.values import MessageValue
from yingke.files import FileValue
from yingke.kit.letters import Letter, laid_out
from yingke.notifications.words import WORDS

_TEMPLATES = Path(__file__).parent / "templates"

FileLink = Callable[[UUID], str]
"""The address at which the receiver of this mail may load a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the site speaks and looks in its mails."""

    site: str
    language: str
    color: str
    time_zone: str
    site_url: str | None
    file_link: FileLink


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it is printed."""

    author: str
    at: str
    text: str
    own: bool
    recalled: bool
    files: list[tuple[str, str]]
    """(words, address)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The file beside a transcript that shows only the end. `count`: messages in it; `complete`: these are all."""

    name: str
    count: int
    complete: bool


def transcript(look: Look, number: int, messages: Sequence[MessageValue], beside: Beside | None = None) -> Letter:
    """All that visitors may see of `messages`, in order; the time zone is named."""
    words = WORDS[look.language]
    return laid_out(
        "transcript",
        _TEMPLATES,
        language=look.language,
        brand=look.site,
        color=look.color,
        subject=words["transcript_subject"].format(site=look.site),
        intro=words["transcript_intro"].format(site=look.site, number=number),
        times=words["times"].format(time_zone=look.time_zone),
        beside=_beside(words, beside),
        lines=lines_of(look, messages),
        footnote=words["transcript_footnote"].format(site=look.site),
    )


def reply(look: Look, question: MessageValue | None, answer: MessageValue) -> Letter:
    """The agent's `answer`, with what the visitor had left under it."""
    words = WORDS[look.language]
    return laid_out(
        "reply",
        _TEMPLATES,
        language=look.language,
        brand=look.site,
        color=look.color,
        subject=words["reply_subject"].format(site=look.site),
        intro=words["reply_intro"].format(site=look.site),
        answer=lines_of(look, [answer])[0],
        you_wrote=words["you_wrote"],
        question=next(iter(lines_of(look, [question] if question else [])), None),
        action=(words["continue"], look.site_url) if look.site_url else None,
        footnote=words["reply_footnote"],
    )


def _beside(words: dict[str, str], beside: Beside | None) -> str:
    if beside is None:
        return ""
    form = words["beside_whole" if beside.complete else "beside_part"]
    return form.format(name=beside.name, count=beside.count)


def lines_of(look: Look, messages: Sequence[MessageValue]) -> list[Line]:
    """What visitors may see of `messages`."""
    said = [m for m in messages if m.audience == "everyone" and m.kind in ("incoming", "outgoing")]
    return [_line(look, message) for message in said]


def _line(look: Look, message: MessageValue) -> Line:
    words = WORDS[look.language]
    own = message.kind == "incoming"
    return Line(
        author=words["you"] if own else message.author.name or words["staff"],
        at=_shown(message.created_at, look.time_zone),
        text=words["recalled"] if message.recalled else message.text,
        own=own,
        recalled=message.recalled,
        files=[(_file_words(words, file), look.file_link(file.id)) for file in message.attachments],
    )


def _file_words(words: dict[str, str], file: FileValue) -> str:
    return f"{words[file.kind]}: {file.name}"


def _shown(at: datetime, time_zone: str) -> str:
    return at.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M")
