"""How conversations were scored: by agent, team, criterion and week."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.identity import Actor, zone_of
from yingke.kit.days import days_asked
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.quality.models import CardVersion, Inspection
from yingke.quality.queries import reach
from yingke.quality.scoring import SHARES, Criterion


class Scored(Value, frozen=True, kw_only=True):
    """`mean` 0 to 100 of `count` inspections; `id` null: of no team."""

    id: UUID | None
    count: int
    mean: float
    lowest: float


class ScoredCriterion(Value, frozen=True, kw_only=True):
    """`mean` 0 to 100 of what it could earn, where it applied."""

    title: str
    count: int
    mean: float


class ScoredWeek(Value, frozen=True, kw_only=True):
    monday: date
    count: int
    mean: float


class QualityReport(Value, frozen=True, kw_only=True):
    first: date
    last: date
    total: Scored | None
    agents: list[Scored]
    teams: list[Scored]
    criteria: list[ScoredCriterion]
    weeks: list[ScoredWeek]
    appeals: int
    appeals_changed: int


async def quality_report(work: Work, actor: Actor, first: date | None, last: date | None) -> QualityReport:
    """Of what was submitted in these days of the workspace (the last 28 when nothing is said). Raises Invalid."""
    days = days_asked(first, last, now=work.now, zone=await zone_of(work), usual=28)
    query = (
        select(Inspection, CardVersion)
        .join(CardVersion, CardVersion.id == Inspection.card_version_id)
        .join(Conversation, Conversation.id == Inspection.conversation_id)
        .where(reach(actor), Inspection.submitted_at >= days.begin, Inspection.submitted_at < days.end)
    )
    rows = [(inspection, card) for inspection, card in await work.rows.execute(query.limit(50_000))]
    scores = [(each, each.score) for each, _ in rows if each.score is not None]
    weeks = _grouped((_monday(each.submitted_at, days.zone), score) for each, score in scores)
    whole = [score for _, score in scores]
    return QualityReport(
        first=days.first,
        last=days.last,
        total=_scored(None, whole) if whole else None,
        agents=_worst_first(_grouped((each.agent_id, score) for each, score in scores)),
        teams=_worst_first(_grouped((each.team_id, score) for each, score in scores)),
        criteria=_criteria(rows),
        weeks=[ScoredWeek(monday=day, count=len(w), mean=round(fmean(w), 1)) for day, w in sorted(weeks.items())],
        appeals=sum(each.appeal is not None for each, _ in scores),
        appeals_changed=sum(each.appeal == "changed" for each, _ in scores),
    )


def _criteria(rows: Iterable[tuple[Inspection, CardVersion]]) -> list[ScoredCriterion]:
    shares: dict[str, list[float]] = defaultdict(list)
    for inspection, card in rows:
        criteria = {str(each["id"]): Criterion.model_validate(each) for each in card.criteria}
        for answer in inspection.answers:
            if answer["value"] is not None:
                criterion = criteria[answer["criterion_id"]]
                shares[criterion.title].append(SHARES[criterion.scale][answer["value"]])
    found = [ScoredCriterion(title=t, count=len(s), mean=round(100 * fmean(s), 1)) for t, s in shares.items()]
    return sorted(found, key=lambda each: (each.mean, each.title))


def _grouped(pairs: Iterable[tuple[Any, float]]) -> dict[Any, list[float]]:
    groups: dict[Any, list[float]] = defaultdict(list)
    for key, score in pairs:
        groups[key].append(score)
    return groups


def _worst_first(groups: dict[Any, list[float]]) -> list[Scored]:
    return sorted((_scored(id, found) for id, found in groups.items()), key=lambda each: each.mean)


def _scored(id: UUID | None, scores: list[float]) -> Scored:
    return Scored(id=id, count=len(scores), mean=round(fmean(scores), 1), lowest=min(scores))


def _monday(at: datetime | None, zone: ZoneInfo) -> date:
    assert at is not None
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
