"""Whether enough people are rostered for what is to come, judged by what came in the four weeks before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from yingke.identity import Actor, zone_of
from yingke.kit.work import Work
from yingke.shifts.duty import overlap
from yingke.shifts.parts import midnight, parts_between
from yingke.shifts.reach import reach_of
from yingke.shifts.values import Coverage, CoverageHour

WEEKS = 4
_HOUR = timedelta(hours=1)
_USUAL = 600.0
"""Seconds that a conversation takes where none has ended yet."""
# What the robot answered alone wanted nobody. Whoever came then has spoken since: so the index of the last message narrows it.
_CAME = """
FROM conversations WHERE workspace_id = :workspace AND kind = 'chat' AND channel <> 'colleague'
  AND active_period >= CAST(:since AS timestamptz) - interval '5 minutes' AND opened_at >= :since AND opened_at < :until
  AND (agent_id IS NOT NULL OR queued_at IS NOT NULL OR handed_over_at IS NOT NULL)
  AND (CAST(:teams AS uuid[]) IS NULL OR team_id = ANY(:teams))
"""
_ARRIVALS = text(
    "SELECT date_trunc('hour', coalesce(handed_over_at, opened_at) AT TIME ZONE :zone) AS hour, count(*) AS n"
    + _CAME
    + "GROUP BY 1"
)
_HANDLING = text(
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - coalesce(handed_over_at, opened_at)))"  # noqa: S608 - constants only
    + _CAME
    + "AND resolved_at - coalesce(handed_over_at, opened_at) BETWEEN interval '0' AND interval '2 hours'"
)


async def coverage_of(work: Work, actor: Actor, *, first: date | None, days: int, team_id: UUID | None) -> Coverage:
    """Of the agents the actor may see: those of `team_id`, or all."""
    zone = await zone_of(work)
    today = work.now.astimezone(zone).date()
    first = first or today - timedelta(days=today.weekday())
    reach = await reach_of(work, actor)
    agents = [
        each for each in reach.seen.values() if not each.disabled and (team_id is None or team_id in each.team_ids)
    ]
    parts = await parts_between(
        work, [each.id for each in agents], first - timedelta(days=1), first + timedelta(days=days - 1), zone
    )
    teams = _teams(actor, team_id)
    base = min(first, today) - timedelta(weeks=WEEKS)
    came, handling = await _past(work, base, zone, teams)
    usual = medians(came, base)
    capacity = sum(each.capacity for each in agents) / len(agents) if agents else 1.0
    on = [(part.starts_at, part.ends_at) for own in parts.values() for part in own if part.state == "on"]
    return Coverage(
        hours=[
            _hour(at, on, usual.get((at.astimezone(zone).weekday(), at.astimezone(zone).hour), 0.0), handling, capacity)
            for at in hours_of(first, days, zone)
        ],
        handling=handling,
        capacity=round(capacity, 2),
    )


def hours_of(first: date, days: int, zone: ZoneInfo) -> list[datetime]:
    """The beginnings of the hours of these days: 23 or 25 of them on a day with a clock change."""
    at, until = midnight(first, zone), midnight(first + timedelta(days=days), zone)
    return [at + _HOUR * number for number in range(ceil((until - at) / _HOUR))]


def medians(came: Mapping[datetime, int], base: date) -> dict[tuple[int, int], float]:
    """By weekday and hour, over those of the four weeks from `base` in which anybody came at all. Pure.

    `came`: arrivals by local hour.
    """
    weeks = {(hour.date() - base).days // 7 for hour in came}
    by_hour: dict[tuple[int, int], list[int]] = defaultdict(list)
    for hour, count in came.items():
        by_hour[hour.weekday(), hour.hour].append(count)
    return {key: float(median([*counts, *[0] * (len(weeks) - len(counts))])) for key, counts in by_hour.items()}


def wanted_for(arrivals: float, handling: float, capacity: float) -> int:
    """Agents who hold what is under way at once: arrivals an hour times hours each takes (Little's law). Pure."""
    return ceil(round(arrivals * handling / 3600 / capacity, 6)) if arrivals > 0 else 0


def rostered_in(at: datetime, on: Iterable[tuple[datetime, datetime]]) -> float:
    return sum((overlap([(at, at + _HOUR)], [each]) / _HOUR for each in on), 0.0)


def _hour(
    at: datetime, on: list[tuple[datetime, datetime]], arrivals: float, handling: float, capacity: float
) -> CoverageHour:
    here = [each for each in on if each[0] < at + _HOUR and each[1] > at]
    wanted = wanted_for(arrivals, handling, capacity)
    return CoverageHour(at=at, rostered=round(rostered_in(at, here), 2), wanted=wanted, arrivals=arrivals)


def _teams(actor: Actor, team_id: UUID | None) -> list[UUID] | None:
    if team_id is not None:
        return [team_id] if actor.only_team_ids is None or team_id in actor.only_team_ids else []
    return None if actor.only_team_ids is None else sorted(actor.only_team_ids)


async def _past(work: Work, base: date, zone: ZoneInfo, teams: list[UUID] | None) -> tuple[dict[datetime, int], float]:
    bound = {
        "workspace": work.workspace_id,
        "since": midnight(base, zone),
        "until": midnight(base + timedelta(weeks=WEEKS), zone),
        "zone": zone.key,
        "teams": teams,
    }
    came = {row.hour: row.n for row in await work.rows.execute(_ARRIVALS, bound)}
    seconds = await work.rows.scalar(_HANDLING, bound)
    return came, float(seconds) if seconds else _USUAL
