"""Files in a bucket on S3, or on whatever speaks its protocol."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from yingke.kit.files.folder import CHUNK
from yingke.kit.files.stores import StoreAway

if TYPE_CHECKING:
    from obstore import GetResult

ANSWERED_WITHIN = timedelta(seconds=30)


class Bucket:
    """Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the role of the machine."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str | None, region: str | None) -> None:
        where = {"endpoint": endpoint} if endpoint else {}
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            region=region or "us-east-1",
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": True,
                "connect_timeout": timedelta(seconds=5),
                "timeout": ANSWERED_WITHIN,
            },
            retry_config={"max_retries": 3, "retry_timeout": ANSWERED_WITHIN},
            **where,  # type: ignore[arg-type] # what is not given is looked up in the environment
        )

    async def put(self, key: str, content: bytes) -> None:
        with _named(key):
            await obstore.put_async(self._store, key, content)

    async def get(self, key: str) -> bytes:
        with _named(key):
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        with _named(key):
            if start >= end:  # S3 has no empty ranges
                await obstore.head_async(self._store, key)
                return _nothing()
            found = await obstore.get_async(self._store, key, options={"range": (start, end)})
        return _pieces(found, key)

    async def delete(self, key: str) -> None:
        with _named(key), contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)

    async def listed(self) -> AsyncIterator[str]:
        with _named(""):
            async for several in obstore.list(self._store, chunk_size=1000):
                for each in several:
                    yield each["path"]


async def _pieces(found: "GetResult", key: str) -> AsyncIterator[bytes]:
    with _named(key):
        async for piece in found.stream(min_chunk_size=CHUNK):
            yield bytes(piece)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


@contextlib.contextmanager
def _named(key: str) -> Iterator[None]:
    """What the library raises, as this port's errors."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise FileNotFoundError(key) from error
    except BaseError as error:
        raise StoreAway from error
