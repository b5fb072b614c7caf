"""How conversations were scored: by agent, team, criterion and week."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Date, Integer, Row, Select, cast, column, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from yingke.conversations.models import Conversation
from yingke.identity import Actor, zone_of
from yingke.kit.days import Days, days_asked
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.quality.models import CardVersion, Inspection
from yingke.quality.queries import OF_CONVERSATION, reach
from yingke.quality.scoring import SHARES, Scale


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
    scored = _scored(actor, days)
    groups: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in await work.rows.execute(_grouped(scored)):
        groups[_GROUPS[row.grouping]].append(row)
    (total,) = groups["total"]
    return QualityReport(
        first=days.first,
        last=days.last,
        total=_value(None, total) if total.times else None,
        agents=_worst_first(_value(row.agent_id, row) for row in groups["agent"]),
        teams=_worst_first(_value(row.team_id, row) for row in groups["team"]),
        criteria=await _criteria(work, scored),
        weeks=sorted(
            (ScoredWeek(monday=row.monday, count=row.times, mean=round(row.mean, 1)) for row in groups["week"]),
            key=lambda each: each.monday,
        ),
        appeals=total.appeals,
        appeals_changed=total.appeals_changed,
    )


def _scored(actor: Actor, days: Days) -> CTE:
    monday = func.date_trunc("week", func.timezone(days.zone.key, Inspection.submitted_at))
    query = (
        select(
            Inspection.agent_id,
            Inspection.team_id,
            Inspection.score,
            Inspection.appeal,
            Inspection.answers,
            Inspection.card_version_id,
            cast(monday, Date).label("monday"),
        )
        .join(Conversation, OF_CONVERSATION)
        .where(reach(actor), Inspection.submitted_at >= days.begin, Inspection.submitted_at < days.end)
    )
    return query.cte("scored")


_GROUPS = {0b011: "agent", 0b101: "team", 0b110: "week", 0b111: "total"}
"""What `grouping(agent, team, week)` says: a bit for each that a row is not grouped by."""


def _grouped(scored: CTE) -> Select[Any]:
    """One walk over what was scored: by agent, by team, by week and as a whole."""
    by = (scored.c.agent_id, scored.c.team_id, scored.c.monday)
    sets = func.grouping_sets(*(tuple_(each) for each in by), tuple_())
    return select(
        *by,
        func.grouping(*by).label("grouping"),
        func.count(scored.c.score).label("times"),
        func.avg(scored.c.score).label("mean"),
        func.min(scored.c.score).label("lowest"),
        func.count(scored.c.appeal).label("appeals"),
        func.count().filter(scored.c.appeal == "changed").label("appeals_changed"),
    ).group_by(sets)


async def _criteria(work: Work, scored: CTE) -> list[ScoredCriterion]:
    """By the title of a criterion, across the versions of cards."""
    given = (
        func.jsonb_array_elements(scored.c.answers).table_valued(column("value", JSONB)).render_derived(name="given")
    )
    criterion, value = given.c.value["criterion_id"].astext, cast(given.c.value["value"].astext, Integer)
    each = (
        select(scored.c.card_version_id, criterion.label("criterion_id"), value.label("value"))
        .select_from(scored.join(given, true()))
        .subquery()
    )
    counted = select(*each.c, func.count().label("times")).where(each.c.value.is_not(None)).group_by(*each.c)
    rows = (await work.rows.execute(counted)).all()
    known = await _criteria_of(work, {row.card_version_id for row in rows})
    counts: dict[str, int] = defaultdict(int)
    shares: dict[str, float] = defaultdict(float)
    for row in rows:
        title, scale = known[row.card_version_id, row.criterion_id]
        counts[title] += row.times
        shares[title] += row.times * SHARES[scale][row.value]
    found = [ScoredCriterion(title=t, count=n, mean=round(100 * shares[t] / n, 1)) for t, n in counts.items()]
    return sorted(found, key=lambda each: (each.mean, each.title))


async def _criteria_of(work: Work, version_ids: Collection[UUID]) -> Mapping[tuple[UUID, str], tuple[str, Scale]]:
    """Title and scale of each criterion, by the version of the card and its id."""
    query = select(CardVersion.id, CardVersion.criteria)
    query = query.where(CardVersion.workspace_id == work.workspace_id, CardVersion.id.in_(version_ids))
    return {
        (id, each["id"]): (each["title"], each["scale"])
        for id, criteria in await work.rows.execute(query)
        for each in criteria
    }


def _worst_first(found: Iterable[Scored]) -> list[Scored]:
    return sorted(found, key=lambda each: each.mean)


def _value(id: UUID | None, row: Row[Any]) -> Scored:
    return Scored(id=id, count=row.times, mean=round(row.mean, 1), lowest=row.lowest)
