"""What a file store is."""

from collections.abc import AsyncIterator
from typing import Protocol

from yingke.kit.errors import Kind, Refusal


class StoreAway(Refusal):
    kind, code = Kind.unavailable, "files_unavailable"
    detail = "Files cannot be reached at the moment. Try again soon; if it lasts, tell the operator."


class FileStore(Protocol):
    """Content is never changed, only added and deleted. Raises StoreAway, or OSError when the disk is full or broken."""

    async def put(self, key: str, content: bytes) -> None:
        """Kept, whole, when this returns; when it raises, nothing is there under `key`."""

    async def get(self, key: str) -> bytes:
        """Raises FileNotFoundError."""

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, in pieces. Raises FileNotFoundError before the first."""

    async def delete(self, key: str) -> None:
        """Also when it is gone already."""

    def listed(self) -> AsyncIterator[str]:
        """Every key there is, in no order."""
