"""Leading a calibration: begun, closed, agreed, removed, passed on."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from yingke.calibration.errors import NobodyScored, ScoringOver, StillScoring
from yingke.calibration.facts import CalibrationChanged
from yingke.calibration.models import Calibration, CalibrationScore
from yingke.calibration.reaching import led, reached, state_of
from yingke.conversations.models import Conversation
from yingke.identity import Actor, actor_of_member, zone_of
from yingke.kit.days import begin_of, day_at
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.quality.cards import newest_version
from yingke.quality.errors import NoSuchInspector
from yingke.quality.inspecting import complete_score, require_answers, stored
from yingke.quality.inspectors import able_to, inspectors_of
from yingke.quality.models import CardVersion, ScoreCard
from yingke.quality.scoring import Criterion, CriterionAnswer

MOST_DAYS_AHEAD = 90


async def begin_calibration(
    work: Work,
    actor: Actor,
    conversation_id: UUID,
    *,
    card_id: UUID,
    inspector_ids: Sequence[UUID],
    due_on: date,
    why: str = "",
) -> Calibration:
    """By the newest version of the card; whoever leads may be among the inspectors.

    Raises ConversationMissing, Forbidden, OwnConversation, NothingToInspect, NoSuchInspector, or Invalid naming the field.
    """
    row = await reached(work, actor, conversation_id)
    assert row.agent_id is not None, "reached"
    card = await work.find(ScoreCard, card_id)
    if card is None or card.archived:
        raise Invalid("Choose one of your score cards.", field="card_id")
    inspectors = list(dict.fromkeys(inspector_ids))
    if len(inspectors) < 2:
        raise Invalid("Choose two inspectors at least.", field="inspector_ids")
    able = await able_to(work, [row], await inspectors_of(work, inspectors))
    if len(able[row.id]) < len(inspectors):
        raise NoSuchInspector(field="inspector_ids")
    zone = await zone_of(work)
    today = day_at(work.now, zone)
    if not today <= due_on <= today + timedelta(days=MOST_DAYS_AHEAD):
        raise Invalid(f"Choose a day within the next {MOST_DAYS_AHEAD}.", field="due_on")
    calibration = Calibration(
        id=new_id(),
        conversation_id=row.id,
        agent_id=row.agent_id,
        card_version_id=(await newest_version(work, card)).id,
        leader_id=actor.agent_id,
        why=why,
        made_at=work.now,
        due_at=begin_of(due_on + timedelta(days=1), zone),
        agreed=[],
        reader_ids=[],
    )
    work.add(calibration)
    await work.flush()
    for each in inspectors:
        work.add(CalibrationScore(id=new_id(), calibration_id=calibration.id, inspector_id=each, answers=[], remark=""))
    await tell(work, calibration, row, begun=True)
    return calibration


async def close_calibration(work: Work, actor: Actor, calibration_id: UUID) -> Calibration:
    """Scoring is over before all have scored. Raises NobodyScored, ScoringOver, and what `led` does."""
    calibration, row = await led(work, actor, calibration_id)
    if state_of(calibration, work.now) != "scoring":
        raise ScoringOver
    scored = select(func.count()).where(*_of(work, calibration.id), CalibrationScore.submitted_at.is_not(None))
    if not (await work.rows.execute(scored)).scalar_one():
        raise NobodyScored
    calibration.closed_at = work.now
    await tell(work, calibration, row)
    return calibration


async def agree(work: Work, actor: Actor, calibration_id: UUID, answers: Sequence[CriterionAnswer]) -> Calibration:
    """What it should have been; said again, the last one stands. Raises StillScoring, InspectionIncomplete, Invalid."""
    calibration, row = await led(work, actor, calibration_id)
    if state_of(calibration, work.now) == "scoring":
        raise StillScoring
    card = await work.get(CardVersion, calibration.card_version_id)
    criteria = [Criterion.model_validate(each) for each in card.criteria]
    require_answers(criteria, answers, row)
    calibration.agreed_score, calibration.agreed = complete_score(criteria, answers), stored(answers)
    calibration.agreed_at = calibration.agreed_at or work.now
    calibration.closed_at = calibration.closed_at or work.now
    await tell(work, calibration, row)
    return calibration


async def remove_calibration(work: Work, actor: Actor, calibration_id: UUID) -> None:
    """With what was scored in it. Raises what `led` does."""
    calibration, row = await led(work, actor, calibration_id)
    await tell(work, calibration, row)
    await work.rows.delete(calibration)
    await work.flush()


async def close_all_due(ground: Ground) -> None:
    """For a timer: tell those whose due day has passed."""
    await in_each(
        ground,
        lambda w: select(Calibration.workspace_id).where(Calibration.closed_at.is_(None), Calibration.due_at <= w.now),
        _close_due,
    )


async def _close_due(work: Work) -> None:
    due = select(Calibration).where(
        Calibration.workspace_id == work.workspace_id,
        Calibration.closed_at.is_(None),
        Calibration.due_at <= work.now,
    )
    for calibration in await work.all(due.order_by(Calibration.id).with_for_update(key_share=True)):
        calibration.closed_at = calibration.due_at
        await tell(work, calibration, await work.get(Conversation, calibration.conversation_id))


async def pass_on(work: Work, agent_id: UUID, heir_id: UUID) -> None:
    """What the agent leads and has not brought to its end is the heir's, or nobody's when the heir may lead none; what they
    were asked to score and did not, they are not asked any more."""
    heir = await actor_of_member(work, work.workspace_id, heir_id)
    new = heir_id if heir.may("quality.calibrate") else None
    unfinished = (Calibration.workspace_id == work.workspace_id, Calibration.agreed_at.is_(None))
    await work.rows.execute(
        update(Calibration).where(*unfinished, Calibration.leader_id == agent_id).values(leader_id=new)
    )
    mine = (CalibrationScore.workspace_id == work.workspace_id, CalibrationScore.inspector_id == agent_id)
    spared = select(CalibrationScore.calibration_id).where(*mine, CalibrationScore.submitted_at.is_(None))
    waiting = select(Calibration).where(*unfinished, Calibration.id.in_(spared)).order_by(Calibration.id)
    for calibration in await work.all(waiting.with_for_update(key_share=True)):
        unscored = (*_of(work, calibration.id), CalibrationScore.submitted_at.is_(None))
        await work.rows.execute(delete(CalibrationScore).where(*unscored, CalibrationScore.inspector_id == agent_id))
        await close_when_scored(work, calibration)
        await tell(work, calibration, await work.get(Conversation, calibration.conversation_id))


async def close_when_scored(work: Work, calibration: Calibration) -> None:
    """Scoring is over when everybody who was asked has scored."""
    scored = select(func.count(), func.count(CalibrationScore.submitted_at)).where(*_of(work, calibration.id))
    asked, submitted = (await work.rows.execute(scored)).one()
    if asked and asked == submitted:
        calibration.closed_at = calibration.closed_at or work.now


def _of(work: Work, calibration_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return CalibrationScore.workspace_id == work.workspace_id, CalibrationScore.calibration_id == calibration_id


async def tell(work: Work, calibration: Calibration, row: Conversation, *, begun: bool = False) -> None:
    await work.flush()
    mine = select(CalibrationScore.inspector_id).where(*_of(work, calibration.id))
    work.tell(
        CalibrationChanged(
            workspace_id=work.workspace_id,
            calibration_id=calibration.id,
            agent_id=calibration.agent_id,
            team_id=row.team_id,
            site_id=row.site_id,
            inspector_ids=sorted(await work.scalars(mine)),
            begun=begun,
        )
    )
