"""How an agent's own conversations were scored lately."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from yingke.identity import Actor
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.quality.models import Inspection

LATELY: Final = timedelta(days=28)


class QualityStanding(Value, frozen=True, kw_only=True):
    """`mean` 0 to 100 of the `count` inspections submitted in the last four weeks; null when there is none. `before`: the mean of the
    four weeks before those."""

    mean: float | None
    count: int
    before: float | None


async def standing(work: Work, actor: Actor) -> QualityStanding:
    """Of the actor, who is told only what is submitted."""
    mean, count = await _between(work, actor, work.now - LATELY, work.now)
    before, _ = await _between(work, actor, work.now - 2 * LATELY, work.now - LATELY)
    return QualityStanding(mean=mean, count=count, before=before)


async def _between(work: Work, actor: Actor, begin: datetime, end: datetime) -> tuple[float | None, int]:
    query = select(func.avg(Inspection.score), func.count()).where(
        Inspection.workspace_id == work.workspace_id,
        Inspection.agent_id == actor.agent_id,
        Inspection.state == "submitted",
        Inspection.submitted_at > begin,
        Inspection.submitted_at <= end,
    )
    mean, count = (await work.rows.execute(query)).one()
    return (None if mean is None else round(float(mean), 1)), count
