"""How near inspectors are to what was agreed, over time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, select

from yingke.calibration.comparing import Nearness, by_criterion, nearness, same_answers
from yingke.calibration.models import Calibration, CalibrationScore
from yingke.calibration.reaching import reach
from yingke.calibration.values import AgreementMonth, AgreementReport, CriterionAgreement, InspectorAgreement
from yingke.conversations.models import Conversation
from yingke.identity import Actor, zone_of
from yingke.kit.days import Days, day_at, days_asked
from yingke.kit.work import Work
from yingke.quality.models import CardVersion
from yingke.quality.scoring import CriterionAnswer

MOST = 50_000


@dataclass(slots=True)
class _Said:
    differences: list[float] = field(default_factory=list)
    same: list[bool] = field(default_factory=list)

    def add(self, difference: float, same: list[bool]) -> None:
        self.differences.append(difference)
        self.same += same

    @property
    def nearness(self) -> Nearness:
        return nearness(self.differences, self.same)


async def agreement_report(work: Work, actor: Actor, first: date | None, last: date | None) -> AgreementReport:
    """Of what was agreed in these days of the workspace (the last 180 when nothing is said). Raises Invalid."""
    days = days_asked(first, last, now=work.now, zone=await zone_of(work), usual=180)
    total, inspectors = _Said(), defaultdict[UUID, _Said](_Said)
    months = defaultdict[UUID, defaultdict[date, _Said]](lambda: defaultdict(_Said))
    titles, calibrations = defaultdict[str, list[bool]](list), set[UUID]()
    for calibration, score, card in await _rows(work, actor, days):
        calibrations.add(calibration.id)
        given, agreed = (
            by_criterion(msgspec.convert(each, list[CriterionAnswer])) for each in (score.answers, calibration.agreed)
        )
        same = same_answers(given, agreed)
        month = day_at(calibration.agreed_at, days.zone).replace(day=1)
        for said in (total, inspectors[score.inspector_id], months[score.inspector_id][month]):
            said.add(abs(score.score - calibration.agreed_score), [right for _, right in same])
        named = {UUID(each["id"]): each["title"] for each in card.criteria}
        for criterion_id, right in same:
            titles[named[criterion_id]].append(right)
    return AgreementReport(
        first=days.first,
        last=days.last,
        calibrations=len(calibrations),
        total=total.nearness if total.differences else None,
        inspectors=sorted(
            (
                InspectorAgreement(
                    inspector_id=id,
                    nearness=said.nearness,
                    months=[AgreementMonth(month=m, nearness=each.nearness) for m, each in sorted(months[id].items())],
                )
                for id, said in inspectors.items()
            ),
            key=lambda each: (each.nearness.difference, each.inspector_id),
        ),
        criteria=sorted(
            (CriterionAgreement(title=t, count=len(r), exact=round(sum(r) / len(r), 3)) for t, r in titles.items()),
            key=lambda each: (each.exact, each.title),
        ),
    )


async def _rows(work: Work, actor: Actor, days: Days) -> Sequence[Any]:
    """Calibration, score and card of each score that was submitted."""
    query = (
        select(Calibration, CalibrationScore, CardVersion)
        .join(
            CalibrationScore,
            and_(
                CalibrationScore.workspace_id == Calibration.workspace_id,
                CalibrationScore.calibration_id == Calibration.id,
            ),
        )
        .join(
            CardVersion,
            and_(CardVersion.workspace_id == Calibration.workspace_id, CardVersion.id == Calibration.card_version_id),
        )
        .join(
            Conversation,
            and_(Conversation.workspace_id == Calibration.workspace_id, Conversation.id == Calibration.conversation_id),
        )
        .where(
            reach(actor),
            Calibration.agreed_at >= days.begin,
            Calibration.agreed_at < days.end,
            CalibrationScore.submitted_at.is_not(None),
        )
    )
    return (await work.rows.execute(query.order_by(Calibration.agreed_at.desc()).limit(MOST))).all()
