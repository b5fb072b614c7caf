"""A database that may lose what it confirms, or that would not hold workspaces apart, is refused with the reason."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from yingke.kit.database import DatabaseUnfit, require_durable
from yingke.kit.embedded import EmbeddedPostgres


@pytest.fixture(scope="module")
async def own_server() -> AsyncIterator[asyncpg.Connection]:
    """A server of its own, as its superuser: (no test but these may switch its settings)."""
    with tempfile.TemporaryDirectory(prefix="yingke-unfit-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder) / "pg")
        await postgres.start()
        admin = await asyncpg.connect(host=_socket(postgres), user="postgres", database="postgres")
        yield admin
        await admin.close()
        postgres.stop()


def _socket(postgres: EmbeddedPostgres) -> str:
    assert postgres._server is not None
    return str(postgres._server.get_postmaster_info().socket_dir)


async def as_role(admin: asyncpg.Connection, role: str) -> asyncpg.Connection:
    host = await admin.fetchval("SELECT current_setting('unix_socket_directories')")
    return await asyncpg.connect(host=host.split(",")[0].strip(), user=role, database="yingke")


async def why_refused(admin: asyncpg.Connection, role: str) -> str:
    connection = await as_role(admin, role)
    try:
        await require_durable(connection)
    except DatabaseUnfit as refusal:
        return refusal.detail
    finally:
        await connection.close()
    return ""


async def test_the_database_that_yingke_makes_is_fit(own_server: asyncpg.Connection) -> None:
    assert await why_refused(own_server, "yingke") == ""


@pytest.mark.parametrize("setting", ["synchronous_commit", "fsync", "full_page_writes"])
async def test_a_server_that_confirms_before_it_keeps_is_refused_by_the_name_of_the_setting(
    own_server: asyncpg.Connection, setting: str
) -> None:
    await own_server.execute(f"ALTER SYSTEM SET {setting} = off")
    await own_server.execute("SELECT pg_reload_conf()")
    try:
        for _ in range(50):
            if f"{setting} = off" in (reason := await why_refused(own_server, "yingke")):
                break
            await asyncio.sleep(0.1)
        assert f"{setting} = off" in reason and f"{setting} = on" in reason
    finally:
        await own_server.execute(f"ALTER SYSTEM RESET {setting}")
        await own_server.execute("SELECT pg_reload_conf()")
    for _ in range(50):
        if not await why_refused(own_server, "yingke"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("still refused")


@pytest.mark.parametrize("scope", ["ROLE yingke", "DATABASE yingke", "ROLE yingke IN DATABASE yingke"])
async def test_an_override_for_the_role_or_the_database_is_found_too(
    own_server: asyncpg.Connection, scope: str
) -> None:
    await own_server.execute(f"ALTER {scope} SET synchronous_commit = off")
    try:
        assert "synchronous_commit = off" in await why_refused(own_server, "yingke")
    finally:
        await own_server.execute(f"ALTER {scope} RESET synchronous_commit")


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
async def test_a_role_that_passes_under_the_barrier_between_workspaces_is_refused(
    own_server: asyncpg.Connection, right: str
) -> None:
    await own_server.execute(f"CREATE ROLE mighty LOGIN {right}; GRANT ALL ON DATABASE yingke TO mighty")
    try:
        assert "superuser or has BYPASSRLS" in await why_refused(own_server, "mighty")
    finally:
        await own_server.execute("REVOKE ALL ON DATABASE yingke FROM mighty; DROP ROLE mighty")


async def test_serve_says_the_reason_and_ends_with_an_error(own_server: asyncpg.Connection, tmp_path: Path) -> None:
    host = (await own_server.fetchval("SELECT current_setting('unix_socket_directories')")).split(",")[0].strip()
    await own_server.execute("ALTER ROLE yingke SET synchronous_commit = off")
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from yingke.cli import main; raise SystemExit(main(['serve']))",
            env=os.environ | {"YINGKE_DATA": str(tmp_path), "YINGKE_DATABASE_URL": f"postgresql://yingke@/yingke?host={quote(host)}"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, why = await asyncio.wait_for(process.communicate(), 60)
    finally:
        await own_server.execute("ALTER ROLE yingke RESET synchronous_commit")
    assert process.returncode == 7
    assert "synchronous_commit = off" in why.decode() and "Traceback" not in why.decode()
    assert b"ready" not in said
