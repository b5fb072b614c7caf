"""What is the database's fault, and what is that of what it was asked."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from tests.conftest import Company
from tests.kit.test_work import Happened
from yingke.kit.database import is_away, make_engine
from yingke.kit.outbox import together
from yingke.kit.relay import Relay
from yingke.kit.work import Ground, Work

_CUT = "SELECT pg_terminate_backend(pg_backend_pid())"


async def test_a_connection_that_was_cut_says_that_the_database_is_away(ground: Ground) -> None:
    with pytest.raises(Exception, match="connection") as cut:
        async with ground.work_everywhere() as work:
            await work.rows.execute(text(_CUT))
    assert is_away(cut.value)
    with pytest.raises(Exception, match="connection") as cut:
        async with ground.work_everywhere() as work:
            await (await work.raw()).execute(_CUT)
    assert is_away(cut.value)


async def test_a_server_that_is_not_there_says_so() -> None:
    engine = make_engine("postgresql://nobody@127.0.0.1:1/nothing", connections=1)
    with pytest.raises(OSError) as refused:
        await engine.connect()
    assert is_away(refused.value)


@pytest.mark.parametrize("wrong", ["SELECT 1 / 0", "SELECT * FROM nowhere"])
async def test_a_wrong_statement_does_not(ground: Ground, wrong: str) -> None:
    with pytest.raises(Exception, match=r"zero|nowhere") as error:
        async with ground.work_everywhere() as work:
            await work.rows.execute(text(wrong))
    assert not is_away(error.value)
    with pytest.raises(Exception, match=r"zero|nowhere") as error:
        async with ground.work_everywhere() as work:
            await (await work.raw()).execute(wrong)
    assert not is_away(error.value)


async def test_an_argument_of_the_wrong_type_does_not(ground: Ground) -> None:
    with pytest.raises(asyncpg.DataError) as error:
        async with ground.work_everywhere() as work:
            await (await work.raw()).fetchval("SELECT $1::int", "one")
    assert not is_away(error.value)


async def test_facts_whose_listener_lost_the_database_go_on_together(ground: Ground, company: Company) -> None:
    heard: list[list[str]] = []

    @together
    async def cut_once(work: Work, *facts: Happened) -> None:
        heard.append([fact.what for fact in facts])
        if len(heard) == 1:
            await work.rows.execute(text(_CUT))

    ground.outbox.listeners = {"test.happened": [cut_once]}
    async with ground.work_in(company.workspace_id) as work:
        for what in ("one", "two", "three"):
            work.tell(Happened(workspace_id=company.workspace_id, what=what))
    relaying = asyncio.create_task(Relay(ground).run())
    async with asyncio.timeout(30):
        while len(heard) < 2:
            await asyncio.sleep(0.05)
    relaying.cancel()
    assert [len(each) for each in heard] == [3, 3]
