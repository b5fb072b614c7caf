"""Shifts from the database, as stretches of time."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from yingke.identity import zone_of
from yingke.kit.work import Work
from yingke.shifts.duty import Pause, Stretch, Times, stretches
from yingke.shifts.models import Leave, Shift, ShiftPattern


async def today_of(work: Work) -> date:
    return work.now.astimezone(await zone_of(work)).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def times_of(row: Shift | ShiftPattern) -> Times:
    return Times(row.start, row.end, tuple(_pause(each) for each in row.breaks))


async def shifts_between(work: Work, agent_ids: Collection[UUID], first: date, last: date) -> list[Shift]:
    """Both days included, in order."""
    found = select(Shift).where(
        Shift.workspace_id == work.workspace_id, Shift.agent_id.in_(agent_ids), Shift.day.between(first, last)
    )
    newest = found.order_by(Shift.agent_id, Shift.day, Shift.start).execution_options(populate_existing=True)
    return list(await work.all(newest))


async def leaves_between(work: Work, agent_ids: Collection[UUID], first: date, last: date) -> list[Leave]:
    found = select(Leave).where(
        Leave.workspace_id == work.workspace_id, Leave.agent_id.in_(agent_ids), Leave.day.between(first, last)
    )
    return list(await work.all(found.order_by(Leave.agent_id, Leave.day)))


async def parts_between(
    work: Work, agent_ids: Collection[UUID], first: date, last: date, zone: ZoneInfo
) -> dict[UUID, list[Stretch]]:
    """By agent, in order, of the shifts that begin on these days; those of days of leave do not count."""
    away = {(each.agent_id, each.day) for each in await leaves_between(work, agent_ids, first, last)}
    found: dict[UUID, list[Stretch]] = defaultdict(list)
    for shift in await shifts_between(work, agent_ids, first, last):
        if (shift.agent_id, shift.day) not in away:
            found[shift.agent_id] += stretches(shift.day, times_of(shift), zone)
    return found


async def parts_around(
    work: Work, agent_ids: Collection[UUID], zone: ZoneInfo, ahead: int = 1
) -> dict[UUID, list[Stretch]]:
    """From the day before yesterday to `ahead` days from now."""
    today = work.now.astimezone(zone).date()
    return await parts_between(work, agent_ids, today - timedelta(days=2), today + timedelta(days=ahead), zone)


def _pause(each: dict[str, Any]) -> Pause:
    return Pause(at=each["at"], minutes=each["minutes"], reason=each["reason"])
