"""The one way to ask: a question in, an answer, three to choose from, or a person out."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from yingke.kit.text import clean
from yingke.kit.work import Work
from yingke.knowledge.answers import plain_text
from yingke.knowledge.banks import Banks, Found
from yingke.knowledge.content import content_of
from yingke.knowledge.languages import Language
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.questions import keep_question
from yingke.knowledge.readers import Reader
from yingke.knowledge.values import AnswerValue, EntryLink, MatchExplanation, MatchValue, SharedWord

LONGEST = 2_000
"""Characters of a question that count."""
MOST_EXPLAINED = 12


async def answer_question(
    work: Work,
    banks: Banks,
    question: str,
    *,
    language: Language,
    reader: Reader,
    previous: str | None = None,
    top: int = 3,
    explain: bool = False,
) -> AnswerValue:
    """What the published entries say to `question`. `previous` is what was asked before in the conversation.

    The work is at rest while the engine thinks.
    """
    question = clean(question)[:LONGEST]
    workspace_id = work.workspace_id
    async with work.at_rest():
        found = await banks.find(workspace_id, question, language=language, reader=reader, previous=previous, top=top)
        if found is None:
            return AnswerValue(decision="none", language=language, matches=[])
        explained = [await _explained(banks, workspace_id, found, question, each.entry_id) for each in found.finding.matches] if explain else []  # fmt: skip
    matches = await _matches(work, found, explained)
    return AnswerValue(
        decision=_DECISIONS[found.finding.decision.value if matches else "none"],
        language=found.language,
        matches=matches,
    )


async def search_entries(
    work: Work,
    banks: Banks,
    q: str,
    *,
    language: Language,
    reader: Reader,
    limit: int = 10,
    kept_for: UUID | None = None,
) -> list[EntryLink]:
    """The entries a reader may mean, best first. `kept_for`: the site whose figures it counts in as a question."""
    workspace_id = work.workspace_id
    async with work.at_rest():
        found = await _look_up(banks, workspace_id, q, language, reader, limit)
    if kept_for is not None:
        await keep_question(work, q, _seen(found, language), channel="help_centre", language=language, site_id=kept_for)
    return _links(found)


async def suggest_questions(
    banks: Banks, workspace_id: UUID, q: str, *, language: Language, reader: Reader, limit: int = 5
) -> list[EntryLink]:
    """Like `search_entries`, from memory alone: while somebody types."""
    return _links(await _look_up(banks, workspace_id, q, language, reader, limit))


def _seen(found: Found | None, language: Language) -> AnswerValue:
    """What was found, as far as figures want to know."""
    if found is None:
        return AnswerValue(decision="none", language=language, matches=[])
    matches = [
        MatchValue(
            entry_id=UUID(match.entry_id), question=found.questions[match.entry_id], confidence=match.confidence,
            short_answer="", answer_html="", answer_text="",
        )
        for match in found.finding.matches[:3]
    ]  # fmt: skip
    decision = _DECISIONS[found.finding.decision.value if matches else "none"]
    return AnswerValue(decision=decision, language=found.language, matches=matches)


async def _look_up(
    banks: Banks, workspace_id: UUID, q: str, language: Language, reader: Reader, limit: int
) -> Found | None:
    q = clean(q)[:LONGEST].strip()
    return await banks.find(workspace_id, q, language=language, reader=reader, top=limit) if q else None


def _links(found: Found | None) -> list[EntryLink]:
    if found is None:
        return []
    return [
        EntryLink(entry_id=UUID(match.entry_id), language=found.language, question=found.questions[match.entry_id])
        for match in found.finding.matches
        if match.confidence >= _WORTH_SHOWING
    ]


_WORTH_SHOWING = 0.01
_DECISIONS: dict[str, Literal["answer", "suggest", "none"]] = {"answer": "answer", "suggest": "suggest", "none": "none"}


async def _matches(work: Work, found: Found, explained: Sequence[MatchExplanation | None]) -> list[MatchValue]:
    matches: list[MatchValue] = []
    for place, match in enumerate(found.finding.matches):
        row = await work.find(KnowledgeEntry, UUID(match.entry_id))
        if row is None or row.live is None or row.deleted_at is not None:
            continue  # unpublished a moment ago
        content = content_of(row.live)
        matches.append(
            MatchValue(
                entry_id=row.id,
                question=content.question,
                confidence=match.confidence,
                short_answer=content.short_answer,
                answer_html=content.answer_html,
                answer_text=plain_text(content.answer_html),
                explanation=explained[place] if explained else None,
            )
        )
    return matches


async def _explained(
    banks: Banks, workspace_id: UUID, found: Found, question: str, entry_id: str
) -> MatchExplanation | None:
    told = await banks.explain(workspace_id, found.language, question, entry_id)
    if told is None:
        return None
    return MatchExplanation(
        understood=told.understood,
        text=told.text,
        likeness=told.likeness,
        shared=[SharedWord(word=word, part=round(part, 4)) for word, part in told.shared[:MOST_EXPLAINED]],
    )
