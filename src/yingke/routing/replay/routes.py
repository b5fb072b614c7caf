"""The HTTP door of what would have been."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.errors import Invalid, Throttled
from yingke.kit.values import Value
from yingke.routing.replay.apart import replay_apart
from yingke.routing.replay.history import arrivals_within
from yingke.routing.replay.plans import seeded_month
from yingke.routing.replay.report import ReplayReport

router = APIRouter(route_class=WorkRoute, tags=["routing"])
MOST_ARRIVALS = 30_000
"""Some ten seconds of one core for each plan at most."""
LOOK_EVERY = 0.5
_one_at_a_time = asyncio.Lock()
T = TypeVar("T")


class PlanToTry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agents: Annotated[int, Field(ge=1, le=500)]
    """In three overlapping shifts."""
    capacity: Annotated[int, Field(ge=1, le=100)]
    step: Literal["least_loaded", "fewest_open", "round_robin", "fill_one_first"] = "least_loaded"


class ReplayAsked(BaseModel):
    """`history`: the conversations of the last `days`; otherwise `arrivals` made by chance, the same for the same `seed`."""

    model_config = ConfigDict(extra="forbid")

    history: bool = True
    days: Annotated[int, Field(ge=1, le=92)] = 28
    arrivals: Annotated[int, Field(ge=100, le=MOST_ARRIVALS)] = 5_000
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    within: Annotated[int, Field(ge=1, le=86_400)] = 30
    """Seconds in which somebody should be served."""
    plans: Annotated[list[PlanToTry], Field(min_length=1, max_length=4)]


class ReplayGoesOn(Throttled):
    code = "replay_goes_on"
    detail = "Somebody is trying something just now. Try again in a moment."


class ReplayTooLong(Invalid):
    code = "replay_too_long"
    detail = "This takes longer than a minute. Try it with fewer days, visitors or plans."


class Replayed(Value, frozen=True, kw_only=True):
    """One report for each plan, in their order."""

    items: list[ReplayReport]
    next_cursor: str | None = None


@router.post("/routing/replay", summary="The same visitors with other rosters, limits and choices; nothing is changed")
async def replay_them(
    body: ReplayAsked, call: Annotated[Call, allowed("routing.read", written_down=False)]
) -> Replayed:
    arrivals = await arrivals_within(call.work, call.actor, body.days, MOST_ARRIVALS) if body.history else []
    if body.history and not arrivals:
        raise Invalid("There are no conversations in these days. Try it with visitors made by chance.", field="days")
    if _one_at_a_time.locked():
        raise ReplayGoesOn(retry_after=10)
    plans = [(each.agents, each.capacity, each.step) for each in body.plans]
    async with call.work.at_rest(), _one_at_a_time:
        made = arrivals or seeded_month(body.arrivals, seed=body.seed, days=body.days)
        try:
            reports = await _while_there(call.request, replay_apart(made, plans, within=float(body.within)))
        except TimeoutError:
            raise ReplayTooLong(field="plans") from None
    return Replayed(items=reports)


async def _while_there(request: Request, doing: Coroutine[Any, Any, T]) -> T:
    """What comes of `doing`; it is cancelled when whoever asked has gone away, whom nobody answers."""
    task = asyncio.create_task(doing)
    try:
        while not await request.is_disconnected():
            if (await asyncio.wait({task}, timeout=LOOK_EVERY))[0]:
                return task.result()
        raise ReplayGoesOn
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
