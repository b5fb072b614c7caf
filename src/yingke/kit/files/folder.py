"""Files in a folder of this machine."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 256 * 1024


class Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise ValueError("a key may not leave the folder")
        return path

    async def put(self, key: str, content: bytes) -> None:
        """On disk, and flushed, when this returns. Raises OSError when the disk is full; nothing is left behind then."""
        await asyncio.to_thread(self._put, key, content)

    async def get(self, key: str) -> bytes:
        return await asyncio.to_thread(self.path(key).read_bytes)

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        return _pieces(await asyncio.to_thread(self.path(key).open, "rb"), start, end)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self.path(key).unlink, missing_ok=True)

    async def listed(self) -> AsyncIterator[str]:
        for path in await asyncio.to_thread(lambda: sorted(self._root.rglob("*"))):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path.relative_to(self._root).as_posix()

    def _put(self, key: str, content: bytes) -> None:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


async def _pieces(opened: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    with opened:
        await asyncio.to_thread(opened.seek, start)
        left = end - start
        while left > 0 and (piece := await asyncio.to_thread(opened.read, min(CHUNK, left))):
            left -= len(piece)
            yield piece
