"""Reading an archive into an empty installation."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from yingke.backup.archive import Manifest, unpack
from yingke.backup.errors import ArchiveDamaged, ArchiveTooNew, NotEmpty, ServerRuns
from yingke.backup.saving import FOLDERS
from yingke.kit.clock import SystemClock
from yingke.kit.database import EVERY_WORKSPACE, make_engine
from yingke.kit.files import open_files
from yingke.kit.installation import renew_epoch
from yingke.kit.outbox import Outbox
from yingke.kit.work import Work
from yingke.migrations import knows_revision, upgrade_on
from yingke.settings import Settings
from yingke.wiring import METADATA
from yingke.worker import database

_REFERENCES = """
SELECT conrelid::regclass::text AS of, conname AS name, pg_get_constraintdef(oid) AS made_by FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made_by FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x')) ORDER BY 1
"""


async def restore(settings: Settings, path: Path) -> str:
    """Put everything in the archive at `path` in its place; a sentence about it.

    Raises ArchiveDamaged, ArchiveTooNew, NotEmpty, ServerRuns; nothing is changed then.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data) as folder:
        staged = Path(folder)
        manifest = unpack(path, staged)
        _require_ours(manifest)
        async with database(settings, upgraded=False) as dsn:
            engine = make_engine(dsn, connections=1, patience=None)
            try:
                async with engine.begin() as connection:
                    await _require_empty(await _driver(connection))
                    await _load(connection, manifest, staged)
                    async with _in_the_bucket(staged / "data" / "files", settings):
                        with _moved_in(staged / "data", settings.data):
                            await connection.commit()
            finally:
                await engine.dispose()
    return f"Restored what {path} held on {manifest.created_at}. Start with `yingke serve`; everybody's passwords are as they were."


def _require_ours(manifest: Manifest) -> None:
    if not knows_revision(manifest.revision):
        raise ArchiveTooNew
    held, listed = {part.name for part in manifest.parts}, {f"database/{table.name}" for table in manifest.tables}
    others = {name for name in held - listed if not name.startswith(tuple(f"data/{each}/" for each in FOLDERS))}
    if listed - held or others:
        raise ArchiveDamaged


async def _driver(connection: AsyncConnection) -> asyncpg.Connection:
    await connection.exec_driver_sql("SELECT 1")  # begins the transaction
    return (await connection.get_raw_connection()).driver_connection


async def _require_empty(driver: asyncpg.Connection) -> None:
    others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^yingke (bus|timers)'"
    if await driver.fetchval(others):
        raise ServerRuns
    await driver.execute("SELECT set_config('yingke.workspace', $1, true)", EVERY_WORKSPACE)
    for table in ("logins", "workspaces"):
        if await driver.fetchval("SELECT to_regclass($1)", table) and await driver.fetchval(
            f"SELECT 1 FROM {table} LIMIT 1"  # noqa: S608 - one of two names
        ):
            raise NotEmpty


async def _load(connection: AsyncConnection, manifest: Manifest, staged: Path) -> None:
    """Build the schema the archive was made under, fill it, and bring it to this release."""
    driver = await _driver(connection)
    for name in [*METADATA.tables, "alembic_version"]:
        await driver.execute(f'DROP TABLE IF EXISTS "{name}" CASCADE')
    await connection.run_sync(lambda c: upgrade_on(c, manifest.revision))
    secured = await driver.fetch("SELECT oid::regclass::text AS name FROM pg_class WHERE relforcerowsecurity")
    for table in secured:  # COPY cannot write under a policy; the owner may, while none is forced
        await driver.execute(f"ALTER TABLE {table['name']} NO FORCE ROW LEVEL SECURITY")
    put_back = await _set_aside(driver)
    for part in manifest.tables:
        source = staged / "database" / part.name
        done = await driver.copy_to_table(part.name, source=source, columns=part.columns)
        if done != f"COPY {part.rows}":
            raise ArchiveDamaged(f"{part.name} has other rows than were saved. Nothing was changed.")
    for statement in put_back:
        await driver.execute(statement)
    for table in secured:
        await driver.execute(f"ALTER TABLE {table['name']} FORCE ROW LEVEL SECURITY")
    await connection.run_sync(lambda c: upgrade_on(c, "head"))
    async with Work(connection, Outbox({}), SystemClock(), None) as work:  # type: ignore[arg-type] # joins this transaction
        await renew_epoch(work)


async def _set_aside(driver: asyncpg.Connection) -> list[str]:
    """Drop references and plain indexes, which are made many times faster at once than row by row; how to make them."""
    await driver.execute("SET LOCAL maintenance_work_mem = '256MB'")
    references, indexes = await driver.fetch(_REFERENCES), await driver.fetch(_INDEXES)
    for each in references:
        await driver.execute(f'ALTER TABLE {each["of"]} DROP CONSTRAINT "{each["name"]}"')
    for each in indexes:
        await driver.execute(f"DROP INDEX {each['name']}")
    return [
        *(each["made_by"] for each in indexes),
        *(f'ALTER TABLE {each["of"]} ADD CONSTRAINT "{each["name"]}" {each["made_by"]}' for each in references),
    ]


@asynccontextmanager
async def _in_the_bucket(staged: Path, settings: Settings) -> AsyncIterator[None]:
    """The staged uploads in the bucket, when there is one; away again when what follows fails."""
    if settings.files_url is None:
        yield
        return
    store = open_files(settings.files_url, staged)
    put: list[str] = []
    try:
        for source in sorted(path for path in staged.rglob("*") if path.is_file()):
            put.append(source.relative_to(staged).as_posix())
            await store.put(put[-1], source.read_bytes())
            source.unlink()
        yield
    except BaseException:
        for key in put:
            await store.delete(key)
        raise


@contextmanager
def _moved_in(staged: Path, data: Path) -> Iterator[None]:
    """The staged files in their places, and out again when what follows fails."""
    moved: list[Path] = []
    try:
        for source in sorted(path for path in staged.rglob("*") if path.is_file()):
            target = data / source.relative_to(staged)
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
            moved.append(target)
        yield
    except BaseException:
        for target in moved:
            target.unlink(missing_ok=True)
        raise
