"""What was acknowledged is there, once, in its place, after the server and the database were killed in mid-sentence."""

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import found_company
from tests.durability.__main__ import short_plan
from tests.durability.history import History, read
from tests.durability.processes import Forge
from tests.durability.running import run, scratch
from tests.durability.serving import Serving
from tests.durability.traffic import Person, Writer
from tests.people import open_site

SEED = int(os.environ.get("YINGKE_SEED", random.randrange(10**6)))


@pytest.fixture
async def folder() -> AsyncIterator[Path]:
    async with scratch() as made:
        yield made


async def test_nothing_acknowledged_is_lost_doubled_or_moved_by_25_kills_of_the_server_and_10_of_the_database(
    folder: Path,
) -> None:
    random.seed(SEED)
    verdict = await run(short_plan(random.Random(SEED)), folder)
    assert not verdict.wrong, f"seed {SEED}: {verdict}"
    assert verdict.figures["acked"] >= 3000


async def test_a_server_that_stops_says_so_finishes_what_is_under_way_and_leaves_nothing_running(folder: Path) -> None:
    async with served(folder) as (serving, site):
        await serving.kill()
        await serving.start()
        history = History(folder / "history.jsonl")
        hello = {"op": "hello", "v": 1, "site": site, "token": None}
        person = Person("visitor", f"{serving.socket_url}/visitor", hello, history, {})
        staying, enough = asyncio.create_task(person.stay()), asyncio.Event()
        writer = Writer(person, pace=0)
        writing = asyncio.create_task(writer.write(enough))
        await writer.started.wait()
        assert await serving.stop() == 0, serving.log()
        assert serving.database.postmaster is None, "after a kill the database is stopped with the next server"
        await serving.start()
        enough.set()
        await asyncio.wait_for(writing, 20)
        staying.cancel()
        history.close()
        (bye,) = [event for event in read(history.path) if event["what"] == "bye"]
        assert bye["code"] == "going_away" and bye["retry_after"] > 0


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Serving, str]]:
    """A server with a company and the key of its site."""
    forge = Forge()
    await forge.start()
    serving = Serving(folder / "data", forge)
    try:
        await serving.open()
        ground = serving.ground()
        company = await found_company(ground)
        site = await open_site(ground, company.workspace_id)
        await ground.engine.dispose()
        yield serving, site.key
    finally:
        await serving.close()
        await forge.stop()


def test_a_history_is_only_ever_added_to(tmp_path: Path) -> None:
    for who in ("first", "second"):
        history = History(tmp_path / "history.jsonl")
        history.note("connected", who=who)
        history.close()
    assert [event["who"] for event in read(tmp_path / "history.jsonl")] == ["first", "second"]
