"""The archive: a gzipped tar of `database/TABLE` (COPY text), `data/…` (files), and last a manifest with all hashes."""

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from yingke.backup.errors import ArchiveDamaged, ArchiveExists, ArchiveTooNew

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024
_LARGEST_MANIFEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the archive."""

    name: str
    size: int
    sha256: str


@dataclass(slots=True)
class TablePart:
    name: str
    columns: list[str]
    rows: int


@dataclass(slots=True)
class Manifest:
    version: str
    """The release that wrote it."""
    revision: str
    """The schema's, as migrations name it."""
    created_at: str
    tables: list[TablePart] = field(default_factory=list)
    """In an order in which each refers only to those before it."""
    parts: list[Part] = field(default_factory=list)
    format: int = FORMAT


class Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._hash.update(chunk)
        return chunk

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Writer:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: list[Part] = []

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        reader = Hashing(file)
        self._add(name, reader, size)
        self.parts.append(Part(name, size, reader.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        manifest.parts = self.parts
        body = json.dumps(asdict(manifest), ensure_ascii=False).encode()
        self._add(MANIFEST, BytesIO(body), len(body))

    def _add(self, name: str, file: Any, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, file)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive at `path`, there only when it is whole and on disk. Raises ArchiveExists."""
    if path.exists():
        raise ArchiveExists(f"{path} exists already. Choose another name, or remove it.")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=4) as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def unpack(archive: Path, folder: Path) -> Manifest:
    """Unpack into the empty `folder` and check everything. Raises ArchiveDamaged, ArchiveTooNew."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            found = _unpack_parts(tar, folder)
    except FileNotFoundError as error:
        raise ArchiveDamaged(f"There is no file {archive}.") from error
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArchiveDamaged(f"The archive is cut off or damaged ({error}). Nothing was changed.") from error
    manifest = _read_manifest(folder)
    if wrong := _difference(found, manifest.parts):
        raise ArchiveDamaged(f"{wrong} in the archive is not what was saved. Nothing was changed. Use another copy.")
    return manifest


def _unpack_parts(tar: tarfile.TarFile, folder: Path) -> list[Part]:
    found: list[Part] = []
    for entry in tar:
        path = PurePosixPath(entry.name)
        if not entry.isfile() or path.is_absolute() or ".." in path.parts:
            raise ArchiveDamaged(f"The archive holds {entry.name!r}, which no backup writes. Nothing was changed.")
        source = tar.extractfile(entry)
        assert source is not None
        reader, target = Hashing(source), folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            target.chmod(0o600)  # keys are among them
            while chunk := reader.read(_CHUNK):
                file.write(chunk)
        if entry.name != MANIFEST:
            found.append(Part(entry.name, entry.size, reader.hexdigest()))
    return found


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    if not path.is_file() or path.stat().st_size > _LARGEST_MANIFEST:
        raise ArchiveDamaged("The archive has no manifest: it was cut off, or something else wrote it.")
    try:
        held = json.loads(path.read_bytes())
        if held["format"] != FORMAT:
            raise ArchiveTooNew
        tables = [TablePart(**each) for each in held.pop("tables")]
        parts = [Part(**each) for each in held.pop("parts")]
        return Manifest(**held, tables=tables, parts=parts)
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveDamaged("The archive's manifest cannot be read. Nothing was changed.") from error


def _difference(found: list[Part], expected: list[Part]) -> str | None:
    """The name of a part that is missing, too many, or other than it was."""
    there, wanted = {part.name: part for part in found}, {part.name: part for part in expected}
    wrong = [name for name in sorted(there | wanted) if there.get(name) != wanted.get(name)]
    return wrong[0] if wrong else None
