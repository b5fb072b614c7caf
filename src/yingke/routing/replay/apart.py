"""A replay in a process of its own: it takes a whole core, which visitors and agents must not wait for."""

import asyncio
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final

from yingke.routing.replay.arrivals import Arrival
from yingke.routing.replay.plans import Plan, replay_plans
from yingke.routing.replay.report import ReplayReport

LONGEST: Final = 60.0
"""Seconds."""


async def replay_apart(arrivals: Sequence[Arrival], plans: Sequence[Plan], *, within: float) -> list[ReplayReport]:
    """One report for each plan. Whoever gives up waiting, or waits longer than LONGEST, ends the process. Raises TimeoutError."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is the end of what is read
    try:
        async with asyncio.timeout(LONGEST):
            return await asyncio.to_thread(_ask, ours, (arrivals, plans, within))
    finally:
        process.kill()
        await asyncio.to_thread(process.join)


def _ask(end: Connection, task: tuple[Sequence[Arrival], Sequence[Plan], float]) -> list[ReplayReport]:
    with end:
        end.send(task)
        reports: list[ReplayReport] = end.recv()
    return reports


def _work(end: Connection) -> None:
    arrivals, plans, within = end.recv()
    end.send([report for _, report in replay_plans(arrivals, plans, within=within)])
