"""Reading calibrations. What was scored is shown when scoring is over, and never before."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from yingke.calibration.answering import scores_of
from yingke.calibration.comparing import by_criterion, compare, spread_of
from yingke.calibration.models import Calibration, CalibrationScore
from yingke.calibration.reaching import leads, reach, state_of
from yingke.calibration.values import (
    CalibrationCounts,
    CalibrationDetail,
    CalibrationState,
    CalibrationValue,
    Comparison,
    InspectorScore,
)
from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.quality.models import CardVersion
from yingke.quality.queries import called
from yingke.quality.scoring import Criterion, CriterionAnswer
from yingke.quality.values import card_value

_OF_CONVERSATION = and_(
    Conversation.workspace_id == Calibration.workspace_id, Conversation.id == Calibration.conversation_id
)
_OF_CARD = and_(CardVersion.workspace_id == Calibration.workspace_id, CardVersion.id == Calibration.card_version_id)


async def list_calibrations(
    work: Work,
    actor: Actor,
    *,
    state: CalibrationState | None = None,
    text: str = "",
    limit: int,
    cursor: str | None,
) -> tuple[list[CalibrationValue], str | None]:
    """Newest first. Raises BadCursor."""
    shown: tuple[Any, ...] = (Calibration, CardVersion, Conversation)
    query: Select[Any] = (
        select(*shown).join(Conversation, _OF_CONVERSATION).join(CardVersion, _OF_CARD).where(reach(actor))
    )
    if state is not None:
        query = query.where(_in_state(work, state))
    if text:
        query = query.where(called(text))
    if cursor is not None:
        query = query.where(Calibration.id < read_cursor(cursor, UUID)[0])
    rows = (await work.rows.execute(query.order_by(Calibration.id.desc()).limit(limit + 1))).all()
    page = rows[:limit]
    scores: dict[UUID, list[CalibrationScore]] = defaultdict(list)
    for score in await scores_of(work, [calibration.id for calibration, _, _ in page]):
        scores[score.calibration_id].append(score)
    items = [_value(work, each, card, row, scores[each.id]) for each, card, row in page]
    return items, write_cursor(items[-1].id) if len(rows) > limit else None


async def detail(work: Work, actor: Actor, calibration: Calibration) -> CalibrationDetail:
    card = await work.get(CardVersion, calibration.card_version_id)
    row = await work.get(Conversation, calibration.conversation_id)
    scores = await scores_of(work, [calibration.id])
    mine = next((each for each in scores if each.inspector_id == actor.agent_id), None)
    value = _value(work, calibration, card, row, scores)
    return CalibrationDetail(
        calibration=value,
        card=card_value(card),
        answers=msgspec.convert(mine.answers if mine else [], list[CriterionAnswer]),
        remark=mine.remark if mine else "",
        may_score=mine is not None and mine.submitted_at is None and value.state == "scoring",
        may_lead=leads(actor, calibration),
        comparison=_comparison(calibration, card, scores) if value.state != "scoring" else None,
    )


async def count_calibrations(work: Work, actor: Actor) -> CalibrationCounts:
    """What waits for the actor."""
    joined = select(func.count()).select_from(Calibration).join(Conversation, _OF_CONVERSATION).where(reach(actor))
    unscored = exists().where(
        CalibrationScore.workspace_id == Calibration.workspace_id,
        CalibrationScore.calibration_id == Calibration.id,
        CalibrationScore.inspector_id == actor.agent_id,
        CalibrationScore.submitted_at.is_(None),
    )
    to_score = joined.where(_in_state(work, "scoring"), unscored)
    to_agree = joined.where(_in_state(work, "comparing"), Calibration.leader_id == actor.agent_id)
    return CalibrationCounts(
        to_score=(await work.rows.execute(to_score)).scalar_one(),
        to_agree=(await work.rows.execute(to_agree)).scalar_one(),
    )


def _in_state(work: Work, state: CalibrationState) -> ColumnElement[bool]:
    """What `state_of` says, in the database."""
    over = or_(Calibration.closed_at.is_not(None), Calibration.due_at <= work.now)
    if state == "agreed":
        return Calibration.agreed_at.is_not(None)
    return and_(Calibration.agreed_at.is_(None), over if state == "comparing" else ~over)


def _value(
    work: Work, calibration: Calibration, card: CardVersion, row: Conversation, scores: Sequence[CalibrationScore]
) -> CalibrationValue:
    state = state_of(calibration, work.now)
    given = [each.score for each in scores if each.score is not None]
    return CalibrationValue(
        id=calibration.id,
        conversation_id=row.id,
        number=row.number,
        name=row.who.get("name"),
        agent_id=calibration.agent_id,
        team_id=row.team_id,
        card_name=card.name,
        leader_id=calibration.leader_id,
        why=calibration.why,
        state=state,
        made_at=calibration.made_at,
        due_at=calibration.due_at,
        inspector_ids=[each.inspector_id for each in scores],
        submitted_ids=[each.inspector_id for each in scores if each.submitted_at is not None],
        spread=None if state == "scoring" else spread_of(given),
        agreed_score=calibration.agreed_score,
    )


def _comparison(calibration: Calibration, card: CardVersion, scores: Sequence[CalibrationScore]) -> Comparison:
    criteria = [Criterion.model_validate(each) for each in card.criteria]
    agreed = calibration.agreed_score
    given = {
        each.inspector_id: by_criterion(msgspec.convert(each.answers, list[CriterionAnswer]))
        for each in scores
        if each.submitted_at is not None
    }
    return Comparison(
        scores=[
            InspectorScore(
                inspector_id=each.inspector_id,
                score=each.score,
                remark=each.remark,
                difference=None if agreed is None else round(each.score - agreed, 1),
            )
            for each in scores
            if each.score is not None
        ],
        criteria=compare(criteria, given),
        agreed=msgspec.convert(calibration.agreed, list[CriterionAnswer]),
    )
