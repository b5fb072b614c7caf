"""Questions of visitors, kept with what became of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.knowledge.languages import Language
from yingke.knowledge.models import AskedQuestion
from yingke.knowledge.ordering import warm
from yingke.knowledge.values import AnswerValue

Outcome = Literal["solved", "not_solved", "chosen", "handed_over"]
LONGEST_KEPT = 1_000
_READS_WITHIN = timedelta(hours=24)


async def questions_of(work: Work, conversation_id: UUID) -> Sequence[AskedQuestion]:
    """Those asked in a conversation, in order."""
    asked = select(AskedQuestion).where(
        AskedQuestion.workspace_id == work.workspace_id, AskedQuestion.conversation_id == conversation_id
    )
    return await work.all(asked.order_by(AskedQuestion.seq, AskedQuestion.id))


async def keep_question(
    work: Work,
    question: str,
    found: AnswerValue,
    *,
    channel: Literal["robot", "help_centre"],
    language: Language,
    site_id: UUID | None,
    conversation_id: UUID | None = None,
    seq: int | None = None,
    page: str | None = None,
    offered: bool = True,
) -> AskedQuestion:
    """One more question; what answered it is asked for more. Not `offered`: the visitor found the entry some other way, so
    that it says nothing of what matches."""
    first = found.matches[0] if found.matches else None
    row = AskedQuestion(
        id=new_id(),
        channel=channel,
        site_id=site_id,
        language=language,
        conversation_id=conversation_id,
        seq=seq,
        page=page,
        question=question[:LONGEST_KEPT],
        decision=found.decision,
        entry_id=first.entry_id if first else None,
        confidence=first.confidence if first else 0.0,
        match_ids=[match.entry_id for match in found.matches] if offered else [],
        asked_at=work.now,
    )
    work.add(row)
    await work.flush()
    if found.decision == "answer" and first:
        await warm(work, first.entry_id)
    return row


async def note_reader(
    work: Work, site_id: UUID, asked: str, entry_id: UUID, outcome: Literal["chosen", "solved", "not_solved"]
) -> None:
    """What a reader of the help centre did with what his search found: he opened the entry, or then said whether it helped.
    Nobody knows him, so it is noted of the newest such search that it was not noted of."""
    row = AskedQuestion
    searched = select(row).where(
        row.workspace_id == work.workspace_id,
        row.asked_at > work.now - _READS_WITHIN,
        row.channel == "help_centre",
        row.site_id == site_id,
        row.question == asked[:LONGEST_KEPT],
        row.outcome.is_(None) if outcome == "chosen" else (row.outcome == "chosen") & (row.chosen_id == entry_id),
    )
    found = await work.all(
        searched.order_by(row.asked_at.desc(), row.id.desc()).limit(1).with_for_update(skip_locked=True)
    )
    for one in found:
        one.outcome, one.chosen_id = outcome, entry_id


async def note_choice(work: Work, row: AskedQuestion, entry_id: UUID) -> None:
    """Of what was offered for it, the visitor chose this entry."""
    row.outcome, row.chosen_id = "chosen", entry_id
    await warm(work, entry_id)
