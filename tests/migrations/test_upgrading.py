"""A database of the first release, with data in it and people on it, comes to this release; also when it is cut off."""

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from yingke import migrations
from yingke.kit.database import make_engine
from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.ids import new_id
from yingke.migrations import UpgradeHeldUp, newest_revision, upgrade, upgrade_on

FIRST = "0001"
MESSAGES = 3000

_WORK = """
WITH w AS (INSERT INTO workspaces (id, name, time_zone, locale, settings, created_at)
           VALUES ($1, '松果商店', 'Asia/Shanghai', 'zh-CN', '{}', now()) RETURNING id),
c AS (INSERT INTO conversations (workspace_id, id, number, version, channel, kind, status, who, participant_ids, language,
        opened_at, queue_rank, last_message_at, last_seq, unread, agent_read_seq, visitor_read_seq, visitor_delivered_seq,
        reads, tag_ids)
      SELECT id, $2, 1001, 1, 'webchat', 'chat', 'open', '{}', '{}', 'zh-CN', now(), 0, now(), $3, 0, 0, 0, 0, '{}', '{}'
      FROM w RETURNING workspace_id, id)
INSERT INTO messages (workspace_id, conversation_id, seq, id, kind, audience, author_kind, text, attachments, mentions,
  created_at)
SELECT workspace_id, c.id, seq, gen_random_uuid(), 'incoming', 'everyone', 'visitor', '第 ' || seq || ' 句', '[]', '{}', now()
FROM c, generate_series(1, $3) AS seq
"""
_SCHEMA = """
SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'policy', tablename, policyname, qual FROM pg_policies
UNION ALL SELECT 'security', relname, '', relrowsecurity::text || relforcerowsecurity::text FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
ORDER BY 1, 2, 3
"""


@pytest.fixture
async def servers() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yingke-upgrade-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
async def fresh(servers: Path) -> AsyncIterator[str]:
    """A new database of this release."""
    server = EmbeddedPostgres(servers / "fresh")
    url = await server.start()
    await upgrade(url)
    yield url
    await asyncio.to_thread(server.stop)


@pytest.fixture
async def old(servers: Path) -> AsyncIterator[str]:
    """A database of the first release that somebody has worked with."""
    server = EmbeddedPostgres(servers / "old")
    url = await server.start()
    engine = make_engine(url, connections=1)
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: upgrade_on(c, FIRST))
    await engine.dispose()
    opened = await everywhere(url)
    await opened.execute(_WORK, new_id(), new_id(), MESSAGES)
    await opened.close()
    yield url
    await asyncio.to_thread(server.stop)


async def everywhere(url: str) -> asyncpg.Connection:
    opened = await asyncpg.connect(url)
    await opened.execute("SELECT set_config('yingke.workspace', '*', false)")
    return opened


async def schema(url: str) -> list[tuple[str, ...]]:
    opened = await asyncpg.connect(url)
    found = [tuple(row) for row in await opened.fetch(_SCHEMA)]
    await opened.close()
    return found


async def test_an_upgrade_that_is_cut_off_under_traffic_is_made_whole_by_the_next(old: str, fresh: str) -> None:
    over = asyncio.Event()
    reading = asyncio.create_task(_read_on(old, over))
    writing = asyncio.create_task(_write_on(old, over))
    holder = await everywhere(old)
    holding = holder.transaction()
    await holding.start()
    await holder.execute("SELECT count(*) FROM agents")  # a long report: an upgrade has to wait for it
    cut_off = await _start_upgrade(old)
    await _waits(old, cut_off)
    cut_off.send_signal(signal.SIGKILL)
    await cut_off.wait()
    assert await _revision(old) == FIRST
    again = await _start_upgrade(old)
    await _waits(old, again)
    await holding.rollback()
    assert await asyncio.wait_for(again.wait(), 90) == 0
    over.set()
    written, longest = await writing, await reading
    await holder.close()
    assert await _revision(old) == newest_revision()
    assert await schema(old) == await schema(fresh)
    opened = await everywhere(old)
    row = await opened.fetchrow("SELECT count(*) AS n, max(seq) AS head FROM messages")
    await opened.close()
    assert written > 0 and (row["n"], row["head"]) == (MESSAGES + written, MESSAGES + written)
    assert longest < 6, "readers waited behind the upgrade"


async def test_an_upgrade_that_cannot_get_at_a_table_gives_up_and_says_why(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_ATTEMPTS", 1)
    holder = await everywhere(old)
    async with holder.transaction():
        await holder.execute("SELECT count(*) FROM agents")
        with pytest.raises(UpgradeHeldUp, match="other sessions hold its tables"):
            await upgrade(old)
    await holder.close()
    assert await _revision(old) == FIRST


async def _start_upgrade(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("yingke")), "upgrade", env=os.environ | {"YINGKE_DATABASE_URL": url}
    )


async def _waits(url: str, upgrading: asyncio.subprocess.Process) -> None:
    """Returns when the upgrade is in the middle: it has changed something and waits for the next table."""
    watcher = await asyncpg.connect(url)
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%'"
    async with asyncio.timeout(60):
        while not await watcher.fetchval(waiting):
            assert upgrading.returncode is None, "it did not wait"
            await asyncio.sleep(0.01)
    await watcher.close()


async def _read_on(url: str, over: asyncio.Event) -> float:
    """Read the table that the upgrade wants, as the old release goes on doing; the longest it took, in seconds."""
    longest, opened = 0.0, await everywhere(url)
    while not over.is_set():
        began = time.monotonic()
        await opened.fetchval("SELECT count(*) FROM agents")
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.02)
    await opened.close()
    return longest


async def _write_on(url: str, over: asyncio.Event) -> int:
    written, opened = 0, await everywhere(url)
    while not over.is_set():
        async with opened.transaction():
            seq = await opened.fetchval("UPDATE conversations SET last_seq = last_seq + 1 RETURNING last_seq")
            await opened.execute(
                "INSERT INTO messages (workspace_id, conversation_id, seq, id, kind, audience, author_kind, text, attachments,"
                " mentions, created_at) SELECT workspace_id, id, $1, gen_random_uuid(), 'incoming', 'everyone', 'visitor',"
                " 'x', '[]', '{}', now() FROM conversations",
                seq,
            )
        written += 1
        await asyncio.sleep(0.02)
    await opened.close()
    return written


async def _revision(url: str) -> str:
    opened = await asyncpg.connect(url)
    found = await opened.fetchval("SELECT version_num FROM alembic_version")
    await opened.close()
    return str(found)
