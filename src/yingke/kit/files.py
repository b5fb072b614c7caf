"""Stored bytes, in a folder. Names are our own; nothing of an uploaded name reaches the disk."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import BinaryIO


class Folder:
    """Content below one folder, by key (`ab/abcdef…`). Written whole or not at all."""

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

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self.path(key).unlink, missing_ok=True)

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


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
