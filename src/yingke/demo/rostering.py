"""Who works when in the shop: three shifts, last week, this one and the next, a holiday and a request to swap."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground, Work
from yingke.shifts.duty import Pause, Times
from yingke.shifts.parts import today_of
from yingke.shifts.patterns import create_pattern
from yingke.shifts.rostering import Plan, set_cells
from yingke.shifts.swapping import accept_swap, ask_swap

Told = dict[str, Any]
_WEEKS = 3
"""Last week, this one and the next."""


async def write_roster(ground: Ground, company: Company, owner: Actor, now: datetime) -> None:
    told = sample("roster")
    then = Ground(ground.engine, ground.outbox, FixedClock(now))
    async with then.work_in(company.workspace_id) as work:
        patterns = {key: await _pattern(work, each) for key, each in told["patterns"].items()}
        today = await today_of(work)
        monday = today - timedelta(days=today.weekday())
        cells = [
            ((company.actors[key].agent_id, monday + timedelta(days=7 * (week - 1) + number)), Plan((patterns[shift],)))
            for key, days in told["week"].items()
            for week in range(_WEEKS)
            for number, shift in enumerate(days)
            if shift
        ]
        await set_cells(work, owner, cells)
        away = told["leave"]
        day = monday + timedelta(days=7 + away["day"])
        held = Plan((patterns[told["week"][away["agent"]][away["day"]]],), away["kind"], away["note"])
        await set_cells(work, owner, [((company.actors[away["agent"]].agent_id, day), held)])
        await _swap(work, company, told["swap"], monday + timedelta(days=7))


async def _pattern(work: Work, told: Told) -> UUID:
    times = Times(told["start"], told["end"], tuple(Pause(**each) for each in told["breaks"]))
    made = await create_pattern(work, name=told["name"], color=told["color"], times=times, weekdays=told["weekdays"])
    return made.id


async def _swap(work: Work, company: Company, told: Told, monday: date) -> None:
    asked = await ask_swap(
        work,
        company.actors[told["from"]],
        day=monday + timedelta(days=told["day"]),
        with_agent_id=company.actors[told["with"]].agent_id,
        with_day=monday + timedelta(days=told["for"]),
        note=told["note"],
    )
    await accept_swap(work, company.actors[told["with"]], asked.id)
