"""Inspecting: an inspection is given, filled in, kept as a draft, submitted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.conversations.changes import locked
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for
from yingke.identity import Actor, Scope
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.quality.cards import newest_version
from yingke.quality.errors import (
    InspectionExists,
    InspectionIncomplete,
    InspectionMissing,
    InspectionSubmitted,
    NothingToInspect,
    OwnConversation,
)
from yingke.quality.facts import InspectionChanged
from yingke.quality.models import CardVersion, Inspection, ScoreCard
from yingke.quality.scoring import Criterion, CriterionAnswer, missing, require_fitting, score
from yingke.quality.values import InspectionStep, StepKind
from yingke.supervision.acting import write_down


async def give(
    work: Work,
    row: Conversation,
    agent_id: UUID,
    card: CardVersion,
    inspector_id: UUID,
    *,
    plan_id: UUID | None = None,
    by: UUID | None = None,
) -> Inspection:
    """Have `inspector_id` inspect what `agent_id` did in the conversation `row`."""
    inspection = Inspection(
        id=new_id(),
        conversation_id=row.id,
        agent_id=agent_id,
        team_id=row.team_id,
        plan_id=plan_id,
        card_version_id=card.id,
        inspector_id=inspector_id,
        state="open",
        answers=[],
        remark="",
        picked_at=work.now,
        history=[],
    )
    work.add(inspection)
    note(work, inspection, "picked", by)
    await tell(work, inspection)
    return inspection


async def begin_inspection(work: Work, actor: Actor, conversation_id: UUID, card_id: UUID) -> Inspection:
    """Of a conversation that no plan picked. Raises ConversationMissing, Forbidden, OwnConversation, InspectionExists."""
    row = await _reached(work, actor, conversation_id)
    if row.agent_id is None:
        raise NothingToInspect(field="conversation_id")
    card = await work.find(ScoreCard, card_id)
    if card is None or card.archived:
        raise Invalid("Choose one of your score cards.", field="card_id")
    await locked(work, row.id)  # who begins at the same moment sees that it has begun
    going_on = (
        select(Inspection.id)
        .join(CardVersion, CardVersion.id == Inspection.card_version_id)
        .where(
            Inspection.workspace_id == work.workspace_id,
            Inspection.conversation_id == row.id,
            Inspection.agent_id == row.agent_id,
            CardVersion.card_id == card.id,
        )
    )
    if (await work.scalars(going_on)).first() is not None:
        raise InspectionExists
    version = await newest_version(work, card)
    return await give(work, row, row.agent_id, version, actor.agent_id, by=actor.agent_id)


async def open_inspection(work: Work, actor: Actor, inspection_id: UUID) -> Inspection:
    """For reading the conversation: the first time that is written down, as watching is. Raises InspectionMissing."""
    inspection, row = await inspected(work, actor, inspection_id, lock=True)
    if not any(step["kind"] == "opened" and step["by"] == str(actor.agent_id) for step in inspection.history):
        note(work, inspection, "opened", actor.agent_id)
        await write_down(work, actor, "inspected", row, to_agent_id=inspection.agent_id)
    return inspection


async def keep_draft(
    work: Work, actor: Actor, inspection_id: UUID, answers: Sequence[CriterionAnswer], remark: str
) -> Inspection:
    """Whoever writes in it is its inspector from then on. Raises InspectionMissing, InspectionSubmitted, Invalid."""
    inspection, row = await inspected(work, actor, inspection_id, lock=True)
    if inspection.state == "submitted":
        raise InspectionSubmitted
    criteria = await criteria_of(work, inspection)
    require_answers(criteria, answers, row)
    before = inspection.inspector_id
    fresh = inspection.state == "open" or before != actor.agent_id
    inspection.state, inspection.inspector_id = "draft", actor.agent_id
    inspection.answers, inspection.remark = stored(answers), remark
    if fresh:
        await tell(work, inspection, before=before)
    await work.flush()
    return inspection


async def submit_inspection(
    work: Work, actor: Actor, inspection_id: UUID, answers: Sequence[CriterionAnswer], remark: str
) -> Inspection:
    """Its agent sees it from now on. Raises InspectionIncomplete and what `keep_draft` does."""
    inspection = await keep_draft(work, actor, inspection_id, answers, remark)
    inspection.score = complete_score(await criteria_of(work, inspection), answers)
    inspection.state, inspection.submitted_at = "submitted", work.now
    note(work, inspection, "submitted", actor.agent_id)
    await tell(work, inspection)
    return inspection


async def inspected(
    work: Work, actor: Actor, inspection_id: UUID, *, lock: bool = False
) -> tuple[Inspection, Conversation]:
    """For an inspector. Raises InspectionMissing, ConversationMissing, Forbidden, OwnConversation."""
    inspection = await work.find(Inspection, inspection_id, lock=lock)
    if inspection is None:
        raise InspectionMissing
    row = await _reached(work, actor, inspection.conversation_id)
    if inspection.agent_id == actor.agent_id:
        raise OwnConversation
    return inspection, row


async def _reached(work: Work, actor: Actor, conversation_id: UUID) -> Conversation:
    row = await conversation_for(work, actor, conversation_id)
    actor.require("quality.inspect", Scope(row.team_id))
    if row.channel == "colleague":
        raise NothingToInspect(field="conversation_id")
    if actor.agent_id == row.agent_id or actor.agent_id in row.participant_ids:
        raise OwnConversation
    return row


async def criteria_of(work: Work, inspection: Inspection) -> list[Criterion]:
    card = await work.get(CardVersion, inspection.card_version_id)
    return [Criterion.model_validate(each) for each in card.criteria]


def require_answers(criteria: Sequence[Criterion], answers: Sequence[CriterionAnswer], row: Conversation) -> None:
    """Raises Invalid for answers the card does not have, or about messages that are not there."""
    require_fitting(criteria, answers)
    if any(each.seq is not None and not 1 <= each.seq <= row.last_seq for each in answers):
        raise Invalid("The message of a remark does not exist.", field="answers")


def complete_score(criteria: Sequence[Criterion], answers: Sequence[CriterionAnswer]) -> float:
    """Raises InspectionIncomplete."""
    worth = score(criteria, {each.criterion_id: each.value for each in answers})
    if missing(criteria, answers) or worth is None:
        raise InspectionIncomplete(field="answers")
    return worth


def stored(answers: Sequence[CriterionAnswer]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(each) for each in answers]


def note(work: Work, inspection: Inspection, kind: StepKind, by: UUID | None, reason: str = "") -> None:
    step = InspectionStep(kind=kind, by=by, at=work.now, reason=reason, score=inspection.score)
    inspection.history = [*inspection.history, msgspec.to_builtins(step)]


async def tell(work: Work, inspection: Inspection, *, before: UUID | None = None) -> None:
    await work.flush()
    work.tell(
        InspectionChanged(
            workspace_id=work.workspace_id,
            inspection_id=inspection.id,
            agent_id=inspection.agent_id,
            team_id=inspection.team_id,
            inspector_id=inspection.inspector_id,
            inspector_id_before=before,
            submitted=inspection.state == "submitted",
        )
    )
