"""Reading the roster: a stretch of days, and who is on duty now."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from yingke.agents import Agent, AvailabilityInterval
from yingke.identity import Actor, zone_of
from yingke.kit.work import Work
from yingke.shifts.duty import Stretch, duty_at, on_since, overlap, stretches
from yingke.shifts.models import AgentSchedule, Leave, Shift, ShiftSwap
from yingke.shifts.parts import leaves_between, midnight, parts_around, parts_between, shifts_between, times_of
from yingke.shifts.reach import Reach, reach_of
from yingke.shifts.swapping import swap_value
from yingke.shifts.values import DutyValue, KeptTime, Roster, RosterAgent, RosterLeave, RosterShift

_LATE_AFTER = timedelta(minutes=1)
_AT_WORK = ("online", "busy")
_MOST_SWAPS = 200


async def roster_of(work: Work, actor: Actor, *, first: date | None, days: int, team_id: UUID | None) -> Roster:
    """Of those the actor may see. `first` None: the week of today, from Monday."""
    zone = await zone_of(work)
    today = work.now.astimezone(zone).date()
    first = first or today - timedelta(days=today.weekday())
    last = first + timedelta(days=days - 1)
    reach = await reach_of(work, actor)
    ids = [id for id, each in reach.seen.items() if team_id is None or team_id in each.team_ids]
    shifts = await shifts_between(work, ids, first, last)
    shown = {id for id in ids if not reach.seen[id].disabled} | {each.agent_id for each in shifts}
    theirs = [id for id in shown if id in reach.editable or id == actor.agent_id]
    return Roster(
        first_day=first,
        days=days,
        today=today,
        time_zone=zone.key,
        agents=await _agents(work, reach, sorted(shown)),
        shifts=[value for each in shifts if (value := _shift_value(each, zone))],
        leaves=[_leave_value(each, each.agent_id in theirs) for each in await leaves_between(work, ids, first, last)],
        kept=await _kept(work, theirs, first, min(last, today), zone),
        swaps=[swap_value(each, reach) for each in await _swaps(work, ids, first, last)],
    )


async def duties_of(work: Work, actor: Actor) -> list[DutyValue]:
    """Of those the actor may see and who have a shift now."""
    zone = await zone_of(work)
    reach = await reach_of(work, actor)
    here = {id: each for id, each in reach.seen.items() if not each.disabled}
    parts = await parts_around(work, here.keys(), zone)
    gone = select(Agent.id, Agent.disconnected_at).where(Agent.workspace_id == work.workspace_id, Agent.id.in_(here))
    gone_at = {row.id: row.disconnected_at for row in await work.rows.execute(gone)}
    found = []
    for id, own in parts.items():
        duty = duty_at(own, work.now)
        if duty.state != "off":
            since = None if here[id].connected else _missing_since(own, gone_at[id], work.now)
            until = next(each.ends_at for each in own if each.starts_at <= work.now < each.ends_at)
            found.append(DutyValue(agent_id=id, state=duty.state, reason=duty.reason, until=until, missing_since=since))
    return found


def _missing_since(own: Sequence[Stretch], gone_at: datetime | None, now: datetime) -> datetime | None:
    begun = on_since(own, now)
    since = max(begun, gone_at or begun) if begun else None
    return since if since and now - since >= _LATE_AFTER else None


async def _agents(work: Work, reach: Reach, ids: Sequence[UUID]) -> list[RosterAgent]:
    found = select(AgentSchedule.agent_id, AgentSchedule.follows).where(
        AgentSchedule.workspace_id == work.workspace_id, AgentSchedule.agent_id.in_(ids)
    )
    follows = {row.agent_id: row.follows for row in await work.rows.execute(found)}
    return [
        RosterAgent(
            agent_id=id,
            editable=id in reach.editable and not reach.seen[id].disabled,
            follows=follows.get(id),
        )
        for id in ids
    ]


def _shift_value(row: Shift, zone: ZoneInfo) -> RosterShift | None:
    parts = list(stretches(row.day, times_of(row), zone))
    if not parts:
        return None
    return RosterShift(
        id=row.id,
        pattern_id=row.pattern_id,
        agent_id=row.agent_id,
        day=row.day,
        start=row.start,
        end=row.end,
        starts_at=parts[0].starts_at,
        ends_at=parts[-1].ends_at,
    )


def _leave_value(row: Leave, told: bool) -> RosterLeave:
    """Why somebody is on leave is told to themselves and to those who plan; to others, that they are."""
    kind = row.kind if told else "other"
    return RosterLeave(agent_id=row.agent_id, day=row.day, kind=kind, note=row.note if told else "")  # type: ignore[arg-type] # the column holds nothing else


async def _kept(work: Work, ids: Sequence[UUID], first: date, last: date, zone: ZoneInfo) -> list[KeptTime]:
    if last < first or not ids:
        return []
    parts = await parts_between(work, ids, first, last, zone)
    since, until = midnight(first, zone), midnight(last + timedelta(days=2), zone)
    there = await _at_work(work, ids, since, min(until, work.now))
    return [
        told
        for id, own in parts.items()
        for day in sorted({each.day for each in own})
        if (told := _kept_on(id, day, [each for each in own if each.day == day], there.get(id, []), work.now))
    ]


def _kept_on(
    id: UUID, day: date, own: Sequence[Stretch], there: Sequence[tuple[datetime, datetime]], now: datetime
) -> KeptTime | None:
    begun = [each for each in own if each.state == "on" and each.starts_at < now]
    spans = [(each.starts_at, min(each.ends_at, now)) for each in begun]
    rostered = sum((end - begin for begin, end in spans), timedelta())
    if not rostered:
        return None
    available = overlap(spans, there)
    return KeptTime(
        agent_id=id,
        day=day,
        rostered=round(rostered.total_seconds()),
        available=round(available.total_seconds()),
    )


async def _at_work(
    work: Work, ids: Sequence[UUID], since: datetime, until: datetime
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    interval = AvailabilityInterval
    found = select(interval.agent_id, interval.began_at, interval.ended_at).where(
        interval.workspace_id == work.workspace_id,
        interval.agent_id.in_(ids),
        interval.availability.in_(_AT_WORK),
        interval.began_at < until,
        or_(interval.ended_at.is_(None), interval.ended_at > since),
    )
    there: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for row in await work.rows.execute(found):
        there.setdefault(row.agent_id, []).append((row.began_at, row.ended_at or work.now))
    return there


async def _swaps(work: Work, ids: Sequence[UUID], first: date, last: date) -> Sequence[ShiftSwap]:
    theirs = or_(ShiftSwap.agent_id.in_(ids), ShiftSwap.with_agent_id.in_(ids))
    wanted = or_(ShiftSwap.state == "requested", ShiftSwap.day.between(first, last))
    found = select(ShiftSwap).where(ShiftSwap.workspace_id == work.workspace_id, theirs, wanted)
    return await work.all(found.order_by(ShiftSwap.asked_at.desc()).limit(_MOST_SWAPS))
