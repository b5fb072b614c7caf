"""What recurs, in one process of the installation, and in every workspace."""

import asyncio
from uuid import UUID

import asyncpg
from sqlalchemy import text

from tests.conftest import Company
from yingke.kit.timers import SESSION, Timer, Timers, in_each
from yingke.kit.work import Ground, Work


async def test_the_fault_of_one_workspace_keeps_nothing_from_the_others(ground: Ground, company: Company) -> None:
    first, last = UUID(int=0), UUID(int=2**128 - 1)
    ids = [last, company.workspace_id, first, company.workspace_id]
    seen: list[UUID] = []

    async def look(work: Work) -> None:
        seen.append(work.workspace_id)
        if work.workspace_id == first:
            raise RuntimeError("something of this workspace")

    await in_each(ground, lambda _: text("SELECT unnest(CAST(:ids AS uuid[]))").bindparams(ids=ids), look)
    assert sorted(seen) == [first, company.workspace_id, last], "each once"


async def test_one_process_runs_the_timers_and_when_its_session_ends_another_does_and_it_no_more(
    dsn: str, connection: asyncpg.Connection
) -> None:
    ran: list[str] = []

    def process(name: str) -> asyncio.Task[None]:
        async def note() -> None:
            ran.append(name)

        return asyncio.create_task(Timers(dsn, [Timer("note", 0.02, note)], name).run())

    both = [process("one"), process("two")]
    try:
        await _until(lambda: len(ran) > 20)
        assert len(set(ran)) == 1
        (leader,) = set(ran)
        ran.clear()
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        assert await connection.fetchval(ending, SESSION + leader)
        await _until(lambda: len({*ran} - {leader}) == 1)
        ran.clear()
        await asyncio.sleep(0.5)
        assert ran and leader not in ran
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def _until(condition: object) -> None:
    async with asyncio.timeout(20):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.01)
