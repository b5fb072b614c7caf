"""Writing the roster: cells, each all that one agent has on one day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from yingke.agents import AgentValue, agent_values
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.shifts.duty import first_overlap
from yingke.shifts.errors import PatternRetired, ShiftsOverlap
from yingke.shifts.facts import RosterChanged
from yingke.shifts.following import follow, make_schedules
from yingke.shifts.models import Leave, Shift, ShiftPattern
from yingke.shifts.parts import leaves_between, shifts_between, times_of, today_of
from yingke.shifts.reach import reach_of
from yingke.shifts.values import LeaveKind, RosterCell

FAR = timedelta(days=400)
_DAY = timedelta(days=1)
Place = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Plan:
    pattern_ids: tuple[UUID, ...] = ()
    leave: LeaveKind | None = None
    note: str = ""


async def set_cells(
    work: Work, actor: Actor, cells: Sequence[tuple[Place, Plan]], *, restoring: bool = False
) -> list[RosterCell]:
    """Answers with the same cells as they were. Leave and shifts of a day may stand together: the leave counts.

    `restoring`: they are put back as they were; shifts of a pattern that was deleted since come back as well.

    Raises Invalid naming `cells`, Forbidden, ShiftsOverlap, PatternRetired.
    """
    wanted = dict(cells)
    if len(wanted) < len(cells):
        raise Invalid("The same day of the same person is there twice.", field="cells")
    today = await today_of(work)
    if any(abs(day - today) > FAR for _, day in wanted):
        raise Invalid("Choose days within a year from now.", field="cells")
    (await reach_of(work, actor)).require_editable({agent_id for agent_id, _ in wanted}, "cells")
    return await write_cells(work, wanted, restoring=restoring)


async def hold(work: Work, agent_ids: Collection[UUID]) -> None:
    """From here on nobody else changes the shifts of these agents; what was due before is done."""
    await make_schedules(work, agent_ids)
    await follow(work, agent_ids)


async def write_cells(work: Work, wanted: Mapping[Place, Plan], *, restoring: bool) -> list[RosterCell]:
    """Like `set_cells`, for one who was asked for the right to it already."""
    agent_ids = sorted({agent_id for agent_id, _ in wanted})
    first, last = min(day for _, day in wanted), max(day for _, day in wanted)
    await hold(work, agent_ids)
    shifts = await shifts_between(work, agent_ids, first - _DAY, last + _DAY)
    leaves = {(each.agent_id, each.day): each for each in await leaves_between(work, agent_ids, first, last)}
    held: dict[Place, list[Shift]] = defaultdict(list)
    for shift in shifts:
        held[shift.agent_id, shift.day].append(shift)
    before = [_cell(place, held.get(place, []), leaves.get(place)) for place in wanted]
    patterns = await _patterns(work, {id for plan in wanted.values() for id in plan.pattern_ids})
    if not restoring:
        _require_offered(wanted, held, patterns)
    for place, plan in wanted.items():
        held[place] = await _place(work, place, plan, held.get(place, []), patterns)
        await _set_leave(work, place, plan, leaves.get(place))
    await _require_apart(work, held)
    await work.flush()
    await tell_changed(work, agent_ids, first, last)
    return before


async def tell_changed(work: Work, agent_ids: Sequence[UUID], first: date, last: date) -> None:
    """Have the state of these agents follow what was changed, and everybody know."""
    await follow(work, agent_ids, edited=True)
    agents = await agent_values(work, agent_ids)
    work.tell(
        RosterChanged(
            workspace_id=work.workspace_id,
            first_day=first,
            last_day=last,
            agent_ids=list(agent_ids),
            team_ids=sorted({team_id for each in agents for team_id in each.team_ids}),
        )
    )


async def end_roster(work: Work, agent: AgentValue) -> None:
    """Of somebody who left: nobody counts on them from tomorrow on. Again, it changes nothing."""
    today = await today_of(work)
    shifts = await shifts_between(work, [agent.id], today + _DAY, date.max)
    for shift in shifts:
        await work.rows.delete(shift)
    if shifts:
        await work.flush()
        await tell_changed(work, [agent.id], shifts[0].day, shifts[-1].day)


async def _patterns(work: Work, ids: set[UUID]) -> dict[UUID, ShiftPattern]:
    found = select(ShiftPattern).where(ShiftPattern.workspace_id == work.workspace_id, ShiftPattern.id.in_(ids))
    patterns = {each.id: each for each in await work.all(found)}
    if ids - patterns.keys():
        raise Invalid("There is no such shift pattern.", field="cells")
    return patterns


def _require_offered(
    wanted: Mapping[Place, Plan], held: Mapping[Place, list[Shift]], patterns: Mapping[UUID, ShiftPattern]
) -> None:
    """Raises PatternRetired for a new shift of a pattern that was deleted."""
    for place, plan in wanted.items():
        there = {shift.pattern_id for shift in held.get(place, [])}
        if any(patterns[id].retired_at is not None for id in plan.pattern_ids if id not in there):
            raise PatternRetired


async def _place(
    work: Work, place: Place, plan: Plan, held: list[Shift], patterns: Mapping[UUID, ShiftPattern]
) -> list[Shift]:
    """What stays keeps the times it has."""
    kept = [shift for shift in held if shift.pattern_id in plan.pattern_ids]
    for shift in held:
        if shift not in kept:
            await work.rows.delete(shift)
    fresh = [patterns[id] for id in plan.pattern_ids if id not in {shift.pattern_id for shift in kept}]
    for pattern in fresh:
        agent_id, day = place
        times = {"start": pattern.start, "end": pattern.end, "breaks": pattern.breaks}
        shift = Shift(id=new_id(), agent_id=agent_id, day=day, pattern_id=pattern.id, **times)
        work.add(shift)
        kept.append(shift)
    return kept


async def _set_leave(work: Work, place: Place, plan: Plan, held: Leave | None) -> None:
    if plan.leave is None:
        if held is not None:
            await work.rows.delete(held)
    elif held is None:
        work.add(Leave(agent_id=place[0], day=place[1], kind=plan.leave, note=plan.note))
    else:
        held.kind, held.note = plan.leave, plan.note


async def _require_apart(work: Work, held: Mapping[Place, list[Shift]]) -> None:
    by_agent: dict[UUID, list[Shift]] = defaultdict(list)
    for (agent_id, _), shifts in held.items():
        by_agent[agent_id] += shifts
    for agent_id, shifts in by_agent.items():
        day = first_overlap((each.day, times_of(each)) for each in shifts)
        if day is not None:
            (agent,) = await agent_values(work, [agent_id])
            raise ShiftsOverlap(f"{agent.name} would have two shifts at once on {day.isoformat()}.", field="cells")


def _cell(place: Place, held: list[Shift], leave: Leave | None) -> RosterCell:
    return RosterCell(
        agent_id=place[0],
        day=place[1],
        pattern_ids=[each.pattern_id for each in held],
        leave=leave.kind if leave else None,  # type: ignore[arg-type] # the column holds nothing else
        note=leave.note if leave else "",
    )
