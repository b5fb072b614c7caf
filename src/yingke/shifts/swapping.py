"""Swaps: one agent asks to give a day's shifts to another, perhaps for those of another day; the colleague agrees, and a
supervisor decides. Who plans for both needs nobody's word."""

from datetime import date
from uuid import UUID

from yingke.identity import Actor
from yingke.kit.errors import Forbidden, Invalid, Missing
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.shifts.errors import SwapNotAccepted, SwapOutdated, SwapSettled
from yingke.shifts.models import ShiftSwap
from yingke.shifts.parts import leaves_between, shifts_between, today_of
from yingke.shifts.reach import Reach, reach_of
from yingke.shifts.rostering import FAR, Place, Plan, hold, tell_changed, write_cells
from yingke.shifts.values import SwapValue


async def ask_swap(
    work: Work, actor: Actor, *, day: date, with_agent_id: UUID, with_day: date | None, note: str
) -> SwapValue:
    """Of one's own shifts. Raises Invalid naming the field."""
    reach, today = await reach_of(work, actor), await today_of(work)
    other = reach.seen.get(with_agent_id)
    if other is None or other.disabled or other.id == actor.agent_id:
        raise Invalid("Choose a colleague of your teams.", field="with_agent_id")
    for field, each in (("day", day), ("with_day", with_day or day)):
        if not today <= each <= today + FAR:
            raise Invalid("Choose a day from today on.", field=field)
    if not await shifts_between(work, [actor.agent_id], day, day):
        raise Invalid("You have no shift on this day.", field="day")
    if with_day and not await shifts_between(work, [with_agent_id], with_day, with_day):
        raise Invalid("Your colleague has no shift on this day.", field="with_day")
    swap = ShiftSwap(
        id=new_id(),
        agent_id=actor.agent_id,
        day=day,
        with_agent_id=with_agent_id,
        with_day=with_day,
        note=note,
        state="requested",
        asked_at=work.now,
    )
    if _decidable(swap, reach):
        swap.accepted_at = work.now
    work.add(swap)
    return await _tell(work, swap, reach)


async def accept_swap(work: Work, actor: Actor, id: UUID) -> SwapValue:
    """By the colleague who was asked; again, it changes nothing. Raises Missing, Forbidden, SwapSettled."""
    swap, reach = await _open(work, actor, id)
    if actor.agent_id != swap.with_agent_id:
        raise Forbidden
    swap.accepted_at = swap.accepted_at or work.now
    return await _tell(work, swap, reach)


async def approve_swap(work: Work, actor: Actor, id: UUID) -> SwapValue:
    """Raises Missing, Forbidden, SwapSettled, SwapNotAccepted, SwapOutdated, ShiftsOverlap."""
    swap, reach = await _to_decide(work, actor, id)
    if swap.accepted_at is None:
        raise SwapNotAccepted
    if min(swap.day, swap.with_day or swap.day) < await today_of(work):
        raise SwapOutdated
    reach.require_editable({swap.agent_id, swap.with_agent_id}, "swap_id")
    await hold(work, {swap.agent_id, swap.with_agent_id})
    await write_cells(work, await _swapped(work, swap), restoring=True)
    return await _settle(work, actor, swap, "approved", reach)


async def decline_swap(work: Work, actor: Actor, id: UUID) -> SwapValue:
    """Also by the colleague who was asked. Raises Missing, Forbidden, SwapSettled."""
    swap, reach = await _open(work, actor, id)
    if actor.agent_id != swap.with_agent_id and not _decidable(swap, reach):
        raise Forbidden
    return await _settle(work, actor, swap, "declined", reach)


async def withdraw_swap(work: Work, actor: Actor, id: UUID) -> SwapValue:
    """By who asked. Raises Missing, Forbidden, SwapSettled."""
    swap, reach = await _open(work, actor, id)
    if actor.agent_id != swap.agent_id:
        raise Forbidden
    return await _settle(work, actor, swap, "withdrawn", reach)


def swap_value(row: ShiftSwap, reach: Reach) -> SwapValue:
    return SwapValue(
        id=row.id,
        agent_id=row.agent_id,
        day=row.day,
        with_agent_id=row.with_agent_id,
        with_day=row.with_day,
        note=row.note,
        state=row.state,  # type: ignore[arg-type] # the column holds nothing else
        asked_at=row.asked_at,
        accepted_at=row.accepted_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decidable=row.state == "requested" and _decidable(row, reach),
    )


def _decidable(swap: ShiftSwap, reach: Reach) -> bool:
    return {swap.agent_id, swap.with_agent_id} <= reach.editable


async def _open(work: Work, actor: Actor, id: UUID) -> tuple[ShiftSwap, Reach]:
    swap, reach = await work.get(ShiftSwap, id, lock=True), await reach_of(work, actor)
    if reach.seen.keys().isdisjoint({swap.agent_id, swap.with_agent_id}):
        raise Missing
    if swap.state != "requested":
        raise SwapSettled
    return swap, reach


async def _to_decide(work: Work, actor: Actor, id: UUID) -> tuple[ShiftSwap, Reach]:
    swap, reach = await _open(work, actor, id)
    if not _decidable(swap, reach):
        raise Forbidden("You may change the roster of your own teams only.")
    return swap, reach


async def _swapped(work: Work, swap: ShiftSwap) -> dict[Place, Plan]:
    """The cells as they will be. Leave of a day stays with the person. Raises SwapOutdated."""
    giver, taker = swap.agent_id, swap.with_agent_id
    days = sorted({swap.day, swap.with_day or swap.day})
    shifts = await shifts_between(work, [giver, taker], days[0], days[-1])
    leaves = {(each.agent_id, each.day): each for each in await leaves_between(work, [giver, taker], days[0], days[-1])}
    held: dict[Place, set[UUID]] = {(agent_id, day): set() for agent_id in (giver, taker) for day in days}
    for shift in shifts:
        held.get((shift.agent_id, shift.day), set()).add(shift.pattern_id)
    given = held[giver, swap.day].copy()
    taken = held[taker, swap.with_day].copy() if swap.with_day else set()
    if not given or (swap.with_day and not taken):
        raise SwapOutdated
    held[giver, swap.day] -= given
    held[taker, swap.with_day or swap.day] -= taken
    if held[taker, swap.day] & given or (swap.with_day and held[giver, swap.with_day] & taken):
        raise SwapOutdated("One of the two has that shift on that day already.")
    held[taker, swap.day] |= given
    if swap.with_day:
        held[giver, swap.with_day] |= taken
    return {
        place: Plan(tuple(ids), leave.kind if (leave := leaves.get(place)) else None, leave.note if leave else "")  # type: ignore[arg-type] # the column holds nothing else
        for place, ids in held.items()
    }


async def _settle(work: Work, actor: Actor, swap: ShiftSwap, state: str, reach: Reach) -> SwapValue:
    swap.state, swap.decided_by, swap.decided_at = state, actor.agent_id, work.now
    return await _tell(work, swap, reach)


async def _tell(work: Work, swap: ShiftSwap, reach: Reach) -> SwapValue:
    await work.flush()
    days = sorted({swap.day, swap.with_day or swap.day})
    await tell_changed(work, sorted({swap.agent_id, swap.with_agent_id}), days[0], days[-1])
    return swap_value(swap, reach)
