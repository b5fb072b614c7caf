"""Shift patterns: the shifts that a roster is made of."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select, update

from yingke.identity import Workspace, WorkspaceSettings, zone_of
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.shifts.duty import Times, fault_of, first_overlap
from yingke.shifts.errors import PatternRetired, ShiftsOverlap
from yingke.shifts.facts import ShiftPatternsChanged
from yingke.shifts.models import Shift, ShiftPattern
from yingke.shifts.parts import shifts_between, times_of
from yingke.shifts.rostering import hold, tell_changed
from yingke.shifts.values import BreakValue, ShiftPatternValue


async def list_patterns(work: Work) -> list[ShiftPatternValue]:
    """By start; deleted ones too, since shifts of the past are theirs."""
    found = select(ShiftPattern).where(ShiftPattern.workspace_id == work.workspace_id)
    return [pattern_value(each) for each in await work.all(found.order_by(ShiftPattern.start, ShiftPattern.id))]


async def create_pattern(
    work: Work, *, name: str, color: str, times: Times, weekdays: Sequence[int]
) -> ShiftPatternValue:
    """Raises Invalid naming the field."""
    await _require_sound(work, times)
    pattern = ShiftPattern(id=new_id(), name=name, color=color, weekdays=list(weekdays))
    _set_times(pattern, times)
    work.add(pattern)
    return _tell(work, pattern)


async def change_pattern(
    work: Work, id: UUID, *, name: str, color: str, times: Times, weekdays: Sequence[int]
) -> ShiftPatternValue:
    """Its shifts that have not begun get the new times. Raises Missing, PatternRetired, Invalid, ShiftsOverlap."""
    pattern = await work.get(ShiftPattern, id, lock=True)
    if pattern.retired_at is not None:
        raise PatternRetired
    pattern.name, pattern.color, pattern.weekdays = name, color, list(weekdays)
    if times != times_of(pattern):
        await _require_sound(work, times)
        _set_times(pattern, times)
        await _change_shifts(work, pattern)
    return _tell(work, pattern)


async def retire_pattern(work: Work, id: UUID) -> None:
    """It is no longer offered; shifts made from it stay. Raises Missing."""
    pattern = await work.get(ShiftPattern, id, lock=True)
    pattern.retired_at = pattern.retired_at or work.now
    _tell(work, pattern)


def pattern_value(row: ShiftPattern) -> ShiftPatternValue:
    return ShiftPatternValue(
        id=row.id,
        name=row.name,
        color=row.color,
        start=row.start,
        end=row.end,
        breaks=[BreakValue(**each) for each in row.breaks],
        weekdays=row.weekdays,
        retired=row.retired_at is not None,
    )


async def _change_shifts(work: Work, pattern: ShiftPattern) -> None:
    now = work.now.astimezone(await zone_of(work))
    to_come = or_(Shift.day > now.date(), and_(Shift.day == now.date(), Shift.start > f"{now:%H:%M}"))
    mine = (Shift.workspace_id == work.workspace_id, Shift.pattern_id == pattern.id, to_come)
    places = (await work.rows.execute(select(Shift.agent_id, Shift.day).where(*mine))).all()
    if not places:
        return
    agent_ids, days = sorted({row.agent_id for row in places}), [row.day for row in places]
    await hold(work, agent_ids)
    times = {"start": pattern.start, "end": pattern.end, "breaks": pattern.breaks}
    await work.rows.execute(update(Shift).where(*mine).values(**times))
    first, last = min(days), max(days)
    shifts = await shifts_between(work, agent_ids, first - timedelta(days=1), last + timedelta(days=1))
    for agent_id in agent_ids:
        day = first_overlap((each.day, times_of(each)) for each in shifts if each.agent_id == agent_id)
        if day is not None:
            raise ShiftsOverlap(f"With these times somebody would have two shifts at once on {day.isoformat()}.")
    await tell_changed(work, agent_ids, first, last)


async def _require_sound(work: Work, times: Times) -> None:
    if fault := fault_of(times):
        raise Invalid(
            fault, field="breaks" if times.pauses and fault_of(Times(times.start, times.end)) is None else "end"
        )
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    known = {each.name for each in WorkspaceSettings.model_validate(workspace.settings).away_reasons}
    if unknown := {each.reason for each in times.pauses} - known:
        raise Invalid(
            f"There is no reason to be away called {min(unknown)}. Add it in the settings first.", field="breaks"
        )


def _set_times(pattern: ShiftPattern, times: Times) -> None:
    pattern.start, pattern.end = times.start, times.end
    pattern.breaks = [{"at": each.at, "minutes": each.minutes, "reason": each.reason} for each in times.pauses]


def _tell(work: Work, pattern: ShiftPattern) -> ShiftPatternValue:
    value = pattern_value(pattern)
    work.tell(ShiftPatternsChanged(workspace_id=work.workspace_id, pattern=value))
    return value
