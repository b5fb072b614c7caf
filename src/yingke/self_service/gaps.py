"""Which entries would answer more: questions that nothing answers today, in groups alike, and answers that do not help."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from yingke.conversations.models import Message
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.knowledge.banks import Banks
from yingke.knowledge.languages import Language, language_of
from yingke.knowledge.models import AskedQuestion, KnowledgeEntry
from yingke.knowledge.readers import Reader
from yingke.self_service.figures import ASKED, asked_in, self_service
from yingke.self_service.values import Gap, Gaps, Miss, Sample
from yingke.traffic.figures import Range

MOST_LOOKED_AT = 1_000
"""Questions, each wording once: the most asked. Asking the engine each takes a second or two."""
_SHOWN, _SAMPLES, _BEST = 30, 8, 5
_CLOSE = 0.2
"""Confidence from which an entry may only want one more similar question."""

_OPEN = f"""
SELECT min(q.question) AS question, q.language, count(*) AS count,
  (array_agg(q.conversation_id ORDER BY q.asked_at DESC) FILTER (WHERE q.conversation_id IS NOT NULL))[1] AS conversation_id,
  (array_agg(q.seq ORDER BY q.asked_at DESC) FILTER (WHERE q.conversation_id IS NOT NULL))[1] AS seq
{ASKED} AND (q.decision = 'none' OR q.outcome = 'handed_over')
GROUP BY lower(btrim(q.question)), q.language ORDER BY count(*) DESC, max(q.asked_at) DESC LIMIT {MOST_LOOKED_AT}
"""
_MISSED = f"""
SELECT coalesce(q.chosen_id, q.entry_id) AS entry_id, count(*) AS shown,
  count(*) FILTER (WHERE q.outcome = 'not_solved') AS missed,
  (array_agg(q.question ORDER BY q.asked_at DESC) FILTER (WHERE q.outcome = 'not_solved'))[1:5] AS samples
{ASKED} AND (q.decision = 'answer' OR q.outcome = 'chosen') AND q.entry_id IS NOT NULL
GROUP BY 1 HAVING count(*) FILTER (WHERE q.outcome = 'not_solved') > 0 ORDER BY 3 DESC, 2 LIMIT {_SHOWN}
"""


@dataclass(frozen=True, slots=True)
class Open:
    """A wording that no entry answers."""

    question: str
    language: Language
    count: int
    conversation_id: UUID | None
    seq: int | None
    nearest: UUID | None


async def find_gaps(work: Work, banks: Banks, range: Range, language: Language | None) -> Gaps:
    """The work is at rest while the engine thinks."""
    served = (await self_service(work, range, language, "day")).totals
    asked, raw = asked_in(work, range, language), await work.raw()
    open_rows, missed_rows = await raw.fetch(_OPEN, *asked), await raw.fetch(_MISSED, *asked)
    workspace_id = work.workspace_id
    async with work.at_rest():
        reader = Reader(site_id=range.site_id, only_site_ids=range.only_site_ids)
        still_open = await _unanswered(banks, workspace_id, reader, open_rows)
        groups = await asyncio.to_thread(_grouped, [one.question for one in still_open])
    gaps = sorted(
        ([still_open[place] for place in group] for group in groups), key=lambda group: -sum(one.count for one in group)
    )
    worth = served.lenient.count / served.answered if served.answered else 0.0
    names = await _names(
        work, [one.nearest for group in gaps[:_SHOWN] for one in group] + [r["entry_id"] for r in missed_rows]
    )
    shown = [await _gap(work, group, names, 100 * worth / max(1, served.asked)) for group in gaps[:_SHOWN]]
    return Gaps(
        from_=range.first,
        to=range.last,
        asked=served.asked,
        gaps=shown,
        misses=[
            Miss(
                entry_id=row["entry_id"],
                question=names[row["entry_id"]],
                shown=row["shown"],
                not_solved=row["missed"],
                samples=row["samples"],
            )
            for row in missed_rows
            if row["entry_id"] in names
        ],
        best=min(_BEST, len(shown)),
        best_points=round(sum(gap.points for gap in shown[:_BEST]), 2),
    )


async def dismiss(work: Work, actor: Actor, questions: Sequence[str]) -> int:
    """No entry is needed for these wordings on the actor's sites; how many times they were asked."""
    wordings = {question.strip().lower() for question in questions}
    asked = update(AskedQuestion).where(
        AskedQuestion.workspace_id == work.workspace_id,
        func.lower(func.btrim(AskedQuestion.question)).in_(wordings),
        ~AskedQuestion.dismissed,
    )
    if actor.only_site_ids is not None:
        asked = asked.where(AskedQuestion.site_id.in_(actor.only_site_ids))
    done = await work.rows.execute(asked.values(dismissed=True).returning(AskedQuestion.id))
    return len(done.all())


async def _unanswered(
    banks: Banks, workspace_id: UUID, reader: Reader, rows: Sequence[Mapping[str, Any]]
) -> list[Open]:
    """What is still open today: an entry written since may answer it."""
    found = []
    for row in rows:
        question, language = row["question"], language_of(row["language"])
        today = await banks.find(workspace_id, question, language=language, reader=reader, top=1)
        if today is None or today.finding.decision.value != "answer":
            first = today.finding.matches[0] if today and today.finding.matches else None
            nearest = UUID(first.entry_id) if first and first.confidence >= _CLOSE else None
            found.append(Open(question, language, row["count"], row["conversation_id"], row["seq"], nearest))
    return found


def _grouped(questions: Sequence[str]) -> list[list[int]]:
    from yingke.knowledge.matching.clusters import clusters  # loads the engine: only who asks pays

    return clusters(questions) if questions else []


async def _gap(work: Work, group: Sequence[Open], names: Mapping[UUID, str], point: float) -> Gap:
    count = sum(one.count for one in group)
    nearest = next((id for id, _ in Counter(one.nearest for one in group if one.nearest in names).most_common(1)), None)
    answer, answered_in = await _answer_of_a_person(work, group)
    return Gap(
        language=Counter(one.language for one in group).most_common(1)[0][0],
        count=count,
        points=round(count * point, 2),
        samples=[
            Sample(question=one.question, count=one.count, conversation_id=one.conversation_id)
            for one in group[:_SAMPLES]
        ],
        nearest_id=nearest,
        nearest=names[nearest] if nearest else "",
        answer=answer,
        answered_in=answered_in,
    )


async def _answer_of_a_person(work: Work, group: Sequence[Open]) -> tuple[str, UUID | None]:
    """What an agent wrote first after one of these questions."""
    for one in group[:_SAMPLES]:
        if one.conversation_id is None or one.seq is None:
            continue
        said = select(Message.text).where(
            Message.workspace_id == work.workspace_id,
            Message.conversation_id == one.conversation_id,
            Message.seq > one.seq,
            Message.kind == "outgoing",
            Message.author_kind == "agent",
            Message.recalled_at.is_(None),
            Message.text != "",
        )
        text = (await work.scalars(said.order_by(Message.seq).limit(1))).first()
        if text:
            return text, one.conversation_id
    return "", None


async def _names(work: Work, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    """Questions of entries that are there."""
    rows = await work.rows.execute(
        select(KnowledgeEntry.id, KnowledgeEntry.content["question"].astext).where(
            KnowledgeEntry.workspace_id == work.workspace_id,
            KnowledgeEntry.id.in_({id for id in ids if id}),
            KnowledgeEntry.deleted_at.is_(None),
        )
    )
    return {row[0]: row[1] for row in rows}
