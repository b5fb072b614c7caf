"""What every file store keeps to, whatever it stands on."""

from collections.abc import AsyncIterator

import pytest

from yingke.kit.files import FileStore

CONTENT = bytes(range(256)) * 4096  # a megabyte: several pieces


async def joined(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


class FileStoreContract:
    """To be given the fixture `store`, empty."""

    async def test_what_was_put_is_there_byte_for_byte(self, store: FileStore) -> None:
        await store.put("ab/abcdef", CONTENT)
        await store.put("ab/abcdef.thumb", b"small")
        await store.put("cd/empty", b"")
        assert await store.get("ab/abcdef") == CONTENT
        assert await store.get("ab/abcdef.thumb") == b"small"
        assert await store.get("cd/empty") == b""
        assert {key async for key in store.listed()} == {"ab/abcdef", "ab/abcdef.thumb", "cd/empty"}

    @pytest.mark.parametrize(("start", "end"), [(0, len(CONTENT)), (0, 1), (300_000, 900_001), (len(CONTENT) - 1, len(CONTENT)), (7, 7)])  # fmt: skip
    async def test_a_part_is_read_in_pieces(self, store: FileStore, start: int, end: int) -> None:
        await store.put("ab/abcdef", CONTENT)
        assert await joined(await store.read("ab/abcdef", start, end)) == CONTENT[start:end]

    async def test_what_is_not_there_is_missed_before_anything_is_sent(self, store: FileStore) -> None:
        with pytest.raises(FileNotFoundError):
            await store.get("no/where")
        for end in (0, 10):
            with pytest.raises(FileNotFoundError):
                await store.read("no/where", 0, end)

    async def test_what_is_deleted_is_gone_and_may_be_deleted_again(self, store: FileStore) -> None:
        await store.put("ab/abcdef", b"x")
        await store.delete("ab/abcdef")
        await store.delete("ab/abcdef")
        with pytest.raises(FileNotFoundError):
            await store.get("ab/abcdef")
        assert [key async for key in store.listed()] == []

    async def test_a_reader_who_leaves_in_the_middle_harms_nobody(self, store: FileStore) -> None:
        await store.put("ab/abcdef", CONTENT)
        reading = await store.read("ab/abcdef", 0, len(CONTENT))
        assert (await anext(reading))[:3] == CONTENT[:3]
        await reading.aclose()  # type: ignore[attr-defined] # an async generator
        assert await store.get("ab/abcdef") == CONTENT
