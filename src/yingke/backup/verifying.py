"""Whether everything is there: of an archive without touching anything, or of the installation itself.

Checked are the promises that matter after a disaster: in every conversation the messages 1 … n without a gap, each once,
and every file that a message shows, byte for byte what was uploaded.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from yingke.backup.archive import Manifest, unpack
from yingke.backup.errors import ArchiveTooNew, NotWhole
from yingke.kit.database import EVERY_WORKSPACE
from yingke.kit.files import FileStore, Folder, digest, open_files
from yingke.migrations import knows_revision
from yingke.settings import Settings
from yingke.worker import database

TOLD_AT_MOST = 20
"""Faults that are listed by name; of the others, how many."""
AT_ONCE = 8
"""Files read at once."""

_TORN = """
SELECT c.id, c.last_seq, coalesce(m.n, 0) AS n, coalesce(m.lowest, 0) AS lowest, coalesce(m.highest, 0) AS highest
FROM conversations c LEFT JOIN (
  SELECT workspace_id, conversation_id, count(*) AS n, min(seq) AS lowest, max(seq) AS highest
  FROM messages GROUP BY 1, 2) m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id
WHERE (coalesce(m.n, 0), coalesce(m.highest, 0)) <> (c.last_seq, c.last_seq) OR (c.last_seq > 0 AND m.lowest <> 1)
ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: str
    key: str
    thumb_key: str | None
    sha256: str


@dataclass(slots=True)
class Found:
    conversations: int = 0
    messages: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)

    def sentence(self, of: str) -> str:
        """Raises NotWhole with what is wrong."""
        if self.faults:
            more = len(self.faults) - TOLD_AT_MOST
            listed = [*self.faults[:TOLD_AT_MOST], *([f"… and {more} more"] if more > 0 else [])]
            raise NotWhole(f"{of} is not whole:\n  " + "\n  ".join(listed))
        return (
            f"{of} is whole: {self.messages:,} messages in {self.conversations:,} conversations without a gap, "
            f"{self.files:,} files as they were uploaded."
        )


async def verify_installation(settings: Settings) -> str:
    """Look at database and files as they are now, also while the server runs. Raises NotWhole."""
    found = Found()
    async with database(settings, upgraded=False) as dsn:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            files = await _look_at_database(connection, found)
        finally:
            await connection.close()
    await _look_at_files(open_files(settings.files_url, settings.data / "files"), files, found)
    return found.sentence("This installation")


async def verify_archive(path: Path) -> str:
    """Raises ArchiveDamaged, ArchiveTooNew, NotWhole."""
    with tempfile.TemporaryDirectory(prefix=".yingke-verify-", dir=path.parent) as folder:
        staged = Path(folder)
        manifest = await asyncio.to_thread(unpack, path, staged)
        if not knows_revision(manifest.revision):
            raise ArchiveTooNew
        found = Found()
        await asyncio.to_thread(_look_at_tables, staged, manifest, found)
        files = [
            StoredFile(id or "", key or "", thumb_key, sha256 or "")
            for id, key, thumb_key, sha256 in _rows(staged, manifest, "files", "id", "key", "thumb_key", "sha256")
        ]
        await _look_at_files(Folder(staged / "data" / "files"), files, found)
    return found.sentence(f"{path} of {manifest.created_at}")


async def _look_at_database(connection: asyncpg.Connection, found: Found) -> list[StoredFile]:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SELECT set_config('yingke.workspace', $1, true)", EVERY_WORKSPACE)
        found.conversations = await connection.fetchval("SELECT count(*) FROM conversations")
        found.messages = await connection.fetchval("SELECT count(*) FROM messages")
        for row in await connection.fetch(_TORN):
            found.faults.append(_torn(*row))
        rows = await connection.fetch("SELECT id::text, key, thumb_key, sha256 FROM files ORDER BY id")
    return [StoredFile(*row) for row in rows]


def _look_at_tables(staged: Path, manifest: Manifest, found: Found) -> None:
    heads = {id: int(head) for id, head in _rows(staged, manifest, "conversations", "id", "last_seq") if id and head}
    seqs: dict[str, list[int]] = {}
    for conversation_id, seq in _rows(staged, manifest, "messages", "conversation_id", "seq"):
        seqs.setdefault(conversation_id or "", []).append(int(seq or 0))
    found.conversations, found.messages = len(heads), sum(map(len, seqs.values()))
    for id in sorted(heads | seqs):
        has, head = sorted(seqs.get(id, [])), heads.get(id, 0)
        if has != list(range(1, head + 1)):
            found.faults.append(_torn(id, head, len(has), has[0] if has else 0, has[-1] if has else 0))


def _torn(id: object, head: int, count: int, lowest: int, highest: int) -> str:
    return f"conversation {id} should have the messages 1 to {head} and has {count}, from {lowest} to {highest}"


def _rows(staged: Path, manifest: Manifest, table: str, *columns: str) -> Iterator[tuple[str | None, ...]]:
    """These columns of a table as COPY wrote it. They hold nothing that COPY escapes, but NULL."""
    own = next(part.columns for part in manifest.tables if part.name == table)
    places = [own.index(column) for column in columns]
    with (staged / "database" / table).open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            values = line.rstrip("\n").split("\t")
            yield tuple(None if values[place] == "\\N" else values[place] for place in places)


async def _look_at_files(store: FileStore, files: list[StoredFile], found: Found) -> None:
    found.files = len(files)
    places = asyncio.Semaphore(AT_ONCE)

    async def look(file: StoredFile) -> list[str]:
        async with places:
            return [fault async for fault in _faults(store, file)]

    for start in range(0, len(files), 1000):
        for faults in await asyncio.gather(*map(look, files[start : start + 1000])):
            found.faults += faults


async def _faults(store: FileStore, file: StoredFile) -> AsyncIterator[str]:
    try:
        if digest(await store.get(file.key)) != file.sha256:
            yield f"file {file.id} is not what was uploaded ({file.key})"
    except FileNotFoundError:
        yield f"file {file.id} is missing ({file.key})"
    if file.thumb_key is not None:
        try:
            await store.get(file.thumb_key)
        except FileNotFoundError:
            yield f"the small picture of file {file.id} is missing ({file.thumb_key})"
