"""What was acknowledged is there, once, in its place, after the server and the database were killed in mid-sentence.

YINGKE_KILLS sets how many kills there are (4 unless told, half of them of the database).
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.conftest import found_company, sign_in_token
from tests.durability.serving import Serving, free_port
from tests.durability.traffic import Writer
from tests.people import hire, open_site

KILLS = int(os.environ.get("YINGKE_KILLS", "4"))
CONVERSATIONS = 5
ENOUGH = 500

# A commit takes a while, as on a slow disk: an acknowledgement that did not wait for it would be seen to be lost.
_SLOW_COMMITS = """
CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.03); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON messages
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.seq % 5 = 0) EXECUTE FUNCTION slow_commit();
"""


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    with tempfile.TemporaryDirectory(prefix="yingke-kills-") as folder:
        Path(folder).chmod(0o755)
        server = Serving(Path(folder) / "data", free_port())
        await server.start()
        yield server
        await server.stop()


async def writers_of(serving: Serving) -> list[tuple[Writer, Writer]]:
    """A visitor and the desk of each conversation."""
    ground = serving.ground()
    company = await found_company(ground)
    site = await open_site(ground, company.workspace_id)
    agent = await hire(ground, company.workspace_id)
    cookie = {"Cookie": f"yingke_session={await sign_in_token(ground, agent)}"}
    await ground.engine.dispose()
    hello = {"op": "hello", "v": 1, "site": site.key, "token": None}
    return [
        (
            Writer(f"{serving.socket_url}/visitor", dict(hello), pace=0.2),
            Writer(f"{serving.socket_url}/agent", {"op": "hello", "v": 1}, pace=0.02, headers=cookie),
        )
        for _ in range(CONVERSATIONS)
    ]


async def test_nothing_that_was_acknowledged_is_lost_doubled_or_moved_by_kills(serving: Serving) -> None:
    pairs = await writers_of(serving)
    setup = await serving.connect()
    await setup.execute(_SLOW_COMMITS)
    await setup.close()
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for visitor, desk in pairs:
            group.create_task(visitor.write(enough))
            group.create_task(_answer(visitor, desk, enough))
        await asyncio.gather(*(each.started.wait() for pair in pairs for each in pair))
        for number in range(KILLS):
            await asyncio.sleep(1)
            if number % 2:
                serving.kill_database()
            else:
                await serving.kill()
                await serving.start()
            await serving.ready()
            await _everybody_is_heard_again([each for pair in pairs for each in pair])
        while sum(len(each.acked) for pair in pairs for each in pair) < ENOUGH:
            await asyncio.sleep(0.1)
        enough.set()

    database = await serving.connect()
    async with asyncio.timeout(5):  # every reader equal to the database soon after
        await asyncio.gather(*(each.catch_up() for pair in pairs for each in pair))
    for visitor, desk in pairs:
        await _is_kept(database, visitor, desk)
    await asyncio.gather(*(_is_answered_again(each, most=5) for pair in pairs for each in pair))
    await database.close()
    assert all(each.reconnects >= KILLS // 2 for pair in pairs for each in pair)
    for pair in pairs:
        for each in pair:
            await each.close()


async def test_a_server_that_stops_says_so_finishes_what_is_under_way_and_leaves_nothing_running(
    serving: Serving,
) -> None:
    (pair, *_) = await writers_of(serving)
    enough = asyncio.Event()
    writing = asyncio.create_task(pair[0].write(enough))
    await pair[0].started.wait()
    await serving.stop()
    assert serving.process is not None and serving.process.returncode == 0, serving.log()
    assert pair[0].byes and pair[0].byes[0]["code"] == "going_away" and pair[0].byes[0]["retry_after"] > 0
    assert not (serving.data / "postgres" / "postmaster.pid").exists()
    await serving.start()
    enough.set()
    await asyncio.wait_for(writing, 20)
    database = await serving.connect()
    await _is_kept(database, pair[0])
    await database.close()
    await pair[0].close()


async def _answer(visitor: Writer, desk: Writer, enough: asyncio.Event) -> None:
    await visitor.started.wait()
    desk.conversation = visitor.conversation
    await desk.write(enough)


async def _everybody_is_heard_again(writers: list[Writer]) -> None:
    counts = {id(each): len(each.acked) for each in writers}
    async with asyncio.timeout(60):
        while any(len(each.acked) == counts[id(each)] for each in writers):
            await asyncio.sleep(0.05)


async def _is_kept(database: asyncpg.Connection, *sides: Writer) -> None:
    rows = await database.fetch(
        "SELECT seq, id, client_id, text, created_at, audience FROM messages WHERE conversation_id = $1 ORDER BY seq",
        sides[0].conversation,
    )
    head = await database.fetchval("SELECT last_seq FROM conversations WHERE id = $1", sides[0].conversation)
    assert [row["seq"] for row in rows] == list(range(1, head + 1))
    stored: dict[str, list[asyncpg.Record]] = {}
    for row in rows:
        stored.setdefault(str(row["client_id"]), []).append(row)
    for side in sides:
        for client_id, ack in side.acked.items():
            (row,) = stored.get(client_id, [None])
            assert row is not None, f"acknowledged and lost: {ack}"
            assert (str(row["id"]), row["seq"], row["text"]) == (ack["message_id"], ack["seq"], side.texts[client_id])
        order = [ack["seq"] for ack in side.acked.values()]
        assert order == sorted(order)
        if side.reader.items:
            shown = {seq: item.get("text") for seq, item in side.reader.items.items() if not item.get("hidden")}
            hidden = {seq for seq, item in side.reader.items.items() if item.get("hidden")}
            assert shown == {row["seq"]: row["text"] for row in rows if row["seq"] not in hidden}


async def _is_answered_again(writer: Writer, most: int) -> None:
    for client_id, ack in list(writer.acked.items())[-most:]:
        again = await writer.send_until_acked(client_id)
        same = ("message_id", "conversation", "seq", "created_at")
        assert {key: again[key] for key in same} == {key: ack[key] for key in same}
        assert again["repeated"] is True
