"""What a conversation says to the robot that has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Conversation, Message
from yingke.inboxes import Site, SiteSettings, in_language, settings_of
from yingke.kit.work import Work
from yingke.knowledge.asked_on import page_of
from yingke.knowledge.languages import Language, language_of
from yingke.knowledge.models import AskedQuestion
from yingke.knowledge.questions import questions_of
from yingke.knowledge.readers import Reader
from yingke.robot.deciding import Asked, Said
from yingke.visitors import Visitor

_LOOK_BACK = 40
"""Messages of the conversation that are looked at."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything the robot knows when it is its turn."""

    seq: int
    """Of the last message of the visitor."""
    said: Said
    choice: UUID | None
    """The entry that the visitor clicked."""
    questions: Sequence[AskedQuestion]
    language: Language
    settings: SiteSettings
    site_id: UUID | None
    page: str | None
    """The path of the page that the visitor is on."""
    reader: Reader

    @property
    def asked(self) -> list[Asked]:
        return [Asked(row.question, row.decision, row.outcome) for row in self.questions]

    @property
    def name(self) -> str:
        return in_language(self.settings.robot.name, self.language)

    @property
    def answered_with(self) -> UUID | None:
        """The entry that the question before got, right away or by a click."""
        last = self.questions[-1] if self.questions else None
        return (last.chosen_id or (last.entry_id if last.decision == "answer" else None)) if last else None

    @property
    def previous(self) -> str | None:
        return self.questions[-1].question if self.questions else None


async def read_turn(work: Work, row: Conversation) -> Turn | None:
    """None when nothing of the visitor's is unanswered."""
    recent = await _recent(work, row)
    spoke = max((m.seq for m in recent if m.author_kind == "robot" and m.kind == "outgoing"), default=0)
    open_ = [m for m in recent if m.kind == "incoming" and m.seq > spoke and m.recalled_at is None]
    if not open_:
        return None
    last = open_[-1]
    before = next((m for m in recent if m.seq == spoke), None)
    settings, site = await _site(work, row)
    choice = _content(last, "choice").get("entry_id")
    visitor = await work.find(Visitor, row.visitor_id) if row.visitor_id else None
    return Turn(
        seq=last.seq,
        said=Said(
            text="\n".join(m.text for m in open_ if m.text),
            has_files=any(m.attachments for m in open_),
            answers_form=_is(last, "form_values") or (before is not None and _is(before, "form")),
        ),
        choice=UUID(choice) if choice else None,
        questions=await questions_of(work, row.id),
        language=language_of(row.language),
        settings=settings,
        site_id=site.id if site else None,
        page=page_of(visitor.page_url) if visitor and visitor.page_url else None,
        reader=await reader_of(work, row),
    )


async def reader_of(work: Work, row: Conversation) -> Reader:
    visitor = await work.find(Visitor, row.visitor_id) if row.visitor_id else None
    return Reader(
        site_id=row.site_id,
        member=visitor is not None and visitor.identified_at is not None,
        returning=visitor is not None and visitor.visits > 1,
    )


async def robot_name(work: Work, row: Conversation) -> str:
    settings, _ = await _site(work, row)
    return in_language(settings.robot.name, language_of(row.language))


async def form_was_shown(work: Work, row: Conversation) -> bool:
    return any(_is(message, "form") for message in await _recent(work, row))


async def _site(work: Work, row: Conversation) -> tuple[SiteSettings, Site | None]:
    site = await work.find(Site, row.site_id) if row.site_id else None
    return (settings_of(site) if site else SiteSettings()), site


async def _recent(work: Work, row: Conversation) -> list[Message]:
    newest = select(Message).where(
        Message.workspace_id == work.workspace_id, Message.conversation_id == row.id, Message.kind != "note"
    )
    rows = await work.all(
        newest.order_by(Message.seq.desc()).limit(_LOOK_BACK).execution_options(populate_existing=True)
    )
    return [*reversed(rows)]


def _is(message: Message, type: str) -> bool:
    return bool(_content(message, type))


def _content(message: Message, type: str) -> dict[str, Any]:
    return message.content if message.content and message.content.get("type") == type else {}
