"""Writing an archive, while the server runs."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import asyncpg

from yingke import __version__
from yingke.backup.archive import Manifest, TablePart, Writer, writing
from yingke.backup.errors import NothingToBackUp
from yingke.kit.database import EVERY_WORKSPACE
from yingke.kit.files import FileStore, open_files
from yingke.migrations import newest_revision
from yingke.settings import Settings
from yingke.wiring import METADATA
from yingke.worker import database

FOLDERS = ("files", "keys", "outbox")
"""What goes along: uploaded files (from the folder or the bucket), mails not sent, and keys that the first release kept in files."""


async def back_up(settings: Settings, path: Path) -> str:
    """Write everything to a new archive at `path`; a sentence about it. Raises ArchiveExists, NothingToBackUp."""
    async with database(settings, upgraded=False) as dsn:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            with writing(path) as writer:
                manifest = await _write(connection, settings, writer)
        finally:
            await connection.close()
    messages = next(table.rows for table in manifest.tables if table.name == "messages")
    files = sum(part.name.startswith("data/files/") for part in manifest.parts)
    return (
        f"{path}: {messages} messages and {files} files, {path.stat().st_size:,} bytes. Keep it as safe as the server."
    )


async def _write(connection: asyncpg.Connection, settings: Settings, writer: Writer) -> Manifest:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SELECT set_config('yingke.workspace', $1, true)", EVERY_WORKSPACE)
        manifest = Manifest(__version__, await _revision(connection), datetime.now(UTC).isoformat())
        for table in METADATA.sorted_tables:
            columns = [column.name for column in table.columns if column.computed is None]
            rows = await _write_table(connection, table.name, columns, writer)
            manifest.tables.append(TablePart(table.name, columns, rows))
    # A file is stored before its row: those of the moment above are all there now.
    await _write_files(open_files(settings.files_url, settings.data / "files"), writer)
    for file in _others(settings.data):
        with file.open("rb") as content:
            writer.add(f"data/{file.relative_to(settings.data).as_posix()}", content, file.stat().st_size)
    writer.finish(manifest)
    return manifest


async def _revision(connection: asyncpg.Connection) -> str:
    try:
        async with connection.transaction():
            found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError as error:
        raise NothingToBackUp(
            "There is no Yingke installation here. Back up with the settings the server runs with: "
            "YINGKE_DATA, and YINGKE_DATABASE_URL if it has one."
        ) from error
    if found != newest_revision():
        raise NothingToBackUp
    return str(found)


async def _write_table(connection: asyncpg.Connection, table: str, columns: list[str], writer: Writer) -> int:
    with tempfile.TemporaryFile() as content:
        done = await connection.copy_from_table(table, columns=columns, output=content)
        size = content.tell()
        content.seek(0)
        writer.add(f"database/{table}", content, size)
    return int(done.removeprefix("COPY "))


async def _write_files(store: FileStore, writer: Writer) -> None:
    async for key in store.listed():
        try:
            content = await store.get(key)
        except FileNotFoundError:  # swept meanwhile
            continue
        writer.add(f"data/files/{key}", BytesIO(content), len(content))


def _others(data: Path) -> Iterator[Path]:
    for folder in FOLDERS[1:]:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path
