"""Appeals: the inspected agent says why a score is not right, and somebody else decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.quality.errors import AppealClosed, InspectionMissing, NoAppeal, OwnInspection
from yingke.quality.inspecting import complete_score, criteria_of, inspected, note, require_answers, stored, tell
from yingke.quality.models import CardVersion, Inspection
from yingke.quality.scoring import CriterionAnswer


def appeal_until(inspection: Inspection, appeal_days: int, now: datetime) -> datetime | None:
    """Until when its agent may appeal, or None."""
    if inspection.submitted_at is None or inspection.appeal is not None:
        return None
    until = inspection.submitted_at + timedelta(days=appeal_days)
    return until if now < until else None


async def result_of(work: Work, actor: Actor, inspection_id: UUID, *, lock: bool = False) -> Inspection:
    """For the inspected agent. Raises InspectionMissing for others, and before it is submitted."""
    inspection = await work.find(Inspection, inspection_id, lock=lock)
    if inspection is None or inspection.agent_id != actor.agent_id or inspection.state != "submitted":
        raise InspectionMissing
    return inspection


async def look_at_result(work: Work, actor: Actor, inspection_id: UUID) -> Inspection:
    """The inspected agent saw it. Raises InspectionMissing."""
    # Locked: what is decided at this very moment has not been seen.
    inspection = await result_of(work, actor, inspection_id, lock=True)
    if inspection.seen_at is None:
        inspection.seen_at = work.now
        tell(work, inspection, await work.get(Conversation, inspection.conversation_id))
    return inspection


async def appeal(work: Work, actor: Actor, inspection_id: UUID, reason: str) -> Inspection:
    """Raises InspectionMissing, AppealClosed."""
    inspection = await result_of(work, actor, inspection_id, lock=True)
    card = await work.get(CardVersion, inspection.card_version_id)
    if appeal_until(inspection, card.appeal_days, work.now) is None:
        raise AppealClosed
    inspection.appeal = "open"
    note(work, inspection, "appealed", actor.agent_id, reason)
    tell(work, inspection, await work.get(Conversation, inspection.conversation_id))
    return inspection


async def decide_appeal(
    work: Work, actor: Actor, inspection_id: UUID, reason: str, answers: Sequence[CriterionAnswer] | None
) -> Inspection:
    """With `answers` the score becomes theirs, without it is kept. Raises InspectionMissing, NoAppeal, OwnInspection."""
    inspection, row = await inspected(work, actor, inspection_id, lock=True)
    if inspection.appeal != "open":
        raise NoAppeal
    if inspection.inspector_id == actor.agent_id:
        raise OwnInspection
    if answers is not None:
        criteria = await criteria_of(work, inspection)
        require_answers(criteria, answers, row)
        inspection.score, inspection.answers = complete_score(criteria, answers), stored(answers)
    outcome: Literal["kept", "changed"] = "kept" if answers is None else "changed"
    inspection.appeal, inspection.seen_at = outcome, None
    note(work, inspection, outcome, actor.agent_id, reason)
    tell(work, inspection, row)
    return inspection
