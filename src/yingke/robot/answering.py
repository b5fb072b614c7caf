"""The robot's turn: what the visitor said is read, decided on and answered."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from msgspec.structs import replace

from yingke.conversations.changes import locked
from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.knowledge import AnswerValue, KnowledgeEntry
from yingke.knowledge.asking import answer_question
from yingke.knowledge.banks import Banks
from yingke.knowledge.content import content_of
from yingke.knowledge.questions import keep_question, note_choice
from yingke.knowledge.shelves import visible_entry
from yingke.knowledge.values import MatchValue
from yingke.language_model import Thinker
from yingke.robot.deciding import (
    Answer,
    HandOver,
    NotUnderstood,
    Offer,
    Reply,
    SmallTalk,
    after_asking,
    before_asking,
)
from yingke.robot.speaking import hand_over, say_answer, say_notice, say_offer
from yingke.robot.thinking import CANDIDATES, SHOWN, Phrased, led_by, phrase, rank
from yingke.robot.turns import Turn, read_turn
from yingke.robot.witnessing import bear_witness


@dataclass(frozen=True, slots=True)
class Decided:
    """What is said, what the engine found for it, and how a language model words it."""

    reply: Reply
    found: AnswerValue | None = None
    phrased: Phrased | None = None


async def take_turn(work: Work, banks: Banks, thinker: Thinker, conversation_id: UUID) -> None:
    """Answer what is unanswered in a conversation that a robot has; nothing otherwise. May be done again."""
    row = await work.find(Conversation, conversation_id)
    turn = await read_turn(work, row) if row is not None and row.robot else None
    if turn is None:
        return
    decided = await _decide(work, banks, thinker, turn)
    row = await locked(work, conversation_id)  # what happened while the engine thought?
    now = await read_turn(work, row) if row.robot else None
    if now is not None and now.seq == turn.seq:
        await _carry_out(work, row, turn, decided)


async def _decide(work: Work, banks: Banks, thinker: Thinker, turn: Turn) -> Decided:
    if turn.choice is not None:
        chosen = await visible_entry(work, turn.reader, turn.choice)
        return Decided(Answer(chosen.id) if chosen else NotUnderstood())
    reply = before_asking(turn.said, turn.asked, turn.settings.robot.hand_over_words)
    if reply is not None:
        return Decided(reply)
    question, phrased = turn.said.text, None
    async with thinker.turn(work) as model:
        found = await _find(work, banks, turn, CANDIDATES if model and model.ranks else SHOWN)
        if model:
            found = await rank(work, thinker, model, question, found)
            phrased = await phrase(work, thinker, model, question, found, turn.language)
    if phrased:
        found = led_by(phrased, found)
    reply = after_asking(found, turn.asked)
    if isinstance(reply, Offer):
        found = replace(found, matches=list(reply.matches))  # what is kept is what the visitor saw
    return Decided(reply, found, phrased)


async def _find(work: Work, banks: Banks, turn: Turn, top: int) -> AnswerValue:
    """Read with the question before it. Where that leads to the answer it got, and what the visitor says now does not do so by
    itself, he has that already and means something else ("那退呢" after a question on delivery)."""
    ask = partial(answer_question, work, banks, turn.said.text, language=turn.language, reader=turn.reader, top=top)
    found = await ask(previous=turn.previous)
    if found.decision != "answer" or found.matches[0].entry_id != turn.answered_with:
        return found
    alone = await ask(previous=None)
    if alone.matches and alone.matches[0].entry_id == turn.answered_with:
        return found
    return alone if alone.decision != "none" else replace(found, decision="suggest")


async def _carry_out(work: Work, row: Conversation, turn: Turn, decided: Decided) -> None:
    reply, found = decided.reply, decided.found
    if found is not None:
        await keep_question(
            work, turn.said.text, found, channel="robot", language=turn.language, site_id=turn.site_id,
            conversation_id=row.id, seq=turn.seq, page=turn.page,
        )  # fmt: skip
    elif turn.choice is not None and isinstance(reply, Answer):
        await _note_choice(work, row, turn, turn.choice)
    match reply:
        case HandOver():
            await hand_over(work, row, turn.seq, reply)
        case SmallTalk():
            await say_notice(work, row, turn.seq, reply.kind, notice="small_talk")
        case Answer():
            await _answer(work, row, turn, reply.entry_id, decided.phrased)
        case Offer():
            await say_offer(work, row, turn.seq, reply)
        case NotUnderstood():
            await say_notice(work, row, turn.seq, "not_understood", notice="not_understood", offers_person=True)


async def _answer(work: Work, row: Conversation, turn: Turn, entry_id: UUID, phrased: Phrased | None) -> None:
    entry = await work.find(KnowledgeEntry, entry_id)
    assert entry is not None  # it was found a moment ago, and deleting keeps the row
    await say_answer(work, row, turn.seq, entry, phrased)


async def _note_choice(work: Work, row: Conversation, turn: Turn, entry_id: UUID) -> None:
    """A click answers the question that it was offered for. One out of the blue asks what the entry is about, whatever was
    written with it: only what was offered is evidence."""
    last = turn.questions[-1] if turn.questions else None
    if last is not None and last.outcome is None and last.decision == "suggest" and entry_id in last.match_ids:
        await note_choice(work, last, entry_id)
        await bear_witness(work, row, last.question, entry_id, "choice", follows=len(turn.questions) > 1)
        return
    entry = await work.get(KnowledgeEntry, entry_id)
    question = content_of(entry.live or entry.content).question
    match = MatchValue(
        entry_id=entry_id, question=question, confidence=1.0, short_answer="", answer_html="", answer_text=""
    )
    clicked = AnswerValue(decision="answer", language=turn.language, matches=[match])
    await keep_question(
        work, question, clicked, channel="robot", language=turn.language, site_id=turn.site_id,
        conversation_id=row.id, seq=turn.seq, page=turn.page, offered=False,
    )  # fmt: skip
