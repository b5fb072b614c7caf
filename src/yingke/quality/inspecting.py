"""Inspecting: an inspection is given, filled in, kept as a draft, submitted."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select

from yingke.conversations.changes import locked, place_of
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for, took_part
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.quality.cards import newest_version
from yingke.quality.errors import (
    InspectionExists,
    InspectionIncomplete,
    InspectionMissing,
    InspectionNewer,
    InspectionSubmitted,
    InspectionTaken,
    NothingToInspect,
    OwnConversation,
)
from yingke.quality.facts import InspectionChanged
from yingke.quality.models import CardVersion, Inspection, ScoreCard
from yingke.quality.scoring import Criterion, CriterionAnswer, missing, require_fitting, score
from yingke.quality.values import InspectionStep, StepKind
from yingke.supervision.acting import write_down


def give(
    work: Work,
    row: Conversation,
    agent_id: UUID,
    card: CardVersion,
    inspector_id: UUID,
    *,
    plan_id: UUID | None = None,
    by: UUID | None = None,
) -> Inspection:
    """Have `inspector_id` inspect what `agent_id` did in the conversation `row`. It is written with the next flush."""
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
    tell(work, inspection, row)
    return inspection


async def begin_inspection(work: Work, actor: Actor, conversation_id: UUID, card_id: UUID) -> Inspection:
    """Of a conversation that no plan picked. Raises ConversationMissing, Forbidden, OwnConversation, InspectionExists."""
    await locked(work, conversation_id)  # who begins at the same moment sees that it has begun
    row = await _reached(work, actor, conversation_id)
    if row.agent_id is None:
        raise NothingToInspect(field="conversation_id")
    card = await work.find(ScoreCard, card_id)
    if card is None or card.archived:
        raise Invalid("Choose one of your score cards.", field="card_id")
    going_on = (
        select(Inspection.id)
        .join(
            CardVersion,
            (CardVersion.workspace_id == Inspection.workspace_id) & (CardVersion.id == Inspection.card_version_id),
        )
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
    return give(work, row, row.agent_id, version, actor.agent_id, by=actor.agent_id)


async def open_inspection(work: Work, actor: Actor, inspection_id: UUID) -> Inspection:
    """For reading the conversation: the first time that is written down, as watching is. Raises InspectionMissing."""
    inspection, row = await inspected(work, actor, inspection_id, lock=True)
    if not any(step["kind"] == "opened" and step["by"] == str(actor.agent_id) for step in inspection.history):
        note(work, inspection, "opened", actor.agent_id)
        await write_down(work, actor, "inspected", row, to_agent_id=inspection.agent_id)
    return inspection


async def take_over(work: Work, actor: Actor, inspection_id: UUID) -> Inspection:
    """What a colleague was to inspect, with what they filled in. Raises InspectionMissing, InspectionSubmitted."""
    inspection, row = await inspected(work, actor, inspection_id, lock=True)
    if inspection.state == "submitted":
        raise InspectionSubmitted
    if inspection.inspector_id != actor.agent_id:
        _take(work, actor, inspection, row)
    return inspection


def _take(work: Work, actor: Actor, inspection: Inspection, row: Conversation) -> None:
    before, inspection.inspector_id = inspection.inspector_id, actor.agent_id
    inspection.version += 1
    note(work, inspection, "taken_over", actor.agent_id)
    tell(work, inspection, row, before=before)


async def keep_draft(
    work: Work,
    actor: Actor,
    inspection_id: UUID,
    answers: Sequence[CriterionAnswer],
    remark: str,
    *,
    version: int | None = None,
) -> Inspection:
    """By its inspector: the first to write where there is none. `version`: what was read; a newer one refuses the change.

    Raises InspectionMissing, InspectionSubmitted, InspectionTaken, InspectionNewer, Invalid.
    """
    inspection, row = await inspected(work, actor, inspection_id, lock=True)
    if inspection.state == "submitted":
        raise InspectionSubmitted
    if inspection.inspector_id not in (None, actor.agent_id):
        raise InspectionTaken
    if version not in (None, inspection.version):
        raise InspectionNewer
    criteria = await criteria_of(work, inspection)
    require_answers(criteria, answers, row)
    fresh = inspection.state == "open"
    if inspection.inspector_id is None:
        _take(work, actor, inspection, row)
    inspection.state, inspection.version = "draft", inspection.version + 1
    inspection.answers, inspection.remark = stored(answers), remark
    if fresh:
        tell(work, inspection, row)
    return inspection


async def submit_inspection(
    work: Work,
    actor: Actor,
    inspection_id: UUID,
    answers: Sequence[CriterionAnswer],
    remark: str,
    *,
    version: int | None = None,
) -> Inspection:
    """Its agent sees it from now on. Raises InspectionIncomplete and what `keep_draft` does."""
    inspection = await keep_draft(work, actor, inspection_id, answers, remark, version=version)
    inspection.score = complete_score(await criteria_of(work, inspection), answers)
    inspection.state, inspection.submitted_at = "submitted", work.now
    note(work, inspection, "submitted", actor.agent_id)
    tell(work, inspection, await work.get(Conversation, inspection.conversation_id))
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
    actor.require("quality.inspect", place_of(row))
    if row.channel == "colleague":
        raise NothingToInspect(field="conversation_id")
    if await work.rows.scalar(select(took_part(actor.agent_id)).where(*_this(row))):
        raise OwnConversation
    return row


def _this(row: Conversation) -> tuple[ColumnElement[bool], ...]:
    return Conversation.workspace_id == row.workspace_id, Conversation.id == row.id


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


def tell(work: Work, inspection: Inspection, row: Conversation, *, before: UUID | None = None) -> None:
    """`row`: the conversation that it is of."""
    work.tell(
        InspectionChanged(
            workspace_id=work.workspace_id,
            inspection_id=inspection.id,
            agent_id=inspection.agent_id,
            team_id=inspection.team_id,
            site_id=row.site_id,
            inspector_id=inspection.inspector_id,
            inspector_id_before=before,
            submitted=inspection.state == "submitted",
        )
    )
