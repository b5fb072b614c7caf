"""The HTTP door of the roster."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import Name, RequiredName
from yingke.kit.values import Value
from yingke.shifts import patterns, queries, rostering, swapping
from yingke.shifts.coverage import coverage_of
from yingke.shifts.duty import Pause, Times
from yingke.shifts.scheduling import set_follows
from yingke.shifts.values import Coverage, Duties, LeaveKind, Roster, RosterCell, ShiftPatternValue, SwapValue

router = APIRouter(route_class=WorkRoute, tags=["shifts"])

Reading = Annotated[Call, allowed("shifts.read")]
Swapping = Annotated[Call, allowed("shifts.swap")]
Rostering = Annotated[Call, allowed("shifts.manage")]
Making = Annotated[Call, allowed("shift_patterns.manage")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
Days = Annotated[int, Query(ge=1, le=42)]
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
MOST_CELLS = 3_500
"""A week of five hundred people."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Break(_Body):
    at: Clock
    minutes: Annotated[int, Field(ge=1, le=480)]
    reason: RequiredName


class PatternBody(_Body):
    name: RequiredName
    color: Color = "#1f6f5c"
    start: Clock
    end: Clock
    breaks: Annotated[list[Break], Field(max_length=8)] = []
    weekdays: Annotated[set[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1)] = {0, 1, 2, 3, 4}

    def times(self) -> Times:
        pauses = [Pause(each.at, each.minutes, each.reason) for each in self.breaks]
        return Times(self.start, self.end, tuple(pauses))


class Cell(_Body):
    agent_id: UUID
    day: date
    pattern_ids: Annotated[set[UUID], Field(max_length=3)] = set()
    leave: LeaveKind | None = None
    note: Name = ""


class Cells(_Body):
    cells: Annotated[list[Cell], Field(min_length=1, max_length=MOST_CELLS)]
    restoring: bool = False
    """They are as an earlier answer said they were: shifts of patterns that were deleted since come back, too."""


class SwapBody(_Body):
    day: date
    with_agent_id: UUID
    with_day: date | None = None
    """None: the colleague gives nothing for it."""
    note: Name = ""


class FollowsBody(_Body):
    follows: bool | None = None


class ShiftPatterns(Value, frozen=True, kw_only=True):
    items: list[ShiftPatternValue]
    next_cursor: str | None = None


class RosterCells(Value, frozen=True, kw_only=True):
    items: list[RosterCell]


@router.get("/shift-patterns", summary="Shift patterns by start, deleted ones too")
async def list_patterns(call: Reading) -> ShiftPatterns:
    return ShiftPatterns(items=await patterns.list_patterns(call.work))


@router.post("/shift-patterns", status_code=201, summary="Make a shift pattern")
async def create_pattern(body: PatternBody, call: Making) -> ShiftPatternValue:
    return await patterns.create_pattern(
        call.work, name=body.name, color=body.color, times=body.times(), weekdays=sorted(body.weekdays)
    )


@router.put("/shift-patterns/{pattern_id}", summary="Change a pattern, and its shifts that have not begun")
async def change_pattern(pattern_id: UUID, body: PatternBody, call: Making) -> ShiftPatternValue:
    return await patterns.change_pattern(
        call.work, pattern_id, name=body.name, color=body.color, times=body.times(), weekdays=sorted(body.weekdays)
    )


@router.delete("/shift-patterns/{pattern_id}", status_code=204, summary="Offer a pattern no longer; its shifts stay")
async def delete_pattern(pattern_id: UUID, call: Making) -> None:
    await patterns.retire_pattern(call.work, pattern_id)


@router.get("/roster", summary="Who works when, from a day on; without one, this week from Monday")
async def show_roster(
    call: Reading, first_day: Day | None = None, days: Days = 7, team_id: UUID | None = None
) -> Roster:
    return await queries.roster_of(call.work, call.actor, first=first_day, days=days, team_id=team_id)


@router.put("/roster", summary="Set cells whole; the answer is what they were before, which undoes it")
async def set_cells(body: Cells, call: Rostering) -> RosterCells:
    cells = [
        ((each.agent_id, each.day), rostering.Plan(tuple(sorted(each.pattern_ids)), each.leave, each.note))
        for each in body.cells
    ]
    return RosterCells(items=await rostering.set_cells(call.work, call.actor, cells, restoring=body.restoring))


@router.get("/roster/coverage", summary="Rostered against wanted agents, by hour")
async def show_coverage(
    call: Rostering, first_day: Day | None = None, days: Days = 7, team_id: UUID | None = None
) -> Coverage:
    return await coverage_of(call.work, call.actor, first=first_day, days=days, team_id=team_id)


@router.get("/roster/duties", summary="Who has a shift now, and who is not here")
async def show_duties(call: Reading) -> Duties:
    return Duties(items=await queries.duties_of(call.work, call.actor))


@router.post("/roster/swaps", status_code=201, summary="Ask to swap one's shifts of a day with a colleague")
async def ask_swap(body: SwapBody, call: Swapping) -> SwapValue:
    return await swapping.ask_swap(
        call.work,
        call.actor,
        day=body.day,
        with_agent_id=body.with_agent_id,
        with_day=body.with_day,
        note=body.note,
    )


@router.post("/roster/swaps/{swap_id}/accept", summary="Agree to a swap, as the colleague who was asked")
async def accept_swap(swap_id: UUID, call: Swapping) -> SwapValue:
    return await swapping.accept_swap(call.work, call.actor, swap_id)


@router.post("/roster/swaps/{swap_id}/approve", summary="Swap them, when the colleague has agreed")
async def approve_swap(swap_id: UUID, call: Rostering) -> SwapValue:
    return await swapping.approve_swap(call.work, call.actor, swap_id)


@router.post("/roster/swaps/{swap_id}/decline", summary="Leave the roster as it is; also by the colleague asked")
async def decline_swap(swap_id: UUID, call: Swapping) -> SwapValue:
    return await swapping.decline_swap(call.work, call.actor, swap_id)


@router.post("/roster/swaps/{swap_id}/withdraw", summary="Take one's own request back")
async def withdraw_swap(swap_id: UUID, call: Swapping) -> SwapValue:
    return await swapping.withdraw_swap(call.work, call.actor, swap_id)


@router.put("/agents/{agent_id}/schedule", status_code=204, summary="Whether an agent's state follows the roster")
async def set_schedule(agent_id: UUID, body: FollowsBody, call: Rostering) -> None:
    await set_follows(call.work, call.actor, agent_id, body.follows)
