"""Scoring in a calibration, each alone."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from yingke.calibration.errors import NotAskedToScore, ScoringOver
from yingke.calibration.leading import close_when_scored, tell
from yingke.calibration.models import Calibration, CalibrationScore
from yingke.calibration.reaching import found, state_of
from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.quality.inspecting import complete_score, require_answers, stored
from yingke.quality.models import CardVersion
from yingke.quality.scoring import Criterion, CriterionAnswer
from yingke.supervision.acting import write_down


async def open_calibration(work: Work, actor: Actor, calibration_id: UUID) -> Calibration:
    """For reading the conversation: the first time that is written down, as watching is. Raises CalibrationMissing."""
    calibration, row = await found(work, actor, calibration_id, lock=True)
    if actor.agent_id not in calibration.reader_ids:
        calibration.reader_ids = [*calibration.reader_ids, actor.agent_id]
        await write_down(work, actor, "inspected", row, to_agent_id=calibration.agent_id)
    return calibration


async def keep_score(
    work: Work, actor: Actor, calibration_id: UUID, answers: Sequence[CriterionAnswer], remark: str
) -> Calibration:
    """A draft that only the actor sees. Raises NotAskedToScore, ScoringOver, Invalid, and what `found` does."""
    calibration, row = await found(work, actor, calibration_id, lock=True)
    await _keep(work, actor, calibration, row, answers, remark)
    return calibration


async def submit_score(
    work: Work, actor: Actor, calibration_id: UUID, answers: Sequence[CriterionAnswer], remark: str
) -> Calibration:
    """The last one to submit ends the scoring. Raises InspectionIncomplete, and what `keep_score` does."""
    calibration, row = await found(work, actor, calibration_id, lock=True)
    mine = await _keep(work, actor, calibration, row, answers, remark)
    mine.score, mine.submitted_at = complete_score(await _criteria(work, calibration), answers), work.now
    await work.flush()
    await close_when_scored(work, calibration)
    await tell(work, calibration, row)
    return calibration


async def scores_of(work: Work, calibration_ids: Sequence[UUID]) -> Sequence[CalibrationScore]:
    """In the order in which the inspectors were named."""
    query = select(CalibrationScore).where(
        CalibrationScore.workspace_id == work.workspace_id, CalibrationScore.calibration_id.in_(calibration_ids)
    )
    return await work.all(query.order_by(CalibrationScore.id))


async def _keep(
    work: Work,
    actor: Actor,
    calibration: Calibration,
    row: Conversation,
    answers: Sequence[CriterionAnswer],
    remark: str,
) -> CalibrationScore:
    scores = await scores_of(work, [calibration.id])
    mine = next((each for each in scores if each.inspector_id == actor.agent_id), None)
    if mine is None:
        raise NotAskedToScore
    if mine.submitted_at is not None or state_of(calibration, work.now) != "scoring":
        raise ScoringOver
    require_answers(await _criteria(work, calibration), answers, row)
    mine.answers, mine.remark = stored(answers), remark
    return mine


async def _criteria(work: Work, calibration: Calibration) -> list[Criterion]:
    card = await work.get(CardVersion, calibration.card_version_id)
    return [Criterion.model_validate(each) for each in card.criteria]
