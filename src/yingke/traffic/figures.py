"""Figures over days: rolled-up days are read, the others counted, and both are added."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from yingke.identity import Actor, zone_of
from yingke.kit.days import MOST_DAYS, Days, day_at, days_asked, days_between
from yingke.kit.ids import first_id_at
from yingke.kit.work import Work
from yingke.segments.conditions import Group
from yingke.segments.patience import with_patience
from yingke.segments.people import visits_in
from yingke.segments.saving import conditions_of_segment
from yingke.traffic.counting import COUNT, COUNT_AMONG, bound, count
from yingke.traffic.naming import is_called
from yingke.traffic.values import DEFINITIONS, SUMS, Breakdown, Day, Figures, Hour, Row, Sums, Traffic
from yingke.visits import GoalValue
from yingke.visits.goals import list_goals

MOST_DAYS_OF_SEGMENT = 92

_STORED = f"""
SELECT d.day, d.dimension, {{key}} AS key, {", ".join(f"sum(d.{name}) AS {name}" for name in SUMS)}
FROM traffic_days d JOIN traffic_rolled r ON r.workspace_id = d.workspace_id AND r.day = d.day
WHERE d.workspace_id = $1 AND d.dimension = ANY($2) AND d.day >= $3 AND d.day <= $4 AND ($5::uuid[] IS NULL OR d.site_id = ANY($5))
GROUP BY d.day, d.dimension, 3
"""  # noqa: S608 - constants only
_SUMMED = f"""
SELECT d.key, {", ".join(f"sum(d.{name}) AS {name}" for name in SUMS)}
FROM traffic_days d JOIN traffic_rolled r ON r.workspace_id = d.workspace_id AND r.day = d.day
WHERE d.workspace_id = $1 AND d.dimension = $2 AND d.day >= $3 AND d.day <= $4 AND ($5::uuid[] IS NULL OR d.site_id = ANY($5))
GROUP BY d.key
"""  # noqa: S608 - constants only
_ROLLED = "SELECT day FROM traffic_rolled WHERE workspace_id = $1 AND day >= $2 AND day <= $3"
_FIRST_VISIT = "SELECT started_at FROM visits WHERE workspace_id = $1 ORDER BY id LIMIT 1"


@dataclass(frozen=True, slots=True)
class Range(Days):
    """Days of the workspace."""

    site_id: UUID | None
    """The one that was asked for."""
    only_site_ids: frozenset[UUID] | None = None
    """The sites that whoever asks is limited to."""
    segment: Group | None = None
    """Only visits of people in it: nothing of that is rolled up, so every day is counted."""

    @property
    def sites(self) -> list[UUID] | None:
        """What is counted; None: everything."""
        if self.site_id is not None:
            return [self.site_id]
        return None if self.only_site_ids is None else sorted(self.only_site_ids)

    def before(self) -> "Range":
        length = (self.last - self.first).days + 1
        return replace(self, first=self.first - timedelta(days=length), last=self.first - timedelta(days=1))


async def range_of(
    work: Work,
    actor: Actor,
    first: date | None,
    last: date | None,
    site_id: UUID | None,
    segment_id: UUID | None = None,
) -> Range:
    """`site_id` is one that the actor sees: the door has looked. The last thirty days when nothing is said. Raises Invalid naming `from` or `to`, Missing for the segment."""
    most = MOST_DAYS if segment_id is None else MOST_DAYS_OF_SEGMENT
    days = days_asked(first, last, now=work.now, zone=await zone_of(work), usual=30, most=most)
    segment = None if segment_id is None else await conditions_of_segment(work, segment_id)
    return Range(days.first, days.last, days.zone, site_id, actor.only_site_ids, segment)


async def traffic(work: Work, range: Range) -> Traffic:
    days, hours = await _by_day_and_hour(work, range)
    before, _ = await _by_day_and_hour(work, range.before(), dimensions=("all",))
    return Traffic(
        from_=range.first,
        to=range.last,
        time_zone=range.zone.key,
        site_id=range.site_id,
        totals=Figures.of(added(days.values())),
        before=Figures.of(added(before.values())),
        days=[
            Day(day=day, **_fields(Figures.of(days.get(day, Sums())))) for day in days_between(range.first, range.last)
        ],
        hours=[Hour(hour=hour, **_fields(Figures.of(hours.get(f"{hour:02}", Sums())))) for hour in _HOURS],
        as_of=work.now,
        definitions=DEFINITIONS,
    )


async def breakdown(
    work: Work, range: Range, dimension: str, *, limit: int, offset: int = 0, q: str = ""
) -> tuple[Breakdown, bool]:
    """By the keys of a dimension, the most first; whether there are more."""
    sums = await _by_key(work, range, dimension)
    names = await _names(work, dimension)
    by_page = dimension == "page"
    found = [
        (key, names.get(key, key), each)
        for key, each in sums.items()
        if not q or is_called(dimension, key, names.get(key, key), q)
    ]
    found.sort(key=lambda item: (*_rank(item[2], by_page=by_page), item[0]))
    items = [
        Row(key=key, name=name, **_fields(Figures.of(each, by_page=by_page)))
        for key, name, each in found[offset : offset + limit]
    ]
    totals = Figures.of(added(each for _, _, each in found), by_page=by_page)
    return Breakdown(items=items, next_cursor=None, totals=totals), len(found) > offset + limit


def _rank(sums: Sums, *, by_page: bool) -> tuple[int, int]:
    """Sorts the most before the least."""
    first, second = (sums.page_views, sums.visits) if by_page else (sums.visits, sums.page_views)
    return -first, -second


def added(parts: Iterable[Sums]) -> Sums:
    whole = Sums()
    for part in parts:
        _add(whole, part)
    return whole


_HOURS = tuple(range(24))


async def _by_day_and_hour(
    work: Work, range: Range, dimensions: Sequence[str] = ("all", "hour")
) -> tuple[dict[date, Sums], dict[str, Sums]]:
    connection = await work.raw()
    days: defaultdict[date, Sums] = defaultdict(Sums)
    hours: defaultdict[str, Sums] = defaultdict(Sums)
    counted: list[tuple[date, Any]] = []
    if range.segment is None:
        bounds = (work.workspace_id, list(dimensions), range.first, range.last, range.sites)
        counted = [(row["day"], row) for row in await connection.fetch(_STORED.format(key="d.key"), *bounds)]
    for day, raw in await _counted(work, range, dimensions):
        counted.append((day, raw))
    for day, row in counted:
        _add(days[day] if row["dimension"] == "all" else hours[row["key"]], _sums(row))
    return days, hours


async def _by_key(work: Work, range: Range, dimension: str) -> dict[str, Sums]:
    connection = await work.raw()
    sums: defaultdict[str, Sums] = defaultdict(Sums)
    if range.segment is None:
        bounds = (work.workspace_id, dimension, range.first, range.last, range.sites)
        for row in await connection.fetch(_SUMMED, *bounds):
            sums[row["key"]] = _sums(row)
    for _, row in await _counted(work, range, (dimension,)):
        _add(sums[row["key"]], _sums(row))
    return sums


async def _counted(work: Work, range: Range, dimensions: Collection[str]) -> list[tuple[date, Any]]:
    """Rows of the days that are not rolled up, each counted from the raw rows; with a segment, of every day."""
    connection = await work.raw()
    begun = await connection.fetchval(_FIRST_VISIT, work.workspace_id)
    if begun is None:
        return []
    first, last = max(range.first, day_at(begun, range.zone)), min(range.last, day_at(work.now, range.zone))
    rolled: set[date] = set()
    if range.segment is None:
        rolled = {row["day"] for row in await connection.fetch(_ROLLED, work.workspace_id, first, last)}
    chosen = await _chosen(work, range, first, last)
    found = []
    for day in days_between(first, last):
        if day not in rolled:
            whole = Days(day, day, range.zone)
            parameters = bound(work.workspace_id, whole.begin, whole.end, range.zone.key, dimensions, range.sites)
            among = () if chosen is None else (_between(chosen, whole.begin, whole.end),)
            statement = COUNT if chosen is None else COUNT_AMONG
            found += [(day, row) for row in await count(connection, *parameters, *among, statement=statement)]
    return found


async def _chosen(work: Work, range: Range, first: date, last: date) -> list[UUID] | None:
    """The visits of people in the segment, found once for all days; None when every visit counts."""
    if range.segment is None:
        return None
    async with with_patience(work):
        counted = Days(first, last, range.zone)
        return await visits_in(work, range.segment, counted.begin, counted.end)


def _between(ids: Sequence[UUID], begin: datetime, end: datetime) -> Sequence[UUID]:
    """Those made in that time, of `ids` in their order."""
    return ids[bisect_left(ids, first_id_at(begin)) : bisect_left(ids, first_id_at(end))]


async def _names(work: Work, dimension: str) -> dict[str, str]:
    """What keys are called where they are ids."""
    if dimension != "goal":
        return {}
    goals: list[GoalValue] = await list_goals(work)
    return {str(goal.id): goal.name for goal in goals}


def _sums(row: Any) -> Sums:
    counted = {name: int(row[name] or 0) for name in SUMS if name != "value"}
    return Sums(**counted, value=round(float(row["value"] or 0), 2))


def _add(whole: Sums, part: Sums) -> None:
    for name in SUMS:
        setattr(whole, name, getattr(whole, name) + getattr(part, name))


def _fields(figures: Figures) -> dict[str, Any]:
    return msgspec.structs.asdict(figures)
